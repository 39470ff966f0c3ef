"""A list whose rows are all combinations but one lacks that one; so does one that alone lacks what its kin state."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from pydantic import BaseModel

from extraction.checking import check
from extraction.document import Document, Span
from extraction.shape import shape_of
from extraction.source import Source


class Figure(BaseModel):
    period: str
    segment: str | None = None
    unit: str | None = None
    value: int


class Report(BaseModel):
    revenue: list[Figure] = []
    margin: list[Figure] = []
    income: list[Figure] = []
    expenses: list[Figure] = []


PERIODS, SEGMENTS = ("Q2 2026", "Q2 2025", "H1 2026"), ("Pumps", "Valves")
GRID = [(period, segment, 100 + number) for number, (period, segment) in enumerate(product(PERIODS, SEGMENTS))]


def rows(cells: Sequence[tuple[str, str | None, int]]) -> list[dict[str, Any]]:
    return [{"period": period, "segment": segment, "unit": "USD", "value": value} for period, segment, value in cells]


def remarks(**lists: Sequence[tuple[str, str | None, int]]) -> dict[str, list[str]]:
    """What is said of holes in each list; the document only names the values, far apart."""
    cells = dict.fromkeys(cell for each in lists.values() for cell in each)
    text = ("\n" * 40).join(" ".join(str(part) for part in cell if part) + " in USD" for cell in cells)
    source = Source(Document(text, (Span(0, len(text), 1, "page 1"),), "text/plain"))
    said: dict[str, list[str]] = {}
    for remark in check({name: rows(each) for name, each in lists.items()}, source, shape_of(Report)).remarks:
        if "combinations" in remark.why or "beside it" in remark.why:
            said.setdefault(remark.path, []).append(remark.why)
    return said


@pytest.mark.parametrize("dropped", range(len(GRID)))
def test_the_hole_in_a_grid_is_named(dropped: int) -> None:
    period, segment, _ = GRID[dropped]
    (why,) = remarks(revenue=[cell for cell in GRID if cell != GRID[dropped]])["revenue"]
    assert f"{period} {segment}" in why


def test_a_whole_grid_and_one_that_never_was_are_left_alone() -> None:
    """Two holes are no pattern; nor are four rows of two by two and a half."""
    assert not remarks(revenue=GRID)
    assert not remarks(revenue=GRID[:4])
    assert not remarks(revenue=[GRID[0], GRID[1], GRID[2]])


COMPANY: list[tuple[str, str | None, int]] = [(period, None, 100 + number) for number, period in enumerate(PERIODS)]


@pytest.mark.parametrize("dropped", range(len(PERIODS)))
def test_what_all_lists_beside_it_state_is_missing_in_one(dropped: int) -> None:
    short = [cell for cell in COMPANY if cell != COMPANY[dropped]]
    said = remarks(revenue=COMPANY, margin=COMPANY, income=COMPANY, expenses=short)
    assert list(said) == ["expenses"]
    assert PERIODS[dropped] in said["expenses"][0]


def test_a_list_that_is_another_kind_of_list_is_left_alone() -> None:
    """One that lacks most of what the others state; lists that are too few to say what is usual."""
    assert not remarks(revenue=COMPANY, margin=COMPANY, income=COMPANY, expenses=COMPANY[:1])
    assert not remarks(revenue=COMPANY, margin=COMPANY, income=COMPANY[:2])
