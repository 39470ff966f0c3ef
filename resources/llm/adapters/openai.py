"""The OpenAI wire through its own SDK: also Gemini's, and that of any compatible server."""

from collections.abc import Mapping, Sequence
from typing import Any

import openai
from openai import AsyncOpenAI

from resources.llm.adapters import failures
from resources.llm.adapters.channel import Channel, Received, Sdk
from resources.llm.adapters.chat import ChatAdapter, Wire
from resources.llm.adapters.openai_request import Request
from resources.llm.adapters.openai_stream import OpenAIHearing
from resources.llm.adapters.transport import direct_client
from resources.llm.endpoints import Endpoint
from resources.llm.errors import ContentRefused, Malformed, Truncated
from resources.llm.messages import Completion, Usage, Vectors

_SDK = Sdk(openai.APIStatusError, (openai.OpenAIError,))
_CUT = {"length", "max_tokens"}


class OpenAIAdapter(ChatAdapter):
    """Answers, and vectors."""

    def __init__(self, base_url: str, api_key: str) -> None:
        client = AsyncOpenAI(api_key=api_key, base_url=base_url, max_retries=0, http_client=direct_client(base_url))
        super().__init__(Channel(client, _SDK, api_key), _WIRE)

    async def embed(self, endpoint: Endpoint, texts: Sequence[str], timeout_s: float) -> Vectors:
        body: dict[str, Any] = {"model": endpoint.model, "input": list(texts), "encoding_format": "base64"}
        if endpoint.dimensions:
            body["dimensions"] = endpoint.dimensions
        received = await self._channel.ask(endpoint, "/embeddings", body, timeout_s)
        from resources.llm.adapters.vectors import read_vectors

        return read_vectors(endpoint, received, len(texts))


def read_completion(endpoint: Endpoint, received: Received) -> Completion:
    """The text of a whole answer; a cut, refused or empty one is an error that says what it used up."""
    try:
        answer = received.body
        choice = answer["choices"][0]
        message, reason = choice["message"], failures.word(choice, "finish_reason")
        facts: dict[str, Any] = {
            "usage": read_usage(answer.get("usage")),
            "model": failures.word(answer, "model") or endpoint.model,
            "stop_reason": reason,
            "allowances": received.allowances,
            "first_token_s": received.first_token_s,
        }
        text, refusal = _text(message), failures.word(message, "refusal")
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        told = f"a {type(received.body).__name__} without choices"
        raise Malformed(endpoint.name, told, spend="ambiguous", allowances=received.allowances) from error
    if reason == "error":
        raise failures.of_event(endpoint.name, choice, **facts)
    if reason in _CUT:
        raise Truncated(endpoint.name, f"at {facts['usage'].output_tokens} tokens", **facts)
    if refusal or reason == "content_filter":
        raise ContentRefused(endpoint.name, refusal or "content_filter", **facts)
    if not isinstance(text, str) or not text.strip():
        raise Malformed(endpoint.name, f"an empty answer, stopped by {reason}", **facts)
    return Completion(failures.sendable(text), **facts)


def _text(message: Mapping[str, Any]) -> Any:
    """What a tool was given, else what was said."""
    calls = message.get("tool_calls")
    return calls[0]["function"]["arguments"] if calls else message.get("content")


def read_usage(usage: Any) -> Usage:
    """What the wire counted; a server that counts nothing cost nothing that is known."""
    if not isinstance(usage, Mapping):
        return Usage()
    prompt, output = usage.get("prompt_tokens_details"), usage.get("completion_tokens_details")
    read = failures.count(usage, "prompt_tokens")
    cached = min(read, failures.count(prompt, "cached_tokens"))
    return Usage(
        input_tokens=read,
        output_tokens=failures.count(usage, "completion_tokens"),
        cached_tokens=cached,
        cache_write_tokens=min(read - cached, failures.count(prompt, "cache_write_tokens")),
        reasoning_tokens=failures.count(output, "reasoning_tokens"),
    )


_WIRE = Wire("/chat/completions", Request, OpenAIHearing, read_completion)
