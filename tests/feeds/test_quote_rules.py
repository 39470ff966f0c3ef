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
def quote(feed_named: Callable[[str], Feed]) -> Schema:
    return feed_named("supplier_quotes").schema


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def line(quantity: Decimal, price: Decimal, discount: Decimal | None = None) -> dict[str, Any]:
    total = cents(quantity * price * (1 - (discount or 0) / Decimal(100)))
    return {
        "description": "Hex bolt",
        "quantity": quantity,
        "unit_price": price,
        "discount_percent": discount,
        "line_total": total,
    }


def record(*lines: dict[str, Any], rate: Decimal | None = Decimal(19), **changes: Any) -> dict[str, Any]:
    items = lines or (line(Decimal(10), Decimal("2.50")), line(Decimal(3), Decimal("1.15"), Decimal(5)))
    net = sum((item["line_total"] for item in items), Decimal(0))
    net += (changes.get("freight") or 0) - (changes.get("discount_amount") or 0)
    tax = None if rate is None else cents(net * rate / 100)
    return {
        "supplier": "Nordwerk GmbH",
        "quote_number": "Q-1",
        "issue_date": date(2026, 11, 2),
        "valid_until": date(2026, 12, 2),
        "currency": "EUR",
        "line_items": list(items),
        "net_total": net,
        "tax_rate": rate,
        "tax_amount": tax,
        "total": net + (tax or 0),
        **changes,
    }


def complaints(schema: Schema, fields: dict[str, Any]) -> dict[str, str]:
    """The refused fields by their path."""
    with pytest.raises(ValidationError) as refused:
        schema.model_validate(fields)
    return {".".join(map(str, error["loc"])): error["msg"] for error in refused.value.errors()}


amounts = st.decimals(min_value="0.01", max_value="99999", places=2)
quantities = st.decimals(min_value="0.5", max_value="5000", places=1)
discounts = st.none() | st.integers(0, 100).map(Decimal)
lines = st.lists(st.builds(line, quantities, amounts, discounts), min_size=1, max_size=6)
errors = st.decimals(min_value="0.03", max_value="5000", places=2)


@given(lines=lines, rate=st.none() | st.sampled_from([Decimal("8.1"), Decimal(19), Decimal(25)]))
def test_what_adds_up_is_accepted(quote: Schema, lines: list[dict[str, Any]], rate: Decimal | None) -> None:
    """Sums rounded to the cent, line by line, never raise a false alarm."""
    quote.model_validate(record(*lines, rate=rate))


@given(lines=lines, error=errors)
def test_line_that_does_not_multiply_is_refused(quote: Schema, lines: list[dict[str, Any]], error: Decimal) -> None:
    """Quantity times price less discount is the line's total, whatever the line."""
    wrong = {**lines[-1], "line_total": lines[-1]["line_total"] + error}
    found = complaints(quote, record(*lines[:-1], wrong))
    assert "quantity, unit price and discount give" in found[f"line_items.{len(lines) - 1}.line_total"]


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("net_total", "lines, discount and freight give"),
        ("tax_amount", "19 % of"),
        ("total", "net total and tax give"),
    ],
)
@given(error=errors)
def test_sum_that_is_off_is_refused(quote: Schema, field: str, sentence: str, error: Decimal) -> None:
    """Each sum is checked against what it is made of, and the complaint names it."""
    good = record()
    assert sentence in complaints(quote, {**good, field: good[field] + error})[field]


@given(freight=amounts, discount=st.decimals(min_value="0.05", max_value="20", places=2))
def test_discount_and_freight_count(quote: Schema, freight: Decimal, discount: Decimal) -> None:
    """The net total is the lines less the discount plus the freight; without either it is refused."""
    good = record(freight=freight, discount_amount=discount)
    quote.model_validate(good)
    assert "net_total" in complaints(quote, {**good, "discount_amount": None})


def test_two_cents_of_rounding_are_forgiven(quote: Schema) -> None:
    """Others round otherwise: one cent a line and one a sum."""
    quote.model_validate(record(total=record()["total"] + 2 * CENT))


@given(days=st.integers(1, 4000))
def test_quote_that_ends_before_it_begins_is_refused(quote: Schema, days: int) -> None:
    """A quote cannot have expired before it was issued."""
    early = date(2026, 11, 2) - timedelta(days=days)
    assert "before it was issued" in complaints(quote, record(valid_until=early))["valid_until"]


def test_quote_may_stand_for_a_single_day(quote: Schema) -> None:
    """The day of issue itself is a valid end."""
    quote.model_validate(record(valid_until=date(2026, 11, 2)))


@pytest.mark.parametrize("currency", ["€", "EURO", "XXX", "eur", "DEM"])
def test_currency_is_a_code_in_use(quote: Schema, currency: str) -> None:
    """Only codes of ISO 4217 that are in use today."""
    assert "ISO 4217" in complaints(quote, record(currency=currency))["currency"]


@pytest.mark.parametrize(
    "field", ["supplier", "quote_number", "issue_date", "valid_until", "currency", "net_total", "total"]
)
def test_quote_without_it_is_not_fit(quote: Schema, field: str) -> None:
    """What nobody can buy without is required."""
    assert field in complaints(quote, {**record(), field: None})


@pytest.mark.parametrize("field", ["customer", "delivery_terms", "delivery_time", "payment_terms", "tax_rate"])
def test_quote_may_leave_it_away(quote: Schema, field: str) -> None:
    """What real quotes leave away is optional."""
    quote.model_validate({**record(), field: None})


@pytest.mark.parametrize("quantity", [Decimal(0), Decimal(-4)])
def test_quantity_is_positive(quote: Schema, quantity: Decimal) -> None:
    """Nobody offers nothing."""
    assert "line_items.0.quantity" in complaints(quote, record(line(quantity, Decimal(1))))


def test_quote_without_lines_is_refused(quote: Schema) -> None:
    """A quote offers something."""
    assert "line_items" in complaints(quote, record(line_items=[]))


def test_every_contradiction_is_named_at_once(quote: Schema) -> None:
    """A reviewer sees all that is wrong, not the first of it."""
    found = complaints(quote, record(total=Decimal(1), valid_until=date(2026, 1, 1), currency="EURO"))
    assert set(found) == {"total", "valid_until", "currency"}
