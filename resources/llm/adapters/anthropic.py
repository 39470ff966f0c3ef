"""The Anthropic wire through its own SDK, retries off."""

import json
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import anthropic
import httpx2
from anthropic import AsyncAnthropic

from resources.llm.adapters import failures
from resources.llm.adapters.failures import rule
from resources.llm.adapters.schema import Remembered, Schema
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
    TimeoutAfterSend,
    Truncated,
    Unavailable,
)
from resources.llm.model import Completion, Endpoint, Prompt, Usage, Vectors

T = TypeVar("T")

# What `error.details.error_code`, `error.type` and the words mean; the first that fits decides.
RULES = (
    rule(
        QuotaExhausted,
        "contract_spend_limit_reached",
        "enforced_spend_limit_reached",
        "linked_organization_spend_limit_reached",
        "linked_organization_billing_unavailable",
        "billing_error",
    ),
    rule(QuotaExhausted, status=400, words=r"credit balance is too low|usage limits"),
    rule(RateLimited, "ramp_limit_exceeded", "rate_limit_error"),
    rule(Overloaded, "overloaded_error"),
    rule(TimeoutAfterSend, "timeout_error"),
    rule(Unavailable, "api_error"),
    rule(Auth, "authentication_error", "permission_error", "not_found_error", "organization_on_hold"),
    rule(ContextTooLong, "request_too_large"),
    rule(ContextTooLong, status=400, words=r"prompt is too long|context (window|limit)|exceed.*context"),
    rule(ContentRefused, status=400, words=r"content (filtering )?policy|usage polic|safety system"),
    rule(BadRequest, "invalid_request_error", status=400),
)


class AnthropicAdapter:
    """One client, for one event loop."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self._key = api_key
        self._client = AsyncAnthropic(
            api_key=api_key,
            base_url=base_url,
            max_retries=0,
            http_client=direct_client(base_url),
        )
        self._format = Remembered(_format)
        self._tool = Remembered(_tool)

    async def close(self) -> None:
        await self._client.close()

    async def complete(self, endpoint: Endpoint, prompt: Prompt, max_tokens: int, timeout_s: float) -> Completion:
        create: Any = self._client.messages.create
        answer = await self._send(
            endpoint,
            create(
                model=endpoint.model,
                max_tokens=max_tokens,
                messages=[{"role": message.role, "content": message.text} for message in prompt.messages],
                timeout=httpx2.Timeout(timeout_s, connect=endpoint.connect_timeout_s),
                **({"system": prompt.system} if prompt.system else {}),
                **self._shape(endpoint, prompt),
            ),
        )
        return read_completion(endpoint, answer)

    def _shape(self, endpoint: Endpoint, prompt: Prompt) -> dict[str, Any]:
        """The strictest way this endpoint has to hold the model to the schema."""
        output: dict[str, Any] = {"effort": endpoint.reasoning_effort} if endpoint.reasoning_effort else {}
        schema = self._format(prompt.schema) if endpoint.structured_output == "json_schema" else None
        if schema is not None:
            return {"output_config": {**output, "format": schema}}
        return {
            "tools": [{"name": prompt.schema_name, **self._tool(prompt.schema)}],
            "tool_choice": {"type": "tool", "name": prompt.schema_name, "disable_parallel_tool_use": True},
            **({"output_config": output} if output else {}),
        }

    async def embed(self, endpoint: Endpoint, texts: Sequence[str], timeout_s: float) -> Vectors:
        raise BadRequest(endpoint.name, "the Anthropic wire has no embeddings")

    async def _send(self, endpoint: Endpoint, request: Awaitable[T]) -> T:
        """Every error of the SDK becomes one of the tree, here."""
        try:
            return await request
        except (anthropic.AnthropicError, httpx2.HTTPError, ValueError) as error:
            failures.scrub(error, self._key)
            raise translate(endpoint.name, error, datetime.now(UTC)) from error


def translate(endpoint: str, error: Exception, now: datetime) -> EndpointFailed:
    """An exception of the SDK, or of the transport below it, as a leaf of the tree."""
    if isinstance(error, anthropic.APIStatusError):
        codes = frozenset(str(code) for code in (error.error_code, error.type) if code)
        text = error.api_message or ("" if isinstance(error.body, dict) else str(error.body or ""))
        return failures.of_status(RULES, endpoint, error.response, codes, text, now)
    if isinstance(error, UnicodeEncodeError):
        return BadRequest(endpoint, f"the request holds what cannot be sent: {error.reason}")
    if isinstance(error, anthropic.APIResponseValidationError | ValueError):
        return Malformed(endpoint, f"{type(error).__name__}: {error}", spend="ambiguous")
    return failures.of_transport(endpoint, error)


def _format(schema: Schema) -> dict[str, Any] | None:
    """None where the schema allows what the format cannot say."""
    closed = _transformed(schema)
    return {"type": "json_schema", "schema": closed} if closed else None


def _tool(schema: Schema) -> dict[str, Any]:
    closed = _transformed(schema)
    return {"input_schema": closed or dict(schema), **({"strict": True} if closed else {})}


def _transformed(schema: Schema) -> dict[str, Any] | None:
    try:
        return anthropic.transform_schema(dict(schema))
    except ValueError:
        return None


def read_completion(endpoint: Endpoint, answer: Any) -> Completion:
    """The text of a whole answer; a cut, refused or empty one is an error that says what it used up."""
    try:
        facts = {
            "usage": read_usage(answer.usage),
            "model": str(answer.model or endpoint.model),
            "stop_reason": answer.stop_reason,
        }
        text = _text(answer.content)
    except (AttributeError, TypeError) as error:
        raise Malformed(endpoint.name, f"a {type(answer).__name__} without content", spend="ambiguous") from error
    _refuse_unfinished(endpoint, answer, facts)
    if not text.strip():
        raise Malformed(endpoint.name, f"an empty answer, stopped by {answer.stop_reason}", **facts)
    return Completion(failures.sendable(text), facts["model"], answer.stop_reason, facts["usage"])


def _refuse_unfinished(endpoint: Endpoint, answer: Any, facts: dict[str, Any]) -> None:
    if answer.stop_reason == "max_tokens":
        raise Truncated(endpoint.name, f"at {facts['usage'].output_tokens} tokens", **facts)
    if answer.stop_reason == "model_context_window_exceeded":
        raise ContextTooLong(endpoint.name, "its context window ended within the answer", spend="reported", **facts)
    if answer.stop_reason == "refusal":
        why = getattr(getattr(answer, "stop_details", None), "explanation", None)
        raise ContentRefused(endpoint.name, str(why or "refusal"), **facts)


def _text(content: Any) -> str:
    """What a tool was given, else what was said."""
    tools = [block for block in content if block.type == "tool_use"]
    if tools:
        return json.dumps(tools[0].input, ensure_ascii=False)
    return "".join(block.text for block in content if block.type == "text")


def read_usage(usage: Any) -> Usage:
    """This wire counts what came from the cache apart; a call's input is all of it."""
    if usage is None:
        return Usage()
    cached = failures.count(usage, "cache_read_input_tokens")
    written = failures.count(usage, "cache_creation_input_tokens")
    return Usage(
        input_tokens=failures.count(usage, "input_tokens") + cached + written,
        output_tokens=failures.count(usage, "output_tokens"),
        cached_tokens=cached,
        cache_write_tokens=written,
        reasoning_tokens=failures.count(getattr(usage, "output_tokens_details", None), "thinking_tokens"),
    )
