"""What is sent on the Anthropic wire: the conversation, the shape in the strictest mode that holds it, the limits."""

from typing import Any

import anthropic

from resources.llm.adapters.schema import Remembered, Schema, in_words
from resources.llm.adapters.sight import as_base64, refuse_unseen
from resources.llm.adapters.strict_limits import ANTHROPIC
from resources.llm.endpoints import Endpoint
from resources.llm.messages import Message, Prompt, Terms

# Tokens below which a prefix is not cached; platform.claude.com/docs/en/build-with-claude/prompt-caching.
_CACHED_FROM = (("haiku-4", 4096), ("opus-4-5", 4096), ("opus-4-6", 4096), ("opus-4-7", 2048), ("haiku", 2048))
_CACHED_FROM_ELSE = 1024
_CHARS_PER_TOKEN = 3.6


class Request:
    """Remembers what it made of a schema: thousands of documents share one."""

    def __init__(self) -> None:
        self._strict = Remembered(strict_form)
        self._words = Remembered(in_words)

    def body(self, endpoint: Endpoint, prompt: Prompt, terms: Terms) -> dict[str, Any]:
        refuse_unseen(endpoint, prompt)
        return {
            "model": endpoint.model,
            "max_tokens": terms.max_tokens,
            "messages": [{"role": message.role, "content": _content(message)} for message in prompt.messages],
            **self._system(endpoint, prompt, terms),
            **self._shape(endpoint, prompt, terms),
            **({"stream": True} if terms.stream else {}),
        }

    def loosen(self, schema: Schema) -> bool:
        """Ask for this schema in no strict mode from now on; False if it was not asked for in one."""
        was_strict = self._strict(schema) is not None
        self._strict.keep(schema, None)
        return was_strict

    def _system(self, endpoint: Endpoint, prompt: Prompt, terms: Terms) -> dict[str, Any]:
        """What every request of its kind begins with is marked where it is long enough to be cached."""
        told = terms.structured_output in ("json_object", "text")
        system = f"{prompt.system}\n\n{self._words(prompt.schema)}".strip() if told else prompt.system
        if not system:
            return {}
        lasting = len(system) + (0 if told else len(self._words(prompt.schema)))
        if lasting < _cached_from(endpoint.model) * _CHARS_PER_TOKEN:
            return {"system": system}
        return {"system": [{"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}]}

    def _shape(self, endpoint: Endpoint, prompt: Prompt, terms: Terms) -> dict[str, Any]:
        """The mode asked for; a schema that no strict mode holds goes to a tool that is not strict."""
        output: dict[str, Any] = {"effort": endpoint.reasoning_effort} if endpoint.reasoning_effort else {}
        mode = terms.structured_output
        closed = self._strict(prompt.schema) if mode in ("json_schema", "tool") else None
        if mode == "json_schema" and closed is not None:
            return {"output_config": {**output, "format": {"type": "json_schema", "schema": closed}}}
        effort = {"output_config": output} if output else {}
        return {**_tool(prompt, closed), **effort} if mode in ("json_schema", "tool") else effort


def _tool(prompt: Prompt, closed: dict[str, Any] | None) -> dict[str, Any]:
    shape = {"input_schema": closed or dict(prompt.schema), **({"strict": True} if closed else {})}
    return {
        "tools": [{"name": prompt.schema_name, **shape}],
        "tool_choice": {"type": "tool", "name": prompt.schema_name, "disable_parallel_tool_use": True},
    }


def strict_form(schema: Schema) -> dict[str, Any] | None:
    """The same schema for a strict mode; None where it allows or has more than the provider compiles."""
    try:
        closed = anthropic.transform_schema(dict(schema))
    except ValueError:
        return None
    return closed if ANTHROPIC.hold(closed) else None


def _cached_from(model: str) -> int:
    return next((tokens for part, tokens in _CACHED_FROM if part in model), _CACHED_FROM_ELSE)


def _content(message: Message) -> str | list[dict[str, Any]]:
    if not message.images:
        return message.text
    return [*map(_picture, message.images), {"type": "text", "text": message.text}]


def _picture(image: Any) -> dict[str, Any]:
    source = {"type": "base64", "media_type": image.media_type, "data": as_base64(image)}
    return {"type": "image", "source": source}
