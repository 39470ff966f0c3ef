from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from extraction.feed import Feed

CENT = Decimal("0.01")
Schema = type[BaseModel]


@pytest.fixture(scope="session")
def deal(feed_named: Callable[[str], Feed]) -> Schema:
    return feed_named("deals").schema


def line(quantity: Decimal, price: Decimal) -> dict[str, Any]:
    total = (quantity * price).quantize(CENT, ROUND_HALF_UP)
    return {"description": "Ball valve", "quantity": quantity, "unit_price": price, "line_total": total}


def record(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    listed = lines or (line(Decimal(4), Decimal("12.50")),)
    net = sum((each["line_total"] for each in listed), Decimal(0))
    tax = (net * Decimal("0.2")).quantize(CENT, ROUND_HALF_UP)
    return {
        "kind": "order_confirmation",
        "document_number": "OC-1",
        "order_reference": "PO-1",
        "buyer": "Ostrelle SAS",
        "supplier": "Brivanne SARL",
        "order_date": date(2026, 11, 2),
        "delivery_date": date(2026, 11, 30),
        "currency": "EUR",
        "lines": list(listed),
        "net_total": net,
        "tax_rate": Decimal(20),
        "tax_amount": tax,
        "total": net + tax,
        **changes,
    }


def complaints(schema: Schema, fields: dict[str, Any]) -> dict[str, str]:
    """The refused fields by their path."""
    with pytest.raises(ValidationError) as refused:
        schema.model_validate(fields)
    return {".".join(map(str, error["loc"])): error["msg"] for error in refused.value.errors()}


prices = st.decimals(min_value="0.01", max_value="9999", places=2)
quantities = st.decimals(min_value="0.5", max_value="2000", places=1)
lines = st.lists(st.builds(line, quantities, prices), min_size=1, max_size=6)
errors = st.decimals(min_value="0.03", max_value="900", places=2)


@given(lines=lines)
def test_what_adds_up_is_accepted(deal: Schema, lines: list[dict[str, Any]]) -> None:
    """Sums rounded to the cent never raise a false alarm."""
    deal.model_validate(record(*lines))


@given(lines=lines, error=errors)
def test_line_that_does_not_multiply_is_refused(deal: Schema, lines: list[dict[str, Any]], error: Decimal) -> None:
    """Quantity times price is the line's total."""
    wrong = {**lines[0], "line_total": lines[0]["line_total"] + error}
    assert "lines.0.line_total" in complaints(deal, record(wrong, *lines[1:]))


@pytest.mark.parametrize("field", ["net_total", "tax_amount", "total"])
@given(error=errors)
def test_sum_that_is_off_is_refused(deal: Schema, field: str, error: Decimal) -> None:
    """Each sum is checked against what it is made of."""
    good = record()
    assert field in complaints(deal, {**good, field: good[field] + error})


@given(days=st.integers(1, 4000))
def test_delivery_is_not_before_the_order(deal: Schema, days: int) -> None:
    """What is ordered today was not delivered yesterday."""
    early = date(2026, 11, 2) - timedelta(days=days)
    assert "before the document's date" in complaints(deal, record(delivery_date=early))["delivery_date"]


def test_delivery_on_the_same_day_is_possible(deal: Schema) -> None:
    """Goods may be collected at once."""
    deal.model_validate(record(delivery_date=date(2026, 11, 2)))


def test_confirmation_names_its_order(deal: Schema) -> None:
    """A confirmation of nothing cannot be booked, also when the field is left away."""
    bare = record()
    del bare["order_reference"]
    assert "name the order" in complaints(deal, bare)["order_reference"]
    assert "name the order" in complaints(deal, record(order_reference=None))["order_reference"]


def test_order_needs_no_other_order(deal: Schema) -> None:
    """A purchase order is the first paper of its deal."""
    deal.model_validate(record(kind="purchase_order", order_reference=None))


def test_nobody_buys_from_himself(deal: Schema) -> None:
    """The same company on both sides is a misreading."""
    assert "both the buyer and the supplier" in complaints(deal, record(supplier="OSTRELLE SAS"))["supplier"]


def test_kind_is_one_of_two(deal: Schema) -> None:
    """An invoice is no deal."""
    assert "kind" in complaints(deal, record(kind="invoice"))


def test_currency_is_a_code_in_use(deal: Schema) -> None:
    """Only codes of ISO 4217 that are in use today."""
    assert "ISO 4217" in complaints(deal, record(currency="FRF"))["currency"]


@pytest.mark.parametrize("field", ["document_number", "buyer", "supplier", "order_date", "delivery_date", "total"])
def test_deal_without_it_is_not_fit(deal: Schema, field: str) -> None:
    """What nobody can book without is required."""
    assert field in complaints(deal, {**record(), field: None})


def test_deal_without_lines_is_refused(deal: Schema) -> None:
    """A deal is about something."""
    assert "lines" in complaints(deal, record(lines=[]))
