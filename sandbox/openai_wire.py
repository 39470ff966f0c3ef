"""The wire of OpenAI: how a question is read from it and how answers and errors look on it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.exchange import EVENT_STREAM, Headers
from sandbox.frames import Frame, Part, dumps, event
from sandbox.problems import Kind, ProviderProblem
from sandbox.question import Form, Question, Reply, Turn, Usage
from sandbox.quota import Standing
from sandbox.reading import items, mapping, positive, require, text_of
from sandbox.strictness import complaint
from sandbox.tokens import in_pieces

NAME = "openai"
REPLY_PREFIX = "chatcmpl-"
STREAM_TYPE = EVENT_STREAM
_FINGERPRINT = "fp_sandbox_rules"
_STOPS = {
    "end": "stop",
    "tool": "tool_calls",
    "length": "length",
    "refusal": "stop",
    "filtered": "content_filter",
}

_ERRORS: dict[Kind, tuple[int, str, str | None]] = {
    "bad_request": (400, "invalid_request_error", None),
    "context_too_long": (400, "invalid_request_error", "context_length_exceeded"),
    "content_policy": (400, "invalid_request_error", "content_policy_violation"),
    "unauthorized": (401, "invalid_request_error", "invalid_api_key"),
    "forbidden": (403, "invalid_request_error", "unsupported_country_region_territory"),
    "model_not_found": (404, "invalid_request_error", "model_not_found"),
    "not_found": (404, "invalid_request_error", "unknown_url"),
    "method_not_allowed": (405, "invalid_request_error", "method_not_supported"),
    "too_large": (413, "invalid_request_error", "request_too_large"),
    "rate_limited": (429, "requests", "rate_limit_exceeded"),
    "quota_exhausted": (429, "insufficient_quota", "insufficient_quota"),
    "server_error": (500, "server_error", None),
    "unavailable": (503, "service_unavailable_error", "service_unavailable"),
    "timeout": (504, "server_error", "timeout"),
    "overloaded": (503, "service_unavailable_error", "server_overloaded"),
}


def missing(name: str) -> ProviderProblem:
    """What is said about a parameter that is not there."""
    return ProviderProblem("bad_request", f"Missing required parameter: '{name}'.", name)


def read_question(body: Mapping[str, Any]) -> Question:
    """The question of a chat completion."""
    model = require(body, "model", str, missing)
    turns = tuple(
        Turn(str(message.get("role", "user")), text_of(message.get("content")))
        for message in items(require(body, "messages", list, missing))
    )
    form, schema, tool = _form(body)
    system = "\n".join(turn.text for turn in turns if turn.role in ("system", "developer"))
    lasting = dumps(schema) if schema is not None else ""
    return Question(
        model=model,
        turns=turns,
        form=form,
        schema=schema,
        tool=tool,
        max_tokens=positive(body, "max_completion_tokens", "max_tokens"),
        stream=bool(body.get("stream")),
        wants_usage=bool(mapping(body, "stream_options").get("include_usage")),
        lasting=lasting,
        cacheable=system + lasting,
    )


def _form(body: Mapping[str, Any]) -> tuple[Form, Mapping[str, Any] | None, str | None]:
    tool = _chosen_tool(body)
    if tool is not None:
        return "tool", _tool_schema(tool), str(tool.get("name"))
    asked = mapping(body, "response_format")
    if asked.get("type") == "json_object":
        return "json", None, None
    if asked.get("type") != "json_schema":
        return "text", None, None
    return "schema", _response_schema(mapping(asked, "json_schema")), None


def _response_schema(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    name = asked.get("name")
    if not isinstance(name, str) or not name:
        raise missing("response_format.json_schema.name")
    schema = mapping(asked, "schema")
    found = complaint(schema, "openai") if asked.get("strict") else None
    if found:
        sentence = f"Invalid schema for response_format '{name}': {found}"
        raise ProviderProblem("bad_request", sentence, "response_format")
    return dict(schema)


def _chosen_tool(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    tools = [mapping(tool, "function") for tool in items(body.get("tools"))]
    choice = body.get("tool_choice", "auto")
    if not tools or choice == "none":
        return None
    if not isinstance(choice, Mapping):
        return tools[0]
    wanted = mapping(choice, "function").get("name")
    named = next((tool for tool in tools if tool.get("name") == wanted), None)
    if named is None:
        sentence = f"Tool choice 'function.{wanted}' not found in 'tools' parameter."
        raise ProviderProblem("bad_request", sentence, "tool_choice")
    return named


def _tool_schema(tool: Mapping[str, Any]) -> Mapping[str, Any]:
    schema = mapping(tool, "parameters") or {"type": "object", "properties": {}}
    found = complaint(schema, "openai") if tool.get("strict") else None
    if found:
        sentence = f"Invalid schema for function '{tool.get('name')}': {found}"
        raise ProviderProblem("bad_request", sentence, "tools[0].function.parameters")
    return dict(schema)


def error_body(problem: ProviderProblem, request_id: str) -> tuple[int, dict[str, Any]]:
    """Status and body of an error."""
    status, kind, code = _ERRORS[problem.kind]
    error = {"message": problem.sentence, "type": kind, "param": problem.param, "code": code}
    return problem.status or status, {"error": error}


def error_headers(problem: ProviderProblem) -> Headers:
    """The body says it all."""
    del problem
    return ()


def error_frame(problem: ProviderProblem) -> Frame:
    """An error in the middle of a stream."""
    return event("finish", error_body(problem, "req_stream")[1])


def headers(request_id: str) -> Headers:
    """The headers that identify a response."""
    return (
        ("x-request-id", request_id),
        ("openai-organization", "sandbox"),
        ("openai-version", "2020-10-01"),
        ("openai-processing-ms", "1"),
    )


def limit_headers(standing: Standing, now: datetime) -> Headers:
    """Where the caller stands; on this wire times are durations."""
    del now
    return tuple(
        (f"x-ratelimit-{name}-{limit.what}", value)
        for limit in standing.limits
        for name, value in (
            ("limit", str(limit.limit)),
            ("remaining", str(limit.remaining)),
            ("reset", _go_duration(limit.reset_s)),
        )
    )


def _go_duration(seconds: float) -> str:
    if seconds < 1:
        return f"{max(0, round(seconds * 1000))}ms"
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}m{rest:.3f}s" if minutes else f"{rest:.3f}s"


def reply_body(reply: Reply) -> dict[str, Any]:
    """A whole chat completion."""
    choice = {"index": 0, "message": _message(reply), "logprobs": None, "finish_reason": _STOPS[reply.stop]}
    return {
        **_common(reply, "chat.completion"),
        "choices": [choice],
        "usage": usage_body(reply.usage),
        "service_tier": "default",
    }


def _message(reply: Reply) -> dict[str, Any]:
    message: dict[str, Any] = {
        "role": "assistant",
        "content": None,
        "refusal": reply.refusal,
        "annotations": [],
    }
    if reply.refusal is not None:
        return message
    if reply.tool is None:
        return message | {"content": reply.text}
    call = {
        "id": _call_id(reply),
        "type": "function",
        "function": {"name": reply.tool, "arguments": reply.text},
    }
    return message | {"tool_calls": [call]}


def _common(reply: Reply, kind: str) -> dict[str, Any]:
    return {
        "id": reply.reply_id,
        "object": kind,
        "created": reply.created,
        "model": reply.model,
        "system_fingerprint": _FINGERPRINT,
    }


def _call_id(reply: Reply) -> str:
    return "call_" + reply.reply_id.rpartition("-")[2]


def usage_body(usage: Usage) -> dict[str, Any]:
    """Token counts with their details."""
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def reply_frames(reply: Reply, wants_usage: bool) -> list[Frame]:
    """The events of a streamed chat completion."""
    deltas = [_delta(reply, piece) for piece in in_pieces(reply.refusal or reply.text)]
    frames = [_frame(reply, "open", _opening(reply), wants_usage)]
    frames += [_frame(reply, "delta", delta, wants_usage) for delta in deltas]
    frames.append(_frame(reply, "finish", {}, wants_usage, _STOPS[reply.stop]))
    if wants_usage:
        last = _common(reply, "chat.completion.chunk") | {"choices": [], "usage": usage_body(reply.usage)}
        frames.append(event("finish", last))
    return [*frames, Frame("sentinel", b"data: [DONE]\n\n")]


def _opening(reply: Reply) -> dict[str, Any]:
    opening: dict[str, Any] = {
        "role": "assistant",
        "content": "" if reply.tool is None else None,
        "refusal": None,
    }
    if reply.tool is None or reply.refusal is not None:
        return opening
    function = {"name": reply.tool, "arguments": ""}
    return opening | {"tool_calls": [{"index": 0, "id": _call_id(reply), "type": "function", "function": function}]}


def _delta(reply: Reply, piece: str) -> dict[str, Any]:
    if reply.refusal is not None:
        return {"refusal": piece}
    if reply.tool is None:
        return {"content": piece}
    return {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}


def _frame(reply: Reply, part: Part, delta: dict[str, Any], wants_usage: bool, stop: str | None = None) -> Frame:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": stop}
    usage = {"usage": None} if wants_usage else {}
    return event(part, _common(reply, "chat.completion.chunk") | {"choices": [choice]} | usage)
