"""A JSON schema as strict modes take it: closed objects, every property required, the rest told in words."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

Schema = Mapping[str, Any]
T = TypeVar("T")

_STRUCTURE = {
    "$ref",
    "$defs",
    "type",
    "enum",
    "const",
    "anyOf",
    "properties",
    "items",
    "title",
    "description",
}
_RULES = {"required", "additionalProperties", "minItems", "maxItems", "pattern", "format", "multipleOf"}
_BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
_KEPT = _STRUCTURE | _RULES | _BOUNDS
_DROPPED = {"discriminator", "$schema", "examples"}
_FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}


class _NotStrict(Exception):
    """Says something that no strict mode can hold a model to, such as an object with any keys."""


def strict(schema: Schema) -> dict[str, Any] | None:
    """The same schema for a strict mode; None where there is no such thing. A strict one stays as it is."""
    try:
        closed = _closed(_rooted(schema))
    except _NotStrict:
        return None
    return closed if closed.get("type") == "object" else None


def in_words(schema: Schema) -> str:
    """For modes that hold a model to nothing, or only to JSON."""
    written = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    return f"Answer with one JSON object and nothing else. It must be valid against this JSON schema:\n{written}"


def _rooted(schema: Schema) -> Schema:
    """A schema that refers to itself is written as a reference to one of its own definitions."""
    name = str(schema.get("$ref", "")).removeprefix("#/$defs/")
    definitions = schema.get("$defs", {})
    return {**definitions[name], "$defs": definitions} if name in definitions else schema


def _closed(schema: Schema) -> dict[str, Any]:
    facts = _united(schema)
    said = {key: value for key, value in facts.items() if not _is_kept(key, value) and key not in _DROPPED}
    closed = {key: _inner(key, value) for key, value in facts.items() if _is_kept(key, value)}
    if _is_object(closed):
        _close_object(closed)
    if not closed.keys() & {"type", "anyOf", "enum", "const", "$ref"}:
        raise _NotStrict
    if closed.get("type") == "array" and "items" not in closed:
        raise _NotStrict
    if said:
        told = ", ".join(f"{key}: {value}" for key, value in said.items())
        closed["description"] = f"{closed.get('description', '')} ({told})".strip()
    return _alone(closed)


def _united(schema: Schema) -> dict[str, Any]:
    """`oneOf` and a single `allOf` said the way strict modes know."""
    facts = dict(schema)
    if "oneOf" in facts:
        facts["anyOf"] = facts.pop("oneOf")
    parts = facts.pop("allOf", None)
    if parts is None:
        return facts
    if len(parts) != 1:
        raise _NotStrict
    return {**parts[0], **facts}


def _is_kept(key: str, value: Any) -> bool:
    if key == "pattern":
        return "(?" not in str(value)  # no lookarounds there
    if key == "format":
        return value in _FORMATS
    return key in _KEPT


def _inner(key: str, value: Any) -> Any:
    if key in ("properties", "$defs"):
        return {name: _closed(part) for name, part in value.items()}
    if key == "anyOf":
        return [_closed(part) for part in value]
    return _closed(value) if key == "items" else value


def _is_object(schema: Schema) -> bool:
    return schema.get("type") == "object" or "properties" in schema


def _close_object(closed: dict[str, Any]) -> None:
    if closed.get("additionalProperties", False) is not False or not closed.get("properties"):
        raise _NotStrict
    closed["additionalProperties"] = False
    closed["required"] = list(closed["properties"])


def _alone(closed: dict[str, Any]) -> dict[str, Any]:
    """A reference stands alone, so that what is said beside it goes around it."""
    if "$ref" not in closed or closed.keys() <= {"$ref", "$defs"}:
        return closed
    reference = {"$ref": closed.pop("$ref")}
    return {**closed, "anyOf": [reference]}


class Remembered(Generic[T]):
    """Schemas are values, and few: what was made of one is kept while the same mapping comes again."""

    def __init__(self, make: Callable[[Schema], T], most: int = 64) -> None:
        self._make = make
        self._most = most
        self._made: dict[int, tuple[Schema, T]] = {}

    def __call__(self, schema: Schema) -> T:
        found = self._made.get(id(schema))
        if found is not None and found[0] is schema:
            return found[1]
        made = self._make(schema)
        self.keep(schema, made)
        return made

    def keep(self, schema: Schema, made: T) -> None:
        """From now on this is what is made of it."""
        if len(self._made) >= self._most:
            self._made.clear()
        self._made[id(schema)] = (schema, made)
