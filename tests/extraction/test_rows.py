"""The values of a row stand together and agree with each other."""

from decimal import Decimal
from time import process_time
from typing import Any

import pytest
from pydantic import BaseModel

from extraction.document import Document, Span
from extraction.grounding import Evidence, ground
from extraction.rows import role_of, rows_of
from extraction.shape import shape_of
from extraction.source import Source


class Line(BaseModel):
    position: int | None = None
    name: str
    quantity: Decimal
    unit_price: Decimal
    line_total: Decimal
    vat: Decimal | None = None


class Order(BaseModel):
    lines: list[Line]


TEXT = """\
Pos  Item              Qty   Price    Amount
1    Drill 8 mm         40    2.50    100.00
     carbide tipped
2    Screwdriver         3  371.50  1,114.50
3    Saw blade          12   10.00    120.00

Page 5 of 7                 VAT 19 %
"""
DRILL = {"position": 1, "name": "Drill 8 mm", "quantity": 40, "unit_price": 2.5, "line_total": 100}
DRIVER = {"position": 2, "name": "Screwdriver", "quantity": 3, "unit_price": 371.5, "line_total": 1114.5}
BLADE = {"position": 3, "name": "Saw blade", "quantity": 12, "unit_price": 10, "line_total": 120}


def evidence(*lines: dict[str, Any], text: str = TEXT) -> dict[str, Evidence]:
    doc = Document(text, (Span(0, len(text), 1, "page 1"),), "text/plain")
    return {each.path: each for each in ground({"lines": list(lines)}, doc, shape_of(Order))}


def refused(*lines: dict[str, Any], text: str = TEXT) -> list[str]:
    return [path for path, each in evidence(*lines, text=text).items() if not each.grounded]


def test_true_rows_are_grounded() -> None:
    """All of them, in whatever order they are read."""
    assert refused(DRILL, DRIVER, BLADE) == []
    assert refused(BLADE, DRILL) == []


def test_a_value_is_shown_in_its_own_row() -> None:
    """The 3 of the screwdrivers, not the 3 of the third position."""
    found = evidence(DRILL, DRIVER, BLADE)
    driver = TEXT.index("Screwdriver")
    assert driver < (found["lines[1].quantity"].start or 0) < TEXT.index("371.50")
    assert found["lines[2].position"].start == TEXT.index("3    Saw")


def test_a_small_number_from_elsewhere_is_not_the_rows() -> None:
    """7 is printed, on the last line."""
    found = evidence({"name": "Drill 8 mm", "quantity": 7})["lines[0].quantity"]
    assert (found.grounded, found.reason) == (False, "printed, but not in this row")


def test_a_number_of_the_row_above_is_not_the_rows() -> None:
    """Between its neighbours a row is on its own."""
    found = evidence(DRILL, {**DRIVER, "position": 1}, BLADE)["lines[1].position"]
    assert (found.grounded, found.reason) == (False, "printed, but not in this row")


def test_a_rate_may_stand_below_the_table() -> None:
    """It holds for every row."""
    assert refused({**DRILL, "vat": 19}) == []


@pytest.mark.parametrize(
    ("field", "wrong"), [("quantity", 3), ("unit_price", 12), ("line_total", 40), ("line_total", 2.5)]
)
def test_a_number_of_the_row_in_the_wrong_place_breaks_its_arithmetic(field: str, wrong: float) -> None:
    """It is printed right there, and still quantity times price says otherwise."""
    assert refused({**DRILL, field: wrong}) == [f"lines[0].{field}"]


def test_what_the_document_itself_gets_wrong_is_no_contradiction() -> None:
    """Nothing printed would mend it, so it is as the document states it."""
    text = TEXT.replace("100.00", "105.00")
    assert refused({**DRILL, "line_total": 105}, text=text) == []


def test_a_discount_printed_in_the_row_explains_its_total() -> None:
    """40 times 2.50 less 10 % is 90."""
    text = TEXT.replace("100.00", "100.00  10 %  90.00")
    assert refused({**DRILL, "line_total": 90}, text=text) == []


def test_columns_apart_are_still_rows() -> None:
    """Some files give a table column by column."""
    columns = [["Drill", "Saw"], ["40", "12"], ["2.50", "10.00"], ["100.00", "120.00"]]
    text = "\n".join("\n".join(column) + "\n" * 8 for column in columns)
    saw = {"name": "Saw", "quantity": 12, "unit_price": 10, "line_total": 120}
    drill = {"name": "Drill", "quantity": 40, "unit_price": 2.5, "line_total": 100}
    assert refused(drill, saw, text=text) == []


def test_equal_rows_are_shown_one_after_the_other() -> None:
    """A row that is printed twice is two rows."""
    text = "A 1 2.00 2.00\n\nA 1 2.00 2.00\n"
    row = {"name": "A", "quantity": 1, "unit_price": 2, "line_total": 2}
    found = evidence(row, row, text=text)
    assert found["lines[0].name"].start == 0


def test_an_invented_row_has_no_ground() -> None:
    """Its name and its amounts stand nowhere."""
    invented = {"name": "Chainsaw", "quantity": 9, "unit_price": 77.7, "line_total": 699.3}
    assert "lines[1].name" in refused(DRILL, invented)
    assert "lines[1].line_total" in refused(DRILL, invented)


@pytest.mark.parametrize(
    ("words", "role"),
    [
        (("unit", "price"), "price"),
        (("line", "total"), "total"),
        (("total", "price"), "total"),
        (("qty",), "quantity"),
        (("amount",), "total"),
        (("weight",), None),
    ],
)
def test_a_fields_name_tells_its_part_in_the_arithmetic(words: tuple[str, ...], role: str | None) -> None:
    """Quantity, price and total, in the words that feeds use."""
    assert role_of(words) == role


def test_many_rows_are_found_without_searching_for_each() -> None:
    """Two hundred rows of a long document: bounded work, every row in its place."""
    names = [f"Part {number:03} type {number % 7}" for number in range(200)]
    rows = [f"{number + 1}  {name}   5   {number}.25   {number * 5 + 1.25:.2f}" for number, name in enumerate(names)]
    lines = [
        {"name": name, "quantity": 5, "unit_price": number + 0.25, "line_total": number * 5 + 1.25}
        for number, name in enumerate(names)
    ]
    text = "\n".join(rows)
    found = evidence(*lines, text=text)
    assert all(each.grounded for each in found.values())
    starts = [found[f"lines[{number}].name"].start or 0 for number in range(200)]
    assert starts == sorted(starts)


def test_thousands_of_rows_cost_what_each_costs() -> None:
    """Rows of one value that stand in the same places are compared once."""
    source = Source(Document("12.50\n" * 400, (), "text/plain"))
    places = [(6 * number, 6 * number + 5) for number in range(40)]
    table = {f"rows[{number}]": [places] for number in range(20_000)}
    begun = process_time()
    found = rows_of(table, source)
    assert len(found) == len(table)
    assert process_time() - begun < 10  # as pairs they would be four hundred million
