"""A record's shape is read once from its Pydantic model; asking, checking and grounding all follow the same tree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel

Kind = Literal["object", "list", "union", "number", "date", "time", "text", "currency", "summary", "judgement"]
Json = dict[str, Any]

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
_CODE = re.compile(r"[A-Z]{3}")
_GROUNDINGS: dict[str, Kind] = {"summary": "summary", "judgement": "judgement", "verbatim": "text"}
# The formats that the strict modes of all providers take.
_FORMATS = frozenset({"date", "date-time", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"})
_TEMPORAL: dict[str, Kind] = {"date": "date", "date-time": "date", "time": "time"}


class Unaskable(Exception):
    """A model that no strict schema can express: which field, why, what to write instead."""

    def __init__(self, path: str, problem: str, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(f"{path or 'the record'} {problem}")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record, and the fields below it."""

    name: str
    kind: Kind
    json_type: str = "object"
    format: str | None = None
    description: str = ""
    required: bool = True
    nullable: bool = False
    choices: tuple[Any, ...] = ()
    fields: tuple["Field", ...] = ()
    item: "Field | None" = None

    @property
    def words(self) -> tuple[str, ...]:
        """What the value is called, in single words."""
        return words_of(self.name)

    @property
    def has_list(self) -> bool:
        """Whether its values may be spread over the whole document."""
        below = (*self.fields, *([self.item] if self.item else []))
        return self.kind == "list" or any(field.has_list for field in below)

    def child(self, name: str) -> "Field | None":
        return next((field for field in self.fields if field.name == name), None)

    def only(self, paths: tuple[str, ...]) -> "Field":
        """The same object with some of its fields; `terms.start` keeps of the object `terms` that field alone."""
        return replace(self, fields=tuple(kept for field in self.fields if (kept := _kept(field, paths))))


@lru_cache(maxsize=4_096)
def words_of(name: str) -> tuple[str, ...]:
    """The single words of a field's name."""
    return tuple(word.lower() for word in _WORD.findall(name))


def _kept(field: Field, paths: tuple[str, ...]) -> Field | None:
    if field.name in paths:
        return field
    below = tuple(rest for head, _, rest in (path.partition(".") for path in paths) if head == field.name and rest)
    return field.only(below) if below else None


@lru_cache(maxsize=256)
def shape_of(model: type[BaseModel]) -> Field:
    """The tree of a model's fields; raises Unaskable."""
    return shape_from(model.model_json_schema(mode="validation"), model.__name__)


def shape_from(schema: Json, name: str = "record") -> Field:
    """The tree of the fields of a JSON schema; raises Unaskable."""
    return _Reader(schema.get("$defs", {})).read(schema, name, "", ())


def strict_schema(field: Field) -> Json:
    """The JSON schema a provider's strict mode takes: closed, everything required, null for what is not stated."""
    return _object(field) if field.kind == "object" else _described(_type(field), field)


def leaves(field: Field, path: str = "") -> Iterator[tuple[str, Field]]:
    """Every field that holds a value, with its path; a list's items stand under `[]`."""
    if field.item:
        yield from leaves(field.item, f"{path}[]")
    for child in field.fields:
        yield from leaves(child, f"{path}.{child.name}" if path else child.name)
    if not field.item and not field.fields:
        yield path, field


def descriptions(field: Field) -> Iterator[str]:
    """Everything that is said of a field and of those below it."""
    yield field.description
    for child in (*field.fields, *([field.item] if field.item else [])):
        yield from descriptions(child)


def _object(field: Field) -> Json:
    properties = {child.name: _property(child) for child in field.fields}
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return _described(schema, field)


def _property(field: Field) -> Json:
    # Without a null a model that finds nothing has to invent something: only what contains values goes without.
    holds = field.kind in ("list", "object") and not field.nullable
    schema = _type(field)
    if not holds:
        options = schema.pop("anyOf", None) or [schema]
        schema = {"anyOf": [*options, {"type": "null"}]}
    return _described(schema, field)


def _type(field: Field) -> Json:
    if field.kind == "object":
        return {key: value for key, value in _object(field).items() if key != "description"}
    if field.item:
        return {"type": "array", "items": strict_schema(field.item)}
    if field.kind == "union":
        return {"anyOf": [strict_schema(option) for option in field.fields]}
    schema: Json = {"type": field.json_type}
    if field.choices:
        schema["enum"] = list(field.choices)
    if field.format in _FORMATS:
        schema["format"] = field.format
    return schema


def _described(schema: Json, field: Field) -> Json:
    return {**schema, "description": field.description} if field.description else schema


class _Reader:
    """Reads a JSON schema as Pydantic writes it."""

    def __init__(self, definitions: dict[str, Json]) -> None:
        self._definitions = definitions

    def read(self, schema: Json, name: str, path: str, above: tuple[str, ...]) -> Field:
        schema, above = self._resolved(schema, path, above)
        options = schema.get("anyOf") or schema.get("oneOf")
        if options:
            return self._read_options(schema, options, name, path, above)
        if "properties" in schema:
            return self._read_object(schema, name, path, above)
        if schema.get("type") == "array":
            return self._read_list(schema, name, path, above)
        return _leaf(schema, name, path)

    def _resolved(self, schema: Json, path: str, above: tuple[str, ...]) -> tuple[Json, tuple[str, ...]]:
        while "$ref" in schema or len(schema.get("allOf", ())) == 1:
            reference = schema.get("$ref") or schema["allOf"][0].get("$ref", "")
            target = reference.rpartition("/")[2]
            if target in above:
                problem = f"holds itself ({target})"
                raise Unaskable(path, problem, "Give the record a fixed depth, or hold the inner ones as a list.")
            above = (*above, target)
            own = {key: value for key, value in schema.items() if key not in ("$ref", "allOf")}
            schema = {**self._definitions[target], **own}
        return schema, above

    def _read_object(self, schema: Json, name: str, path: str, above: tuple[str, ...]) -> Field:
        required = schema.get("required", ())
        children = []
        for key, inner in schema["properties"].items():
            child = self.read(inner, key, f"{path}.{key}" if path else key, above)
            children.append(replace(child, required=key in required))
        description = schema.get("description", "")
        return Field(name, "object", description=description, fields=tuple(children))

    def _read_list(self, schema: Json, name: str, path: str, above: tuple[str, ...]) -> Field:
        if "items" not in schema:
            raise Unaskable(path, "is a list of anything or a tuple", "Use list[…] of a model or of a plain type.")
        item = self.read(schema["items"], name, f"{path}[]", above)
        return Field(name, "list", "array", description=schema.get("description", ""), item=item)

    def _read_options(self, schema: Json, options: list[Json], name: str, path: str, above: tuple[str, ...]) -> Field:
        own = {key: value for key, value in schema.items() if key in ("description", "grounding")}
        real = [option for option in options if option.get("type") != "null"]
        nullable = len(real) < len(options)
        if {"number", "string"} == {option.get("type") for option in real}:
            # A Decimal: as a number it comes without thousands separators and units, and Pydantic reads it exactly.
            real = [{"type": "number"}]
        if len(real) == 1:
            return replace(self.read({**real[0], **own}, name, path, above), nullable=nullable)
        fields = tuple(self.read({**option, **own}, name, path, above) for option in real)
        description = schema.get("description", "")
        return Field(name, "union", description=description, nullable=nullable, fields=fields)


def _leaf(schema: Json, name: str, path: str) -> Field:
    choices = tuple(schema.get("enum", [schema["const"]] if "const" in schema else ()))
    json_type = schema.get("type") or _type_of(choices)
    if json_type not in ("string", "number", "integer", "boolean"):
        remedy = "Use a plain type, or a model with one field for each value; a mapping is a list of models."
        raise Unaskable(path, "is open: anything could stand there", remedy)
    description = schema.get("description", "")
    field = Field(name, "text", json_type, schema.get("format"), description, choices=choices)
    return replace(field, kind=_kind(field, schema.get("grounding")))


def _type_of(choices: tuple[Any, ...]) -> str | None:
    names = {str: "string", bool: "boolean", int: "integer", float: "number"}
    kinds = {names.get(type(choice)) for choice in choices}
    return kinds.pop() if len(kinds) == 1 else None


def _kind(field: Field, grounding: str | None) -> Kind:
    """How a value of the field is compared with the text."""
    if grounding in _GROUNDINGS:
        return _GROUNDINGS[grounding]
    if field.json_type in ("number", "integer") and not field.choices:
        return "number"
    if field.choices and all(isinstance(choice, str) and _CODE.fullmatch(choice) for choice in field.choices):
        return "currency" if "currency" in field.words else "judgement"
    if field.choices or field.json_type == "boolean":
        return "judgement"
    return _TEMPORAL.get(field.format or "") or _text_kind(field)


def _text_kind(field: Field) -> Kind:
    if "currency" in field.words or "ISO 4217" in field.description:
        return "currency"
    return "summary" if _is_summary(field) else "text"


def _is_summary(field: Field) -> bool:
    return not {"summary", "summarised", "summarized", "gist"}.isdisjoint(
        (*field.words, *re.findall(r"\w+", field.description.lower())[:4])
    )
