"""A record's model becomes a schema that every provider's strict mode takes."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel
from pydantic import Field as Described

from extraction.shape import Unaskable, leaves, shape_of, strict_schema

# What OpenAI and Anthropic both take in a strict schema.
ALLOWED = {"type", "properties", "required", "additionalProperties", "items", "enum", "anyOf", "description", "format"}


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Line(BaseModel):
    """One position."""

    name: str = Described(description="What it is.", min_length=1, max_length=80, examples=["Drill"])
    quantity: Decimal = Described(gt=0, max_digits=12)
    discount: Annotated[Decimal | None, Described(ge=0)] = None


class Order(BaseModel):
    """An order."""

    number: str = Described(pattern="^A")
    placed: date
    at: time | None = None
    sent: datetime | None = None
    colour: Colour = Colour.RED
    kind: Literal["new", "used"]
    always: Literal["x"] = "x"
    urgent: bool
    pieces: int = 1
    first: Line
    second: Line | None = None
    either: Line | int = 3
    lines: list[Line] = Described(default_factory=list, description="All positions.", min_length=1)
    tags: list[str] = []


SCHEMA = strict_schema(shape_of(Order))


def _all(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", []), schema.get("items")]
        for each in inner:
            yield from _all(each)


def _types(name: str) -> set[str]:
    found = SCHEMA["properties"][name]
    return {option["type"] for option in found.get("anyOf", [found])}


def test_only_what_every_strict_mode_takes_is_said() -> None:
    """No default, no bounds, no pattern, no reference, no title."""
    assert {key for schema in _all(SCHEMA) for key in schema} <= ALLOWED


def test_every_object_is_closed_and_requires_all() -> None:
    """That is what strict means."""
    for schema in _all(SCHEMA):
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False
            assert schema["required"] == list(schema["properties"])


def test_every_value_may_be_null() -> None:
    """A model that finds nothing must be able to say so, also of what is required."""
    for name in ("number", "placed", "kind", "urgent", "pieces", "second", "either"):
        assert "null" in _types(name), name


def test_what_contains_values_is_not_null() -> None:
    """A list can be empty, an object can hold nulls."""
    assert _types("lines") == {"array"}
    assert _types("first") == {"object"}


def test_types_are_the_plainest_there_are() -> None:
    """A Decimal is asked for as a number, a date as a text of that format."""
    line = SCHEMA["properties"]["lines"]["items"]["properties"]
    assert line["quantity"]["anyOf"] == [{"type": "number"}, {"type": "null"}]
    assert SCHEMA["properties"]["placed"]["anyOf"][0] == {"type": "string", "format": "date"}
    assert SCHEMA["properties"]["pieces"]["anyOf"][0] == {"type": "integer"}


def test_choices_are_kept() -> None:
    """Literals, enums and constants alike."""
    kinds = {name: SCHEMA["properties"][name]["anyOf"][0]["enum"] for name in ("kind", "colour", "always")}
    assert kinds == {"kind": ["new", "used"], "colour": ["red", "blue"], "always": ["x"]}


def test_descriptions_are_kept() -> None:
    """They are the question."""
    assert SCHEMA["description"] == "An order."
    assert SCHEMA["properties"]["lines"]["description"] == "All positions."
    assert SCHEMA["properties"]["lines"]["items"]["properties"]["name"]["description"] == "What it is."


def test_a_part_asks_for_some_fields_only() -> None:
    """Long documents are asked in parts."""
    part = strict_schema(shape_of(Order).only(("number", "lines")))
    assert part["required"] == ["number", "lines"]


def test_kinds_say_how_values_are_compared() -> None:
    """By type, and where the type says too little, by what the field is called or declared."""

    class Record(BaseModel):
        total: Decimal
        placed: date
        currency: str
        money: str = Described(description="ISO 4217 code.")
        unit: Literal["EUR", "USD"]
        currency_paid: Literal["EUR", "USD"]
        summary: str
        gist: str = Described(json_schema_extra={"grounding": "summary"})
        topic: str = Described(json_schema_extra={"grounding": "judgement"})
        name: str
        urgent: bool

    kinds = [field.kind for _, field in leaves(shape_of(Record))]
    assert kinds == [
        *("number", "date", "currency", "currency", "judgement", "currency"),
        *("summary", "summary", "judgement", "text", "judgement"),
    ]


def test_leaves_have_paths() -> None:
    """As evidence and feedback name them, without row numbers."""
    assert [path for path, _ in leaves(shape_of(Order))][-4:] == [
        "lines[].name",
        "lines[].quantity",
        "lines[].discount",
        "tags[]",
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [("unitPrice", ("unit", "price")), ("net_total", ("net", "total")), ("IBAN", ("iban",)), ("line2", ("line", "2"))],
)
def test_a_name_is_split_into_words(name: str, words: tuple[str, ...]) -> None:
    """However it is spelled."""
    model = type("Record", (BaseModel,), {"__annotations__": {name: str}})
    assert shape_of(model).fields[0].words == words


def test_an_open_field_is_refused_with_its_path() -> None:
    """No strict mode takes a mapping."""

    class Inner(BaseModel):
        extra: dict[str, int]

    class Record(BaseModel):
        inner: list[Inner]

    with pytest.raises(Unaskable, match=r"inner\[\]\.extra is open"):
        shape_of(Record)
