"""The Anthropic wire through its own SDK."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import anthropic
from anthropic import AsyncAnthropic

from resources.llm.adapters import failures
from resources.llm.adapters.anthropic_request import Request
from resources.llm.adapters.anthropic_stream import AnthropicHearing
from resources.llm.adapters.channel import Channel, Received, Sdk
from resources.llm.adapters.chat import ChatAdapter, Wire
from resources.llm.adapters.transport import direct_client
from resources.llm.endpoints import Endpoint
from resources.llm.errors import ContentRefused, ContextTooLong, Malformed, Truncated
from resources.llm.messages import Completion, Usage

SDK = Sdk(anthropic.APIStatusError, (anthropic.AnthropicError,))


class AnthropicAdapter(ChatAdapter):
    """Messages, at Anthropic's own address or one like it."""

    def __init__(self, base_url: str, api_key: str) -> None:
        client = AsyncAnthropic(api_key=api_key, base_url=base_url, max_retries=0, http_client=direct_client(base_url))
        super().__init__(Channel(client, SDK, api_key), WIRE)


def read_completion(endpoint: Endpoint, received: Received) -> Completion:
    """The text of a whole answer; a cut, refused or empty one is an error that says what it used up."""
    try:
        answer = received.body
        text = _text(answer["content"])
        facts: dict[str, Any] = {
            "usage": read_usage(answer.get("usage")),
            "model": failures.word(answer, "model") or endpoint.model,
            "stop_reason": failures.word(answer, "stop_reason"),
            "allowances": received.allowances,
            "first_token_s": received.first_token_s,
        }
    except (AttributeError, KeyError, TypeError) as error:
        told = f"a {type(received.body).__name__} without content"
        raise Malformed(endpoint.name, told, spend="ambiguous", allowances=received.allowances) from error
    _refuse_unfinished(endpoint, answer, facts)
    if not text.strip():
        raise Malformed(endpoint.name, f"an empty answer, stopped by {facts['stop_reason']}", **facts)
    return Completion(failures.sendable(text), **facts)


def _refuse_unfinished(endpoint: Endpoint, answer: Mapping[str, Any], facts: dict[str, Any]) -> None:
    reason = facts["stop_reason"]
    if reason == "max_tokens":
        raise Truncated(endpoint.name, f"at {facts['usage'].output_tokens} tokens", **facts)
    if reason == "model_context_window_exceeded":
        raise ContextTooLong(endpoint.name, "its context window ended within the answer", spend="reported", **facts)
    if reason == "refusal":
        why = failures.word(answer.get("stop_details"), "explanation")
        raise ContentRefused(endpoint.name, why or "refusal", **facts)


def _text(content: Sequence[Mapping[str, Any]]) -> str:
    """What a tool was given, else what was said."""
    for block in content:
        if block["type"] == "tool_use":
            given = block["input"]
            return given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
    return "".join(block["text"] for block in content if block["type"] == "text")


def read_usage(usage: Any) -> Usage:
    """This wire counts what came from the cache apart; a call's input is all of it."""
    if not isinstance(usage, Mapping):
        return Usage()
    cached = failures.count(usage, "cache_read_input_tokens")
    written = failures.count(usage, "cache_creation_input_tokens")
    return Usage(
        input_tokens=failures.count(usage, "input_tokens") + cached + written,
        output_tokens=failures.count(usage, "output_tokens"),
        cached_tokens=cached,
        cache_write_tokens=written,
        reasoning_tokens=failures.count(usage.get("output_tokens_details"), "thinking_tokens"),
    )


WIRE = Wire("/v1/messages", Request, AnthropicHearing, read_completion)
