"""What an answer is: the key it is kept under, and the value its text is read as."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, NoReturn

from resources.llm.adapters.schema import Remembered, Schema
from resources.llm.endpoints import Step
from resources.llm.messages import Completion, Message, Prompt
from resources.llm.store import StoredAnswer


def _digest(schema: Schema) -> str:
    return hashlib.sha256(json.dumps(schema, sort_keys=True, default=str).encode()).hexdigest()


_schema_digest = Remembered(_digest)


def answer_key(route_version: str, prompt: Prompt, max_tokens: int) -> str:
    """The same request of the same route has the same answer."""
    hashed = hashlib.sha256()
    turns = (part for message in prompt.messages for part in _said(message))
    facts = (
        route_version,
        str(max_tokens),
        prompt.schema_name,
        _schema_digest(prompt.schema),
        prompt.system,
        *turns,
    )
    for fact in facts:
        said = fact.encode("utf-8", "surrogatepass")
        hashed.update(b"%d:" % len(said))
        hashed.update(said)
    return hashed.hexdigest()


def _said(message: Message) -> Iterator[str]:
    yield message.role
    yield message.text
    for image in message.images:
        yield hashlib.sha256(image.content).hexdigest()


def stored(step: Step, completion: Completion) -> StoredAnswer:
    return StoredAnswer(
        text=completion.text,
        endpoint=step.endpoint.name,
        model=completion.model,
        stop_reason=completion.stop_reason,
        input_tokens=completion.usage.input_tokens,
        output_tokens=completion.usage.output_tokens,
        degraded=step.degraded,
    )


def read_value(text: str) -> Any:
    """The JSON a text holds, else the text itself: what is wrong with it is for `accept` to say.

    Some models wrap what they were asked for in courtesies or a code fence: the one object between them is the answer.
    """
    for candidate in (text, text[text.find("{") : text.rfind("}") + 1]):
        try:
            value = json.loads(candidate, parse_constant=_no_number)
        except (ValueError, RecursionError):
            continue
        return _clean(value) if "\\u" in text else value
    return text


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _clean(value: Any) -> Any:
    """Escapes can spell what no database holds: NUL and half a character."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value
