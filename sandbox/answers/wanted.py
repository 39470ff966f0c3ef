"""What a schema asks for: each property with its kind and the concepts of its name and its description."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.answers.words import NOTHING, Concepts, concepts_of

Kind = Literal[
    "object", "list", "choice", "date", "percent", "amount", "count", "id", "currency", "party", "text", "flag"
]
Json = Mapping[str, Any]
_DEEPEST = 6
_PARTIES = frozenset(["supplier", "buyer"])
_CURRENCY = re.compile(r"ISO 4217|currency code", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that is asked for."""

    name: str
    kind: Kind
    types: frozenset[str]
    nullable: bool
    named: Concepts = NOTHING
    described: Concepts = NOTHING
    description: str = ""
    choices: tuple[Any, ...] = ()
    fields: tuple["Wanted", ...] = field(default=())
    item: "Wanted | None" = None


def wanted(schema: Json, root: Json, name: str = "", depth: int = 0) -> Wanted:
    """A schema, read; one that holds itself, as far as it makes sense."""
    if depth > _DEEPEST:
        return Wanted(name, "text", frozenset(["null"]), True)
    options = [_resolved(option, root) for option in _options(_resolved(schema, root))]
    real = [option for option in options if option.get("type") != "null"] or [{}]
    resolved = _resolved(schema, root)
    description = str(resolved.get("description") or real[0].get("description") or "")
    types = frozenset(kind for option in real for kind in _types(option))
    nullable = len(real) < len(options) or "null" in types
    chosen = max(real, key=lambda option: bool(option.get("properties")) + bool(option.get("items")))
    described = concepts_of(_without_examples(description))
    named = concepts_of(name.replace("_", " "))
    base = (types - {"null"}, nullable, named, described, description)
    return _read(chosen, root, name, base, depth + 1)


_Base = tuple[frozenset[str], bool, Concepts, Concepts, str]


def _read(chosen: Json, root: Json, name: str, base: _Base, depth: int) -> Wanted:
    if "properties" in chosen:
        fields = tuple(wanted(inner, root, key, depth) for key, inner in chosen["properties"].items())
        return Wanted(name, "object", *base, fields=fields)
    if "items" in chosen or "array" in base[0]:
        return Wanted(name, "list", *base, item=wanted(chosen.get("items", {}), root, name, depth))
    choices = tuple(chosen.get("enum", [chosen["const"]] if "const" in chosen else ()))
    choices = tuple(choice for choice in choices if choice is not None)
    return Wanted(name, _kind(chosen, choices, base), *base, choices=choices)


def _resolved(schema: Json, root: Json) -> Json:
    while "$ref" in schema:
        target = root
        for step in str(schema["$ref"]).removeprefix("#/").split("/"):
            target = target.get(step, {})
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema


def _options(schema: Json) -> Iterator[Json]:
    yield from schema.get("anyOf") or schema.get("oneOf") or [schema]


def _types(option: Json) -> Iterator[str]:
    kind = option.get("type", "object" if "properties" in option else "string")
    yield from kind if isinstance(kind, list) else [kind]


def _without_examples(description: str) -> str:
    return re.split(r"\be\.g\.|\bsuch as\b", description)[0]


def _kind(chosen: Json, choices: tuple[Any, ...], base: _Base) -> Kind:
    types, _, named, _, text = base
    if choices:
        return "choice"
    if "boolean" in types:
        return "flag"
    if str(chosen.get("format", "")).startswith("date"):
        return "date"
    if types & {"number", "integer"}:
        return _figure_kind(types, named, text)
    return _text_kind(named, text)


def _figure_kind(types: frozenset[str], named: Concepts, text: str) -> Kind:
    if ("rate" in named and "unit" not in named) or "percent" in text.lower():
        return "percent"
    return "count" if types == {"integer"} or "quantity" in named else "amount"


def _text_kind(named: Concepts, text: str) -> Kind:
    if "currency" in named or _CURRENCY.search(text):
        return "currency"
    if named & _PARTIES and not named & {"number", "address", "contact", "date"}:
        return "party"
    if "company" in named and len(named) == 1:
        return "party"
    if "number" in named and not named & {"phone", "bank"}:
        return "id"
    if "date" in named and re.search(r"YYYY|\bISO\b", text):
        return "date"
    return "text"
