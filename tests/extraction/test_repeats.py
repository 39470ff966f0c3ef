"""Rows that were read in parts are one list: none lost, none twice."""

from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from extraction.prompt import Part
from extraction.repeats import merged
from extraction.shape import shape_of


class Line(BaseModel):
    name: str
    quantity: Decimal


class Buyer(BaseModel):
    name: str | None = None
    contacts: list[str] = []


class Order(BaseModel):
    lines: list[Line]
    tags: list[str] = []
    buyer: Buyer = Buyer()


SHAPE = shape_of(Order)
HEAD = "Order\nDrill 40\n"


def lines(*rows: tuple[str, int]) -> dict[str, Any]:
    return {"lines": [{"name": name, "quantity": quantity} for name, quantity in rows]}


def together(*read: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    parts = [Part(number, len(read), HEAD if number > 1 else "", body) for number, (body, _) in enumerate(read, 1)]
    return merged([(part, answer) for part, (_, answer) in zip(parts, read, strict=True)], SHAPE)


def test_rows_follow_each_other() -> None:
    """In the order of the parts."""
    record = together((HEAD, lines(("Drill", 40))), ("Saw 3", lines(("Saw", 3))))
    assert record == lines(("Drill", 40), ("Saw", 3))


def test_a_row_of_the_reminder_is_not_listed_again() -> None:
    """The model was told, and did it all the same."""
    record = together((HEAD, lines(("Drill", 40))), ("Saw 3", lines(("Drill", 40), ("Saw", 3))))
    assert record == lines(("Drill", 40), ("Saw", 3))


def test_a_row_that_is_printed_again_is_another_row() -> None:
    """Orders repeat themselves."""
    record = together((HEAD, lines(("Drill", 40))), ("Drill 40", lines(("Drill", 40))))
    assert record == lines(("Drill", 40), ("Drill", 40))


def test_as_many_rows_as_are_printed() -> None:
    """Twice in the part, three times in the answer: the third is the reminder's."""
    again = lines(("Drill", 40), ("Drill", 40), ("Drill", 40))
    record = together((HEAD, lines(("Drill", 40))), ("Drill 40\nDrill 40", again))
    assert record == lines(("Drill", 40), ("Drill", 40), ("Drill", 40))


def test_equal_rows_of_one_part_stay() -> None:
    """Only what was listed before can be a repeat."""
    record = together((HEAD, lines(("Drill", 40))), ("Saw 3", lines(("Saw", 3), ("Saw", 3))))
    assert record == lines(("Drill", 40), ("Saw", 3), ("Saw", 3))


def test_a_row_is_printed_where_all_of_it_is_on_a_line() -> None:
    """Its name here and its number there are other rows."""
    record = together(
        (HEAD, lines(("Drill", 40))), ("Drill 3\nSaw 40", lines(("Drill", 40), ("Drill", 3), ("Saw", 40)))
    )
    assert record == lines(("Drill", 40), ("Drill", 3), ("Saw", 40))


def test_of_rows_too_many_the_first_were_the_reminders() -> None:
    """So that the others stay in the order of the page."""
    read = lines(("Drill", 40), ("Saw", 3), ("Drill", 40))
    assert together((HEAD, lines(("Drill", 40))), ("Saw 3\nDrill 40", read))["lines"][1:] == read["lines"][1:]


def test_the_same_row_a_hundred_times_is_a_hundred_rows() -> None:
    """A time sheet says the same each day; nobody counts so far, and nothing is dropped."""
    days = lines(*[("Milling", 8)] * 100)
    record = together((HEAD, lines(("Milling", 8))), ("Milling 8\n" * 100, days))
    assert len(record["lines"]) == 101


def test_plain_values_are_listed_once() -> None:
    """A name that stands on every page is one name."""
    record = together((HEAD, {"tags": ["a", "b"]}), ("x", {"tags": ["b", "c", "c"]}))
    assert record["tags"] == ["a", "b", "c"]


def test_lists_inside_objects_are_merged_too() -> None:
    """And the object's own values are the first ones given."""
    record = together(
        (HEAD, {"buyer": {"name": None, "contacts": ["Ann"]}}),
        ("x", {"buyer": {"name": "Acme", "contacts": ["Bob"]}}),
        ("y", {"buyer": {"name": "Other", "contacts": None}}),
    )
    assert record["buyer"] == {"name": "Acme", "contacts": ["Ann", "Bob"]}
