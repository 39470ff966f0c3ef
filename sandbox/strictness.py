"""Which JSON schemas the providers' strict modes refuse, so that what works here works there."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

Dialect = Literal["openai", "anthropic"]

_REFUSED_BY_BOTH = frozenset(
    {
        "oneOf",
        "not",
        "if",
        "then",
        "else",
        "minLength",
        "maxLength",
        "uniqueItems",
        "contains",
        "patternProperties",
        "propertyNames",
        "minProperties",
        "maxProperties",
        "dependentRequired",
        "dependentSchemas",
        "unevaluatedProperties",
    }
)
_BOUNDS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "maxItems"})
_REFUSED: dict[Dialect, frozenset[str]] = {
    "openai": _REFUSED_BY_BOTH | {"allOf", "default"},
    "anthropic": _REFUSED_BY_BOTH | _BOUNDS,
}


_MOST_UNIONS, _MOST_OPTIONAL, _MOST_PROPERTIES = 16, 24, 5000


@dataclass(frozen=True, slots=True)
class Place:
    """A schema inside the schema, and the way to it."""

    way: tuple[str, ...]
    schema: Mapping[str, Any]


def complaint(schema: Mapping[str, Any], dialect: Dialect) -> str | None:
    """What the provider's strict mode says against this schema; None if it takes it."""
    return _complaint(json.dumps(schema, sort_keys=True), dialect)


@lru_cache(maxsize=256)
def _complaint(schema_json: str, dialect: Dialect) -> str | None:
    schema = json.loads(schema_json)
    if dialect == "openai" and schema.get("type") != "object":
        return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema.get('type')}\"'."
    judge = _openai_complaint if dialect == "openai" else _anthropic_complaint
    places = list(_places(schema))
    found = next((found for place in places if (found := judge(place))), None)
    return found or (_too_much_for_anthropic(places) if dialect == "anthropic" else _too_much_for_openai(places))


def _too_much_for_anthropic(places: list[Place]) -> str | None:
    """Its documented limits of one request."""
    unions = sum("anyOf" in place.schema or isinstance(place.schema.get("type"), list) for place in places)
    optional = sum(
        name not in place.schema.get("required", ())
        for place in places
        for name in _mapping(place.schema.get("properties"))
    )
    if unions > _MOST_UNIONS:
        return f"Schema contains too many parameters with union types ({unions} > {_MOST_UNIONS})."
    if optional > _MOST_OPTIONAL:
        return f"Schema contains too many optional parameters ({optional} > {_MOST_OPTIONAL})."
    return None


def _too_much_for_openai(places: list[Place]) -> str | None:
    """Of its documented limits the one that is met in practice."""
    count = sum(len(_mapping(place.schema.get("properties"))) for place in places)
    return (
        f"{count} properties exceed the maximum of {_MOST_PROPERTIES} properties." if count > _MOST_PROPERTIES else None
    )


def _openai_complaint(place: Place) -> str | None:
    context = f"In context={place.way!r}"
    refused = sorted(_REFUSED["openai"] & place.schema.keys())
    if refused:
        return f"{context}, '{refused[0]}' is not permitted."
    if not _is_object(place.schema):
        return None
    if place.schema.get("additionalProperties") is not False:
        return f"{context}, 'additionalProperties' is required to be supplied and to be false."
    missing = [name for name in place.schema.get("properties", {}) if name not in place.schema.get("required", [])]
    if not missing:
        return None
    return (
        f"{context}, 'required' is required to be supplied and to be an array including every key in "
        f"properties. Missing '{missing[0]}'."
    )


def _anthropic_complaint(place: Place) -> str | None:
    refused = sorted(_REFUSED["anthropic"] & place.schema.keys())
    if refused:
        kind = place.schema.get("type", "unknown")
        return f"For '{kind}' type, property '{refused[0]}' is not supported"
    if place.schema.get("minItems", 0) not in (0, 1):
        return "For 'array' type, 'minItems' values other than 0 or 1 are not supported"
    if _is_object(place.schema) and place.schema.get("additionalProperties") is not False:
        return "For 'object' type, 'additionalProperties' must be explicitly set to false"
    return None


def _is_object(schema: Mapping[str, Any]) -> bool:
    kind = schema.get("type")
    return kind == "object" or (isinstance(kind, list) and "object" in kind) or "properties" in schema


def _places(schema: Mapping[str, Any], way: tuple[str, ...] = ()) -> Iterator[Place]:
    yield Place(way, schema)
    for key in ("properties", "$defs", "definitions"):
        for name, inner in _mapping(schema.get(key)).items():
            yield from _inner(inner, (*way, key, name))
    yield from _inner(schema.get("items"), (*way, "items"))
    for key in ("anyOf", "allOf"):
        for position, inner in enumerate(schema.get(key) or ()):
            yield from _inner(inner, (*way, key, str(position)))


def _inner(schema: Any, way: tuple[str, ...]) -> Iterator[Place]:
    if isinstance(schema, Mapping):
        yield from _places(schema, way)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
