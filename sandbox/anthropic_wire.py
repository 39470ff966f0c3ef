"""The wire of Anthropic's messages: how a question is read from it and how answers and errors look on it."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.exchange import EVENT_STREAM, Headers
from sandbox.frames import Frame, dumps, event
from sandbox.problems import Kind, ProviderProblem
from sandbox.question import Form, Question, Reply, Turn, Usage
from sandbox.quota import Standing
from sandbox.reading import items, mapping, positive, text_of
from sandbox.strictness import complaint
from sandbox.tokens import in_pieces

NAME = "anthropic"
REPLY_PREFIX = "msg_"
STREAM_TYPE = EVENT_STREAM
_STOPS = {
    "end": "end_turn",
    "tool": "tool_use",
    "length": "max_tokens",
    "refusal": "refusal",
    "filtered": "refusal",
}

_ERRORS: dict[Kind, tuple[int, str]] = {
    "bad_request": (400, "invalid_request_error"),
    "context_too_long": (400, "invalid_request_error"),
    "content_policy": (400, "invalid_request_error"),
    "unauthorized": (401, "authentication_error"),
    "forbidden": (403, "permission_error"),
    "model_not_found": (404, "not_found_error"),
    "not_found": (404, "not_found_error"),
    "method_not_allowed": (405, "invalid_request_error"),
    "too_large": (413, "request_too_large"),
    "rate_limited": (429, "rate_limit_error"),
    "quota_exhausted": (429, "rate_limit_error"),
    "server_error": (500, "api_error"),
    "unavailable": (503, "api_error"),
    "timeout": (504, "timeout_error"),
    "overloaded": (529, "overloaded_error"),
}


def missing(name: str) -> ProviderProblem:
    """What is said about a parameter that is not there."""
    return ProviderProblem("bad_request", f"{name}: Field required", name)


def read_question(body: Mapping[str, Any]) -> Question:
    """The question of a message."""
    model, messages = _required(body)
    system = text_of(body.get("system"))
    turns = tuple(Turn(str(item.get("role", "user")), text_of(item.get("content"))) for item in messages)
    form, schema, tool = _form(body)
    lasting = dumps(schema) if schema is not None else ""
    return Question(
        model=model,
        turns=(Turn("system", system), *turns) if system else turns,
        form=form,
        schema=schema,
        tool=tool,
        max_tokens=positive(body, "max_tokens"),
        stream=bool(body.get("stream")),
        lasting=lasting,
        cacheable=_cacheable(body, system, lasting),
    )


def _required(body: Mapping[str, Any]) -> tuple[str, list[Mapping[str, Any]]]:
    for name, kind in (("model", str), ("messages", list), ("max_tokens", int)):
        if not isinstance(body.get(name), kind):
            raise missing(name)
    messages = items(body["messages"])
    if not messages:
        raise ProviderProblem("bad_request", "messages: at least one message is required", "messages")
    if any(message.get("role") not in ("user", "assistant") for message in messages):
        sentence = 'messages: Unexpected role. Allowed roles are "user" or "assistant".'
        raise ProviderProblem("bad_request", sentence, "messages")
    return body["model"], messages


def _cacheable(body: Mapping[str, Any], system: str, lasting: str) -> str:
    blocks = [*items(body.get("tools")), *items(body.get("system"))]
    marked = body.get("cache_control") or any("cache_control" in block for block in blocks)
    return lasting + system if marked else ""


def _form(body: Mapping[str, Any]) -> tuple[Form, Mapping[str, Any] | None, str | None]:
    tool = _chosen_tool(body)
    if tool is not None:
        return (
            "tool",
            _checked(tool.get("input_schema"), "tools.0.input_schema", bool(tool.get("strict"))),
            tool["name"],
        )
    asked = mapping(mapping(body, "output_config"), "format")
    if asked.get("type") != "json_schema":
        return "text", None, None
    return "schema", _checked(asked.get("schema"), "output_config.format.schema", strict=True), None


def _checked(schema: Any, where: str, strict: bool) -> Mapping[str, Any]:
    if not isinstance(schema, Mapping):
        raise missing(where)
    found = complaint(schema, "anthropic") if strict else None
    if found:
        raise ProviderProblem("bad_request", f"{where}: {found}", where)
    return schema


def _chosen_tool(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    tools = [tool for tool in items(body.get("tools")) if "name" in tool]
    choice = mapping(body, "tool_choice")
    if not tools or choice.get("type") == "none":
        return None
    if choice.get("type") != "tool":
        return tools[0]
    named = next((tool for tool in tools if tool["name"] == choice.get("name")), None)
    if named is None:
        raise ProviderProblem("bad_request", f"Tool '{choice.get('name')}' not found in provided tools", "tool_choice")
    return named


def error_body(problem: ProviderProblem, request_id: str) -> tuple[int, dict[str, Any]]:
    """Status and body of an error."""
    status, kind = _ERRORS[problem.kind]
    error: dict[str, Any] = {"type": kind, "message": problem.sentence}
    if problem.kind == "quota_exhausted":
        error["details"] = {"error_code": "enforced_spend_limit_reached"}
    return problem.status or status, {"type": "error", "error": error, "request_id": request_id}


def error_headers(problem: ProviderProblem) -> Headers:
    """The body says it all."""
    del problem
    return ()


def error_frame(problem: ProviderProblem) -> Frame:
    """An error in the middle of a stream."""
    return event("finish", error_body(problem, "req_stream")[1], "error")


def headers(request_id: str) -> Headers:
    """The headers that identify a response."""
    return (("request-id", request_id), ("anthropic-organization-id", "00000000-0000-4000-8000-000000000000"))


def limit_headers(standing: Standing, now: datetime) -> Headers:
    """Where the caller stands; on this wire times are moments."""
    return tuple(
        (f"anthropic-ratelimit-{limit.what}-{name}", value)
        for limit in standing.limits
        for name, value in (
            ("limit", str(limit.limit)),
            ("remaining", str(limit.remaining)),
            ("reset", (now + timedelta(seconds=limit.reset_s)).strftime("%Y-%m-%dT%H:%M:%SZ")),
        )
    )


def reply_body(reply: Reply) -> dict[str, Any]:
    """A whole message."""
    return _message(reply) | {
        "content": _blocks(reply),
        "stop_reason": _STOPS[reply.stop],
        "stop_details": _stop_details(reply),
        "usage": usage_body(reply.usage),
    }


def _message(reply: Reply) -> dict[str, Any]:
    return {
        "id": reply.reply_id,
        "type": "message",
        "role": "assistant",
        "model": reply.model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
    }


def _blocks(reply: Reply) -> list[dict[str, Any]]:
    if reply.refusal is not None:
        return []
    if reply.tool is None:
        return [{"type": "text", "text": reply.text}]
    return [{"type": "tool_use", "id": _use_id(reply), "name": reply.tool, "input": _tool_input(reply.text)}]


def _tool_input(text: str) -> dict[str, Any]:
    """What is left of a tool's input when its JSON was spoilt: on this wire it is always an object."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _use_id(reply: Reply) -> str:
    return "toolu_" + reply.reply_id.rpartition("_")[2]


def _stop_details(reply: Reply) -> dict[str, Any] | None:
    if reply.stop not in ("refusal", "filtered"):
        return None
    return {"type": "refusal", "category": None, "explanation": reply.refusal}


def usage_body(usage: Usage) -> dict[str, Any]:
    """Token counts: on this wire `input_tokens` are those that no cache served."""
    fresh = usage.input_tokens - usage.cached_tokens - usage.written_tokens
    return {
        "input_tokens": fresh,
        "cache_creation_input_tokens": usage.written_tokens,
        "cache_read_input_tokens": usage.cached_tokens,
        "cache_creation": {
            "ephemeral_5m_input_tokens": usage.written_tokens,
            "ephemeral_1h_input_tokens": 0,
        },
        "output_tokens": usage.output_tokens,
        "service_tier": "standard",
    }


def reply_frames(reply: Reply, wants_usage: bool) -> list[Frame]:
    """The events of a streamed message; usage always comes with them."""
    del wants_usage
    opening = _message(reply) | {"usage": usage_body(reply.usage) | {"output_tokens": 1}}
    frames = [_event("open", "message_start", {"message": opening}), _event("open", "ping", {})]
    if reply.refusal is None:
        frames += _block_frames(reply)
    ending = {"stop_reason": _STOPS[reply.stop], "stop_sequence": None, "stop_details": _stop_details(reply)}
    frames.append(_event("finish", "message_delta", {"delta": ending, "usage": _final_usage(reply.usage)}))
    return [*frames, _event("sentinel", "message_stop", {})]


def _final_usage(usage: Usage) -> dict[str, Any]:
    names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")
    body = usage_body(usage)
    return {name: body[name] for name in names}


def _block_frames(reply: Reply) -> list[Frame]:
    kind = "text_delta" if reply.tool is None else "input_json_delta"
    key = "text" if reply.tool is None else "partial_json"
    hollow: dict[str, Any] = {"text": ""} if reply.tool is None else {"input": {}}
    empty = _blocks(reply)[0] | hollow
    deltas = [{"index": 0, "delta": {"type": kind, key: piece}} for piece in in_pieces(reply.text)]
    return [
        _event("open", "content_block_start", {"index": 0, "content_block": empty}),
        *(_event("delta", "content_block_delta", delta) for delta in deltas),
        _event("finish", "content_block_stop", {"index": 0}),
    ]


def _event(part: Any, name: str, payload: dict[str, Any]) -> Frame:
    return event(part, {"type": name} | payload, name)
