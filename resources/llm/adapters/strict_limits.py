"""How much of a schema a provider's strict mode compiles: what it documents, and what it says when it is too much."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# Providers document some of their limits; of the others one hears when they refuse.
_TOO_MUCH = re.compile(
    r"grammar is too large|too many states|schema is too (complex|large|deep)|levels of nesting exceed"
    r"|exceeds? the (maximum|limit) .*(propert|enum|nesting)|too many (optional|parameters with union)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class StrictLimits:
    """The most of each that one request may have."""

    properties: int = 1_000_000
    levels: int = 1_000_000
    enum_values: int = 1_000_000
    characters: int = 1_000_000
    optional: int = 1_000_000
    unions: int = 1_000_000

    def hold(self, schema: Mapping[str, Any]) -> bool:
        parts = list(_parts(schema))
        properties = [name for part, _ in parts for name in part.get("properties", ())]
        values = [value for part, _ in parts for value in part.get("enum", ())]
        required = sum(len(part.get("required", ())) for part, _ in parts)
        return (
            len(properties) <= self.properties
            and max(level for _, level in parts) <= self.levels
            and len(values) <= self.enum_values
            and sum(len(str(told)) for told in (*properties, *values)) <= self.characters
            and len(properties) - required <= self.optional
            and sum("anyOf" in part or isinstance(part.get("type"), list) for part, _ in parts) <= self.unions
        )


# developers.openai.com/api/docs/guides/structured-outputs, "Supported schemas".
OPENAI = StrictLimits(properties=5000, levels=10, enum_values=1000, characters=120_000)
# platform.claude.com/docs/en/build-with-claude/structured-outputs, "Schema complexity limits".
ANTHROPIC = StrictLimits(optional=24, unions=16)


def is_too_much(refusal: str) -> bool:
    """Whether a provider refuses a schema for being more than it compiles, and not for being wrong."""
    return _TOO_MUCH.search(refusal) is not None


def _parts(schema: Any, level: int = 1) -> Iterator[tuple[Mapping[str, Any], int]]:
    """Every schema within the schema, and how deep it lies."""
    if not isinstance(schema, Mapping):
        return
    yield schema, level
    for definition in schema.get("$defs", {}).values():
        yield from _parts(definition, level)
    for part in (*schema.get("anyOf", ()), *schema.get("allOf", ())):
        yield from _parts(part, level)
    for inner in schema.get("properties", {}).values():
        yield from _parts(inner, level + _holds_more(inner))
    yield from _parts(schema.get("items"), level)


def _holds_more(schema: Any) -> bool:
    return isinstance(schema, Mapping) and bool(schema.keys() & {"properties", "items"})
