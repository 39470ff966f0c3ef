"""What is sent on the OpenAI wire: the conversation, the shape in the mode the terms ask for, the limits."""

import hashlib
from typing import Any

from resources.llm.adapters.schema import Remembered, Schema, in_words, strict
from resources.llm.adapters.sight import as_data_url, refuse_unseen
from resources.llm.adapters.strict_limits import OPENAI
from resources.llm.endpoints import Endpoint
from resources.llm.messages import Message, Prompt, Terms
from resources.llm.providers import PROVIDERS

_CACHED_CHARS = 1024 * 3.6  # what is shorter, nobody caches


class Request:
    """Remembers what it made of a schema: thousands of documents share one."""

    def __init__(self) -> None:
        self._format = Remembered(_format)
        self._words = Remembered(in_words)

    def body(self, endpoint: Endpoint, prompt: Prompt, terms: Terms) -> dict[str, Any]:
        refuse_unseen(endpoint, prompt)
        return {
            "model": endpoint.model,
            "messages": self._messages(prompt, terms),
            **self._shape(prompt, terms),
            _limit_name(endpoint): terms.max_tokens,
            **({"reasoning_effort": endpoint.reasoning_effort} if endpoint.reasoning_effort else {}),
            **_cache_key(endpoint, prompt),
            **({"stream": True, "stream_options": {"include_usage": True}} if terms.stream else {}),
        }

    def loosen(self, schema: Schema) -> bool:
        """Ask for this schema in no strict mode from now on; False if it was not asked for in one."""
        was_strict: bool = self._format(schema)["strict"]
        self._format.keep(schema, {"strict": False, "schema": dict(schema)})
        return was_strict

    def _messages(self, prompt: Prompt, terms: Terms) -> list[dict[str, Any]]:
        system = prompt.system
        if terms.structured_output in ("json_object", "text"):
            system = f"{system}\n\n{self._words(prompt.schema)}".strip()
        opening = [{"role": "system", "content": system}] if system else []
        return opening + [{"role": message.role, "content": _content(message)} for message in prompt.messages]

    def _shape(self, prompt: Prompt, terms: Terms) -> dict[str, Any]:
        """How the model is held to the schema."""
        mode = terms.structured_output
        if mode == "json_schema":
            schema = {"name": prompt.schema_name, **self._format(prompt.schema)}
            return {"response_format": {"type": "json_schema", "json_schema": schema}}
        if mode == "tool":
            return _tool(prompt.schema_name, self._format(prompt.schema))
        return {"response_format": {"type": "json_object"}} if mode == "json_object" else {}


def _format(schema: Schema) -> dict[str, Any]:
    closed = strict(schema)
    if closed is not None and not OPENAI.hold(closed):
        closed = None
    return {"strict": closed is not None, "schema": closed or dict(schema)}


def _tool(name: str, shape: dict[str, Any]) -> dict[str, Any]:
    function = {"name": name, "strict": shape["strict"], "parameters": shape["schema"]}
    return {
        "tools": [{"type": "function", "function": function}],
        "tool_choice": {"type": "function", "function": {"name": name}},
        "parallel_tool_calls": False,
    }


def _content(message: Message) -> str | list[dict[str, Any]]:
    if not message.images:
        return message.text
    seen = [{"type": "image_url", "image_url": {"url": as_data_url(image)}} for image in message.images]
    return [*seen, {"type": "text", "text": message.text}]


def _limit_name(endpoint: Endpoint) -> str:
    provider = PROVIDERS.get(endpoint.provider)
    return provider.limit_name if provider else "max_completion_tokens"


def _cache_key(endpoint: Endpoint, prompt: Prompt) -> dict[str, str]:
    """Requests that begin alike are led to where that beginning is cached; only OpenAI knows the word."""
    if endpoint.provider != "openai" or len(prompt.system) < _CACHED_CHARS:
        return {}
    return {"prompt_cache_key": hashlib.sha256(f"{prompt.schema_name}\n{prompt.system}".encode()).hexdigest()[:32]}
