"""What a person sees: columns from the model, a picture that adds up."""

from base64 import b64decode
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, StringConstraints

from assets.columns import column_schema, type_name
from assets.pictures import BAR, COLOURS, MARGIN, WIDTH, where_documents_went

Text = Annotated[str, StringConstraints(min_length=1)]


class Line(BaseModel):
    price: Decimal = Field(description="Net price.")


class Quote(BaseModel):
    number: Annotated[str, StringConstraints(min_length=1)] = Field(description="The supplier's number.")
    until: date | None = None
    kind: Literal["offer", "estimate"]
    lines: list[Line] | None = None


def svg(markdown: str) -> ElementTree.Element:
    return ElementTree.fromstring(b64decode(markdown.split("base64,")[1][:-1]))  # noqa: S314 - our own picture


def test_a_records_columns_come_from_its_model() -> None:
    """Names, types as people read them, descriptions, what may be missing, the fields of its rows."""
    schema = column_schema(Quote)
    found = {column.name: (column.type, column.constraints.nullable) for column in schema.columns}
    assert found == {
        "number": ("text", False),
        "until": ("date", True),
        "kind": ("offer | estimate", False),
        "lines": ("list of Line", True),
        "lines.price": ("Decimal", False),
    }
    assert schema.columns[0].description == "The supplier's number."


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        (str, "text"),
        (list[str], "list of text"),
        (date | None, "date"),
        (Decimal | int, "Decimal or int"),
        (Text | None, "text"),
    ],
)
def test_types_are_named_for_people(annotation: object, name: str) -> None:
    """Nobody needs to know Python's typing to read the catalog."""
    assert type_name(annotation) == name


@given(st.dictionaries(st.sampled_from(sorted(COLOURS)), st.integers(0, 10_000)))
def test_the_bar_is_as_wide_as_its_documents(counts: dict[str, int]) -> None:
    """Each part in proportion, all of them the whole."""
    parts = [each for each in svg(where_documents_went(counts, [])) if each.get("height") == str(BAR)]
    assert len(parts) == sum(1 for number in counts.values() if number)
    assert all(float(part.get("x", 0)) + float(part.get("width", 0)) <= WIDTH - MARGIN + 1 for part in parts)


def test_reasons_stand_beside_their_verdict_and_cannot_break_the_picture() -> None:
    """A reason is text, whatever a document wrote into it."""
    markdown = where_documents_went({"dead": 2}, [("dead", "<script>&", 2)])
    texts = [each.text for each in svg(markdown).iter() if each.tag.endswith("text")]
    assert texts == ["dead: 2 - <script>& (2)"]


def test_an_empty_partition_has_a_picture_too() -> None:
    """Nothing is also an answer."""
    assert "none" in where_documents_went({}, [])
