"""Figures, days and currencies are read in the notation of their document."""

from decimal import Decimal

import pytest

from sandbox.answers.amounts import amounts_in, currency_of, decimal_mark, read_figure
from sandbox.answers.dates import days_in


@pytest.mark.parametrize(
    ("figure", "mark", "number"),
    [
        ("1.234,56", ".", "1234.56"),
        ("1,234.56", ",", "1234.56"),
        ("1'234.50", ".", "1234.50"),
        ("1 234,50", ",", "1234.50"),
        ("1.234", ",", "1234"),
        ("1.234", ".", "1.234"),
        ("12,5", ".", "12.5"),
        ("900", ",", "900"),
    ],
)
def test_a_figure_is_read_in_any_notation(figure: str, mark: str, number: str) -> None:
    """The last sign decides where two stand; a single one before three figures means what the document means."""
    assert read_figure(figure, "," if mark == "," else ".") == Decimal(number)


def test_the_document_tells_its_decimal_mark() -> None:
    """What stands before two last figures most often is the decimal mark."""
    assert decimal_mark("12,50 and 3,99 and version 1.23") == ","
    assert decimal_mark("no figures at all") == "."


def test_a_number_that_is_part_of_a_word_is_none() -> None:
    """Article numbers and sizes are words."""
    assert not list(amounts_in("Bolt M8x40 of AX-4711, DN20", "."))


def test_an_amount_has_its_currency_before_or_behind() -> None:
    """Signs and codes are codes, wherever they stand."""
    found = list(amounts_in("€ 12,50, 7,00 CHF and $3", ","))
    assert [(str(each.value), each.currency) for each in found] == [("12.50", "EUR"), ("7.00", "CHF"), ("3", "USD")]


def test_a_percentage_is_no_amount() -> None:
    """A number before a percent sign is a rate."""
    assert [each.is_percent for each in amounts_in("19 % of 100,00", ",")] == [True, False]


def test_the_currency_named_most_often_is_the_documents() -> None:
    """One price in another currency does not count; a name will do where no code or sign stands."""
    assert currency_of("10 EUR, 20 €, about 31 USD") == "EUR"
    assert currency_of("all prices in Swiss Franken") == "CHF"
    assert currency_of("prices on request") is None


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-04",
        "04.03.2026",
        "4/3/2026",
        "4.3.26",
        "4. März 2026",
        "4 March 2026",
        "March 4, 2026",
        "4th Mar 2026",
        "4 de marzo de 2026",
        "4 marzo 2026",
        "4 mars 2026",
        "Wed, 04 Mar 2026 08:15:00 +0100",
    ],
)
def test_a_day_is_read_in_every_form(written: str) -> None:
    """Five languages and the usual figures give the same day."""
    assert [day.iso for day in days_in(f"on {written}.")] == ["2026-03-04"]


def test_the_document_tells_the_order_of_figures() -> None:
    """A second figure above twelve is a day: then months come first everywhere."""
    assert [day.iso for day in days_in("03/04/2026 and 03/25/2026")] == ["2026-03-04", "2026-03-25"]


def test_what_is_no_day_is_not_read() -> None:
    """The thirty-first of February and a part number are no days."""
    assert not days_in("31.02.2026, part 12-3-2026-X, 4 Apples 2026")
