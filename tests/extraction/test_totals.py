"""Net, tax and total add up, whatever their fields are called; nothing is made of numbers that only look like it."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import create_model

from extraction.shape import shape_of
from extraction.totals import Sum, totals


def sums(**values: Any) -> list[Sum]:
    fields: dict[str, Any] = dict.fromkeys(values, (Decimal, ...))
    return list(totals(values, shape_of(create_model("Record", **fields))))


@pytest.mark.parametrize(
    "names",
    [("net_total", "tax_amount", "total"), ("amount_untaxed", "vat", "amount"), ("subtotal", "tax", "grand_total"),
     ("netTotal", "taxTotal", "grossTotal")],
)  # fmt: skip
def test_the_three_are_known_by_their_names(names: tuple[str, str, str]) -> None:
    """In the words of the schema, in either case."""
    right = sums(**dict(zip(names, ("100.00", "19.00", "119.00"), strict=True)))
    wrong = sums(**dict(zip(names, ("100.00", "19.00", "129.00"), strict=True)))
    assert [each.holds for each in (*right, *wrong)] == [True, False]
    assert wrong[0].speaks
    assert wrong[0].why == f"{names[0]} 100.00 and {names[1]} 19.00 make 119.00, not 129.00"


def test_rounding_is_no_contradiction() -> None:
    """Each of the three was rounded once."""
    assert sums(net_total="100.00", tax_total="19.01", total="119.02")[0].holds


def test_a_number_that_is_no_tax_says_nothing() -> None:
    """A tax number is larger than what is taxed."""
    assert not sums(amount_untaxed="257.59", vat="7740001454", amount="316.83")[0].speaks


@pytest.mark.parametrize(
    "names", [("net_total", "tax_rate", "total"), ("net_total", "tax", "due_amount"), ("net_total", "net_price", "tax")]
)
def test_other_numbers_are_no_sum(names: tuple[str, str, str]) -> None:
    """A rate is no amount, and what is still due need not be the total."""
    assert not sums(**dict(zip(names, ("1", "2", "4"), strict=True)))


def test_a_sum_within_a_list_has_its_row() -> None:
    """Each row may have a net, a tax and a total of its own."""
    row = create_model("Row", net=(Decimal, ...), vat=(Decimal, ...), gross=(Decimal, ...))
    model = create_model("Record", sums=(list[row], ...))
    found = list(totals({"sums": [{"net": "1", "vat": "2", "gross": "3"}]}, shape_of(model)))
    assert found[0].paths == ("sums[0].net", "sums[0].vat", "sums[0].gross")
