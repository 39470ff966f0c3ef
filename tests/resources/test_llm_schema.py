"""Schemas as strict modes take them; the sandbox's refusals, written apart from this, are the judge."""

from decimal import Decimal
from itertools import count
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from resources.llm.adapters.anthropic_request import strict_form
from resources.llm.adapters.schema import Remembered, strict
from resources.llm.adapters.strict_limits import OPENAI, is_too_much
from sandbox.strictness import complaint


class Item(BaseModel):
    name: str = Field(min_length=1, description="What it is.")
    price: Decimal = Field(gt=0)
    unit: Literal["kg", "piece"] = "piece"


class Card(BaseModel):
    kind: Literal["card"]
    number: str = Field(json_schema_extra={"pattern": r"^(?!0)\d+$"})


class Cash(BaseModel):
    kind: Literal["cash"]


class Quote(BaseModel):
    items: list[Item] = Field(min_length=1, max_length=50)
    first: Item = Field(description="The one on top.")
    valid_until: str | None = Field(default=None, json_schema_extra={"format": "date"})
    paid: Annotated[Card | Cash, Field(discriminator="kind")]


class Tree(BaseModel):
    children: list["Tree"]
    parent: "Tree | None" = Field(default=None, description="Above it.")


@pytest.mark.parametrize("model", [Quote, Tree, Item])
def test_what_pydantic_writes_becomes_what_strict_modes_take(model: type[BaseModel]) -> None:
    """Nested, recursive, optional and discriminated schemas pass both providers' checks."""
    schema = model.model_json_schema()
    closed = strict(schema)
    assert closed is not None
    assert complaint(closed, "openai") is None
    transformed = strict_form(schema)
    assert transformed is not None
    assert complaint(transformed, "anthropic") is None


def test_every_property_is_required_and_no_other_is_allowed() -> None:
    """A model that may leave out a field leaves it out."""
    closed = strict(Item.model_json_schema())
    assert closed is not None
    assert closed["required"] == ["name", "price", "unit"]
    assert closed["additionalProperties"] is False


def test_what_cannot_be_enforced_is_told() -> None:
    """A bound that strict modes do not know stands in the description."""
    closed = strict(Item.model_json_schema())
    assert closed is not None
    assert closed["properties"]["name"]["description"] == "What it is. (minLength: 1)"
    assert closed["properties"]["unit"]["description"] == "(default: piece)"


def test_a_pattern_that_looks_around_is_told() -> None:
    """Strict modes compile patterns without it."""
    closed = strict(Card.model_json_schema())
    assert closed is not None
    assert "pattern" not in closed["properties"]["number"]
    assert r"pattern: ^(?!0)\d+$" in closed["properties"]["number"]["description"]


def test_what_is_said_beside_a_reference_goes_around_it() -> None:
    """A reference may have no neighbours there."""
    closed = strict(Quote.model_json_schema())
    assert closed is not None
    assert closed["properties"]["first"] == {
        "anyOf": [{"$ref": "#/$defs/Item"}],
        "description": "The one on top.",
    }


@pytest.mark.parametrize(
    "part",
    [
        {},
        {"type": "object"},
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"type": "array"},
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
    ],
    ids=["anything", "any keys", "a map", "a list of anything", "two things at once"],
)
def test_what_allows_anything_has_no_strict_form(part: dict[str, Any]) -> None:
    """It is then sent as it is, not strict, rather than as something else."""
    assert strict({"type": "object", "properties": {"it": part}}) is None


def test_an_answer_is_an_object() -> None:
    """Strict modes know no other root."""
    assert strict({"type": "array", "items": {"type": "string"}}) is None


LEAVES = st.sampled_from(
    [{"type": "string", "maxLength": 3}, {"type": ["integer", "null"]}, {"enum": ["a", "b"]}, {"const": 1}]
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda items: {"type": "array", "items": items, "uniqueItems": True}, inner),
        st.builds(lambda parts: {"anyOf": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(
            lambda parts: {"type": "object", "properties": parts},
            st.dictionaries(st.sampled_from("abc"), inner, min_size=1),
        ),
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from("xyz"), SCHEMAS, min_size=1))
def test_the_strict_form_is_taken_and_stays(properties: dict[str, Any]) -> None:
    """Whatever is made strict passes, does not change its source, and is its own strict form."""
    schema = {"type": "object", "properties": properties}
    before = repr(schema)
    closed = strict(schema)
    assert closed is not None
    assert complaint(closed, "openai") is None
    assert strict(closed) == closed
    assert repr(schema) == before


def optional(count: int) -> dict[str, Any]:
    """So many optional properties, each possibly null."""
    nullable = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    return {"type": "object", "properties": {f"p{number}": nullable for number in range(count)}}


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"inner": schema}}
    return schema


@pytest.mark.parametrize(("schema", "held"), [(optional(16), True), (optional(17), False)])
def test_more_unions_than_anthropic_compiles_are_not_strict(schema: dict[str, Any], held: bool) -> None:
    """Its documented limit: sixteen parameters of more than one type."""
    assert (strict_form(schema) is not None) is held


@pytest.mark.parametrize(("count", "held"), [(24, True), (25, False)])
def test_more_optional_parameters_than_anthropic_compiles_are_not_strict(count: int, held: bool) -> None:
    """Its documented limit: twenty-four that may be left out, in all parts together."""
    part = {"type": "object", "properties": {f"p{number}": {"type": "string"} for number in range(count)}}
    schema = {"type": "object", "properties": {"parts": {"type": "array", "items": part}}, "required": ["parts"]}
    assert (strict_form(schema) is not None) is held


@pytest.mark.parametrize(
    ("schema", "held"),
    [
        (nested(10), True),
        (nested(11), False),
        ({"type": "string", "enum": [str(number) for number in range(1000)]}, True),
        ({"type": "string", "enum": [str(number) for number in range(1001)]}, False),
        ({"type": "object", "properties": {f"p{number}": {"type": "null"} for number in range(5001)}}, False),
        ({"type": "object", "properties": {"p" * 120_001: {"type": "null"}}}, False),
    ],
    ids=["ten levels", "eleven", "a thousand values", "one more", "too many properties", "too many characters"],
)
def test_openai_compiles_so_much_and_no_more(schema: dict[str, Any], held: bool) -> None:
    """Its documented limits."""
    assert OPENAI.hold(schema) is held


@pytest.mark.parametrize(
    ("refusal", "too_much"),
    [
        ("The compiled grammar is too large, which would cause performance issues.", True),
        ("The specified schema produces a constraint that has too many states for serving.", True),
        ("Invalid schema for response_format 'x': 11 levels of nesting exceeds limit of 10.", True),
        ("Invalid schema for response_format 'x': 'default' is not permitted.", False),
        ("messages: at least one message is required", False),
    ],
)
def test_too_much_is_told_from_wrong(refusal: str, too_much: bool) -> None:
    """Only the first is cured by asking less strictly."""
    assert is_too_much(refusal) is too_much


def test_a_schema_is_worked_on_once() -> None:
    """Thousands of documents of a feed share one schema."""
    numbers = count(1)
    remembered = Remembered(lambda schema: next(numbers), most=2)
    one, two, three = {"a": 1}, {"a": 1}, {"a": 1}
    assert [remembered(one), remembered(one), remembered(two), remembered(one)] == [1, 1, 2, 1]
    assert [remembered(three), remembered(one)] == [3, 4]
