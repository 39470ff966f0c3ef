"""What nobody needs to print is true all the same: a row's own number, and the scale that a heading says."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from extraction.document import Document
from extraction.grounding import Evidence, ground
from extraction.shape import shape_of


class Row(BaseModel):
    index: int
    name: str
    scale: Decimal | None = None


class Record(BaseModel):
    rows: list[Row]


def evidence(text: str, *rows: dict[str, Any]) -> dict[str, Evidence]:
    return {each.path: each for each in ground({"rows": list(rows)}, Document(text, (), ""), shape_of(Record))}


@pytest.mark.parametrize("first", [0, 1])
def test_a_column_that_counts_the_rows_needs_no_print(first: int) -> None:
    """From nought or one."""
    found = evidence("Alder, Birch", {"index": first, "name": "Alder"}, {"index": first + 1, "name": "Birch"})
    assert found["rows[0].index"].grounded
    assert found["rows[1].index"].reason == "it counts the rows"


def test_a_number_that_does_not_count_has_to_be_printed() -> None:
    """Nor does one row alone count."""
    assert not evidence("Alder, Birch", {"index": 0, "name": "Alder"}, {"index": 7, "name": "Birch"})[
        "rows[1].index"
    ].grounded
    assert not evidence("Alder", {"index": 1, "name": "Alder"})["rows[0].index"].grounded


@pytest.mark.parametrize(
    ("text", "scale", "grounded"),
    [
        ("Alder (in millions)", 1_000_000, True),
        ("Alder (in thousands)", 1_000, True),
        ("Alder", 1, True),
        ("Alder (in thousands)", 1_000_000, False),
        ("Alder 4", 4, False),
        ("Alder, a loss of 3 millions", 1_000_000, False),
    ],
)
def test_a_scale_is_what_the_heading_says(text: str, scale: int, grounded: bool) -> None:
    """A power of ten, or one where nothing is scaled."""
    found = evidence(text, {"index": 0, "name": "Alder", "scale": scale})
    assert found["rows[0].scale"].grounded is grounded
