"""Precision, recall and F1 of each field, by what values mean; rows are held against the row they mean."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, Field

from extraction.scoring import Tally, score
from extraction.shape import shape_of


class Line(BaseModel):
    item: str
    quantity: Decimal


class Note(BaseModel):
    seller: str
    issued: date
    total: Decimal
    currency: str = Field(description="ISO 4217 code.")
    summary: str | None = None
    tags: list[str] = []
    lines: list[Line] = []


TRUTH: dict[str, Any] = {
    "seller": "Nordwind GmbH",
    "issued": "2026-11-19",
    "total": "1214.50",
    "currency": "EUR",
    "summary": "Two things.",
    "tags": ["a", "b"],
    "lines": [{"item": "Drill", "quantity": "40"}, {"item": "Saw", "quantity": "3"}],
}


def tallies(**change: Any) -> dict[str, tuple[int, int, int]]:
    """Right, wrong and missed of every field of an answer that differs from the truth in this."""
    found = score([(TRUTH, {**TRUTH, **change})], shape_of(Note)).fields
    return {path: (each.right, each.wrong, each.missed) for path, each in found.items()}


def test_the_truth_itself_has_every_value() -> None:
    """A list counts each of its values; a summary is in the model's own words and is not counted."""
    assert tallies() == {
        "seller": (1, 0, 0), "issued": (1, 0, 0), "total": (1, 0, 0), "currency": (1, 0, 0), "tags[]": (2, 0, 0),
        "lines[].item": (2, 0, 0), "lines[].quantity": (2, 0, 0),
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [{"total": 1214.5}, {"issued": "19.11.2026"}, {"seller": "NORDWIND Gesellschaft mit beschränkter Haftung"},
     {"currency": "€"}, {"tags": ["b", "a"]}, {"summary": "Something else."}, {"lines": TRUTH["lines"][::-1]}],
)  # fmt: skip
def test_another_way_to_write_it_is_right(change: dict[str, Any]) -> None:
    """Numbers, days, names, codes, and the order of a list."""
    assert tallies(**change) == tallies()


@pytest.mark.parametrize(
    ("change", "path", "expected"),
    [
        ({"total": "1214.51"}, "total", (0, 1, 1)),
        ({"issued": None}, "issued", (0, 0, 1)),
        ({"tags": ["a", "b", "c"]}, "tags[]", (2, 1, 0)),
        ({"lines": TRUTH["lines"][1:]}, "lines[].item", (1, 0, 1)),
        ({"lines": [*TRUTH["lines"], {"item": "Nail", "quantity": "9"}]}, "lines[].quantity", (2, 1, 0)),
        ({"lines": [{"item": "Saw", "quantity": "4"}, TRUTH["lines"][0]]}, "lines[].quantity", (1, 1, 1)),
    ],
)
def test_a_wrong_value_is_wrong_and_missed(change: dict[str, Any], path: str, expected: tuple[int, int, int]) -> None:
    """A missing one is missed, an invented one wrong."""
    assert tallies(**change)[path] == expected


def test_no_record_misses_everything() -> None:
    """A document that could not be read is no excuse."""
    found = score([(TRUTH, None)], shape_of(Note))
    assert (found.documents, found.whole.recall, found.whole.f1) == (1, 0.0, 0.0)


def test_the_figures_are_the_usual_ones() -> None:
    """And a field that nobody speaks of is right."""
    tally = Tally(right=6, wrong=2, missed=4)
    assert (tally.precision, tally.recall) == (0.75, 0.6)
    assert tally.f1 == pytest.approx(2 / 3)
    assert Tally().f1 == 1.0
