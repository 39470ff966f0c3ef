"""A list is complete when nothing like its rows is left over where they stand; a dropped row is noticed."""

from collections.abc import Sequence
from decimal import Decimal
from textwrap import dedent
from typing import Any

import pytest
from pydantic import BaseModel, create_model

from extraction.checking import check
from extraction.document import Document, Span
from extraction.shape import shape_of
from extraction.source import Source


class Line(BaseModel):
    name: str
    quantity: Decimal
    unit_price: Decimal
    line_total: Decimal


class Invoice(BaseModel):
    net_total: Decimal | None = None
    lines: list[Line] = []


class Figure(BaseModel):
    period: str
    kind: str
    value: Decimal


class Report(BaseModel):
    revenue: list[Figure] = []


TABLE = dedent("""\
    Item            Qty   Price   Amount
    Drill 8 mm        40    2.50   100.00
    Screwdriver        3  371.50 1,114.50
    Saw blade         12   10.00   120.00
    Level, 60 cm       7   31.10   217.70
    """)
ROWS = [
    {"name": "Drill 8 mm", "quantity": 40, "unit_price": "2.50", "line_total": "100.00"},
    {"name": "Screwdriver", "quantity": 3, "unit_price": "371.50", "line_total": "1114.50"},
    {"name": "Saw blade", "quantity": 12, "unit_price": "10.00", "line_total": "120.00"},
    {"name": "Level, 60 cm", "quantity": 7, "unit_price": "31.10", "line_total": "217.70"},
]


def remarks(text: str, model: type[BaseModel], answer: dict[str, Any]) -> list[str]:
    """What is said of the lists of an answer."""
    source = Source(Document(text, (Span(0, len(text), 1, "page 1"),), "text/plain"))
    return [remark.why for remark in check(answer, source, shape_of(model)).remarks]


@pytest.mark.parametrize("dropped", [0, 1, 2, 3])
def test_the_sum_gives_away_a_dropped_row(dropped: int) -> None:
    """The rows lack an amount to the total that is printed and in none of them."""
    text = TABLE + "Net total 1,552.20\nVAT 19 % 294.92\nTotal 1,847.12\n"
    rows = [row for number, row in enumerate(ROWS) if number != dropped]
    assert not remarks(text, Invoice, {"net_total": "1552.20", "lines": ROWS})
    assert "lack" in remarks(text, Invoice, {"net_total": "1552.20", "lines": rows})[0]


@pytest.mark.parametrize("dropped", [0, 1, 2, 3])
def test_without_a_sum_quantity_times_price_gives_it_away(dropped: int) -> None:
    """Three numbers in no row, of which two make the third, are a row."""
    rows = [row for number, row in enumerate(ROWS) if number != dropped]
    assert not remarks(TABLE, Invoice, {"lines": ROWS})
    assert remarks(TABLE, Invoice, {"lines": rows})


COUNTED = """\
Pos Item Qty Price Amount
1 Drill 8 mm 40 2.50 100.00
2 Sample case, free 1 0.00 0.00
3 Saw blade 12 10.00 120.00
Net total 220.00
"""


@pytest.mark.parametrize("dropped", [0, 1, 2])
def test_a_row_that_the_document_counts_is_missed_though_the_sum_is_right(dropped: int) -> None:
    """Free goods add nothing; their number in the table gives them away."""
    free = {"name": "Sample case, free", "quantity": 1, "unit_price": "0.00", "line_total": "0.00"}
    rows = [ROWS[0], free, ROWS[2]]
    assert not remarks(COUNTED, Invoice, {"net_total": "220.00", "lines": rows})
    left = [row for number, row in enumerate(rows) if number != dropped]
    assert "left over" in remarks(COUNTED, Invoice, {"net_total": "220.00", "lines": left})[0]


def test_an_amount_that_is_printed_twice_is_no_row() -> None:
    """One times anything is that again: only close together does it make a row."""
    text = TABLE + "Paid 9.32\nOf 1 order " + "that was returned to us in good order " * 3 + "9.32\n"
    assert not remarks(text, Invoice, {"lines": ROWS})


def test_a_discount_on_the_total_is_no_missing_row() -> None:
    """A total that is less than its rows lacks none."""
    text = TABLE + "Positions 1,552.20\nDiscount -52.20\nNet total 1,500.00\n"
    assert not remarks(text, Invoice, {"net_total": "1500.00", "lines": ROWS})


def test_tax_is_no_missing_row() -> None:
    """Where the sum of the rows is printed before it, the rows are over."""
    text = TABLE + "Sum 1,552.20\nVAT 19 % 294.92\nTotal 1,847.12\n"
    assert not remarks(text, Invoice, {"net_total": "1847.12", "lines": ROWS})


ACROSS = "Three months ended   June 2026  June 2025\nRevenue $ 1,874 $ 4,922 $ 8,891 $ 11,950\nCost 612 511 400 300\n"


def figures(*values: int) -> dict[str, Any]:
    return {"revenue": [{"period": f"P{at}", "kind": "actual", "value": value} for at, value in enumerate(values)]}


@pytest.mark.parametrize("left", [(4922, 8891, 11950), (1874, 8891, 11950), (1874, 4922, 8891)])
def test_a_table_that_runs_across_is_left_over_sideways(left: Sequence[int]) -> None:
    """Its rows are numbers side by side."""
    assert not remarks(ACROSS, Report, figures(1874, 4922, 8891, 11950))
    assert "left over" in remarks(ACROSS, Report, figures(*left))[0]


def test_a_footnotes_mark_is_no_row() -> None:
    """It has not as many figures as its neighbours."""
    assert not remarks("Revenue 1,874 4,922 (2)\n", Report, figures(1874, 4922))


def test_two_rows_that_differ_in_their_number_only_contradict_each_other() -> None:
    """Of one thing they say two."""
    twice = {"revenue": [{"period": "P0", "kind": "actual", "value": value} for value in (1874, 4922)]}
    assert "of the same" in remarks(ACROSS, Report, twice)[0]


Plain = create_model("Plain", banks=(list[str], []))


@pytest.mark.parametrize(
    ("text", "banks", "complete"),
    [
        ("Lenders: Alder Bank, Birch Bank, Cedar Bank and Dogwood Bank.", "Alder Birch Cedar Dogwood", True),
        ("Lenders: Alder Bank, Birch Bank, Cedar Bank.", "Alder Cedar", False),
        ("Lenders: Alder Bank, Birch Bank, Cedar Bank\n", "Alder Birch", False),
        ("Lenders: Alder Bank, Birch Bank, Cedar Bank\n", "Birch Cedar", False),
        ("• Alder Bank\n• Birch Bank\n• Cedar Bank\n\nDone.", "Alder Birch Cedar", True),
        ("• Alder Bank\n• Birch Bank\n• Cedar Bank\n", "Alder Cedar", False),
        ("• Alder Bank\n• Birch Bank\n• Cedar Bank\n", "Alder Birch", False),
        ("1. Alder Bank\n2. Birch Bank\n3. Cedar Bank\n", "Birch Cedar", False),
        ("1. Alder Bank\n2. Birch Bank\n\n1. Fees\n2. Costs\n", "Alder Birch", True),
        ("Alder Bank\nBirch Bank\nCedar Bank\nDogwood Bank\nElm Bank\n", "Alder Birch Dogwood Elm", False),
        ("Alder Bank\nBirch Bank\nCedar Bank\n", "Alder Birch Birch", False),
    ],
)
def test_a_pattern_gives_away_what_was_left_out(text: str, banks: str, complete: bool) -> None:
    """The mark between rows, their bullet, their number, their distance; and no row stands in for another."""
    said = remarks(text, Plain, {"banks": [f"{name} Bank" for name in banks.split()]})
    assert bool(said) is not complete
