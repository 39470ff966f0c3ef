"""The OpenAI wire through its own SDK, retries off: also Gemini's, and that of any compatible server."""

from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx2
import openai
from openai import AsyncOpenAI

from resources.llm.adapters import failures
from resources.llm.adapters.failures import rule
from resources.llm.adapters.schema import Remembered, Schema, strict
from resources.llm.adapters.transport import direct_client
from resources.llm.errors import (
    Auth,
    BadRequest,
    ContentRefused,
    ContextTooLong,
    EndpointFailed,
    Malformed,
    Overloaded,
    QuotaExhausted,
    RateLimited,
    Truncated,
)
from resources.llm.model import Completion, Endpoint, Message, Prompt, Usage, Vectors

T = TypeVar("T")

# What the wire's `error.code`, `error.type` and words mean where the status does not say it.
RULES = (
    rule(
        QuotaExhausted,
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "access_terminated",
    ),
    rule(ContextTooLong, "context_length_exceeded", "string_above_max_length"),
    rule(ContextTooLong, status=429, words=r"request too large|input or output tokens must be reduced"),
    rule(ContextTooLong, status=400, words=r"maximum context length|context window|exceeds the maximum number"),
    rule(
        ContentRefused,
        "content_policy_violation",
        "content_filter",
        "moderation_blocked",
        "invalid_prompt",
        "safety",
    ),
    rule(ContentRefused, status=400, words=r"content (management |filtering )?policy|usage polic|safety system"),
    rule(
        Auth,
        "model_not_found",
        "invalid_api_key",
        "invalid_organization",
        "unsupported_country_region_territory",
    ),
    rule(Auth, status=400, words=r"api key not valid|api_key_invalid"),
    rule(RateLimited, "rate_limit_exceeded", "RESOURCE_EXHAUSTED"),
    rule(Overloaded, status=503, words=r"overloaded"),
)
_CUT = {"length", "max_tokens"}


class OpenAIAdapter:
    """One client, for one event loop."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self._key = api_key
        self._client = AsyncOpenAI(
            api_key=api_key,
            base_url=base_url,
            max_retries=0,
            http_client=direct_client(base_url),
        )
        self._format = Remembered(_format)

    async def close(self) -> None:
        await self._client.close()

    async def complete(self, endpoint: Endpoint, prompt: Prompt, max_tokens: int, timeout_s: float) -> Completion:
        effort = {"reasoning_effort": endpoint.reasoning_effort} if endpoint.reasoning_effort else {}
        create: Any = self._client.chat.completions.create
        answer = await self._send(
            endpoint,
            create(
                model=endpoint.model,
                messages=_messages(prompt),
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": prompt.schema_name, **self._format(prompt.schema)},
                },
                max_completion_tokens=max_tokens,
                timeout=httpx2.Timeout(timeout_s, connect=endpoint.connect_timeout_s),
                **effort,
            ),
        )
        return read_completion(endpoint, answer)

    async def embed(self, endpoint: Endpoint, texts: Sequence[str], timeout_s: float) -> Vectors:
        create: Any = self._client.embeddings.create
        answer = await self._send(
            endpoint,
            create(
                model=endpoint.model,
                input=list(texts),
                encoding_format="base64",
                timeout=httpx2.Timeout(timeout_s, connect=endpoint.connect_timeout_s),
                **({"dimensions": endpoint.dimensions} if endpoint.dimensions else {}),
            ),
        )
        from resources.llm.adapters.vectors import read_vectors

        return read_vectors(endpoint, answer, read_usage(getattr(answer, "usage", None)), len(texts))

    async def _send(self, endpoint: Endpoint, request: Awaitable[T]) -> T:
        """Every error of the SDK becomes one of the tree, here."""
        try:
            return await request
        except (openai.OpenAIError, httpx2.HTTPError, ValueError) as error:
            failures.scrub(error, self._key)
            raise translate(endpoint.name, error, datetime.now(UTC)) from error


def translate(endpoint: str, error: Exception, now: datetime) -> EndpointFailed:
    """An exception of the SDK, or of the transport below it, as a leaf of the tree."""
    if isinstance(error, openai.APIStatusError):
        codes = frozenset(str(code) for code in (error.code, error.type) if code)
        return failures.of_status(RULES, endpoint, error.response, codes, _said(error), now)
    if isinstance(error, UnicodeEncodeError):
        return BadRequest(endpoint, f"the request holds what cannot be sent: {error.reason}")
    if isinstance(error, openai.APIResponseValidationError | ValueError):
        return Malformed(endpoint, f"{type(error).__name__}: {error}", spend="ambiguous")
    return failures.of_transport(endpoint, error)


def _said(error: openai.APIStatusError) -> str:
    body = error.body
    return str(body.get("message") or "") if isinstance(body, dict) else str(body or "")


def _messages(prompt: Prompt) -> list[dict[str, str]]:
    system = (Message("user", prompt.system),) if prompt.system else ()
    opening = [{"role": "system", "content": message.text} for message in system]
    return opening + [{"role": message.role, "content": message.text} for message in prompt.messages]


def _format(schema: Schema) -> dict[str, Any]:
    closed = strict(schema)
    return {"strict": closed is not None, "schema": closed or dict(schema)}


def read_completion(endpoint: Endpoint, answer: Any) -> Completion:
    """The text of a whole answer; a cut, refused or empty one is an error that says what it used up."""
    try:
        choice = answer.choices[0]
        facts = {
            "usage": read_usage(answer.usage),
            "model": str(answer.model or endpoint.model),
            "stop_reason": choice.finish_reason,
        }
        text, refusal = choice.message.content, getattr(choice.message, "refusal", None)
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise Malformed(endpoint.name, f"a {type(answer).__name__} without choices", spend="ambiguous") from error
    if choice.finish_reason in _CUT:
        raise Truncated(endpoint.name, f"at {facts['usage'].output_tokens} tokens", **facts)
    if refusal or choice.finish_reason == "content_filter":
        raise ContentRefused(endpoint.name, str(refusal or "content_filter"), **facts)
    if not isinstance(text, str) or not text.strip():
        raise Malformed(endpoint.name, f"an empty answer, stopped by {choice.finish_reason}", **facts)
    return Completion(failures.sendable(text), facts["model"], choice.finish_reason, facts["usage"])


def read_usage(usage: Any) -> Usage:
    """What the wire counted; a server that counts nothing cost nothing that is known."""
    if usage is None:
        return Usage()
    prompt = getattr(usage, "prompt_tokens_details", None)
    output = getattr(usage, "completion_tokens_details", None)
    read = failures.count(usage, "prompt_tokens")
    cached = min(read, failures.count(prompt, "cached_tokens"))
    return Usage(
        input_tokens=read,
        output_tokens=failures.count(usage, "completion_tokens"),
        cached_tokens=cached,
        cache_write_tokens=min(read - cached, failures.count(prompt, "cache_write_tokens")),
        reasoning_tokens=failures.count(output, "reasoning_tokens"),
    )
