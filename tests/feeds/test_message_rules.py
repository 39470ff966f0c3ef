from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from extraction.feed import Feed

SENT = date(2026, 11, 2)
Schema = type[BaseModel]


@pytest.fixture(scope="session")
def message(feed_named: Callable[[str], Feed]) -> Schema:
    return feed_named("supplier_messages").schema


def record(kind: str = "other", **changes: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "supplier": "Velluti S.p.A.",
        "subject": "Prezzi",
        "sent_on": SENT,
        "summary": "I prezzi cambiano.",
        **changes,
    }


def price_change(**changes: Any) -> dict[str, Any]:
    facts = {"currency": "EUR", "old_price": "10.00", "new_price": "10.50", "effective_date": date(2027, 1, 1)}
    return record("price_change", **{**facts, **changes})


def delay(**changes: Any) -> dict[str, Any]:
    dates = {"original_delivery_date": date(2026, 11, 20), "new_delivery_date": date(2026, 12, 4)}
    return record("delay", **{**dates, **changes})


def complaints(schema: Schema, fields: dict[str, Any]) -> dict[str, str]:
    """The refused fields by their path."""
    with pytest.raises(ValidationError) as refused:
        schema.model_validate(fields)
    return {".".join(map(str, error["loc"])): error["msg"] for error in refused.value.errors()}


prices = st.decimals(min_value="0.50", max_value="90000", places=2)


@given(old=prices, new=prices)
def test_percentage_follows_from_the_prices(message: Schema, old: Decimal, new: Decimal) -> None:
    """The percentage a letter rounds to one place agrees with its prices; four points more do not."""
    assume(old != new)
    percent = ((new - old) / old * 100).quantize(Decimal("0.1"))
    facts = {"old_price": old, "new_price": new}
    message.model_validate(price_change(**facts, change_percent=percent))
    assert "is " in complaints(message, price_change(**facts, change_percent=percent + 4))["change_percent"]


def test_percentage_alone_is_enough(message: Schema) -> None:
    """Whole ranges change by a percentage, without a price."""
    message.model_validate(price_change(old_price=None, new_price=None, currency=None, change_percent=Decimal("4.5")))


@pytest.mark.parametrize("missing", [{"old_price"}, {"new_price"}, {"old_price", "new_price"}])
def test_price_change_says_how_much(message: Schema, missing: set[str]) -> None:
    """Both prices, or the percentage."""
    found = complaints(message, price_change(**dict.fromkeys(missing)))
    assert "the old and the new price" in found["change_percent"]


def test_price_change_says_from_when(message: Schema) -> None:
    """A price without a first day cannot be entered, also when the field is left away."""
    undated = price_change()
    del undated["effective_date"]
    assert "from which day" in complaints(message, undated)["effective_date"]


@given(days=st.integers(1, 3000))
def test_price_change_is_announced_ahead(message: Schema, days: int) -> None:
    """A price that applied before the letter was written is a matter for a person."""
    found = complaints(message, price_change(effective_date=SENT - timedelta(days=days)))
    assert "before it was announced" in found["effective_date"]


def test_new_price_is_another_price(message: Schema) -> None:
    """A change changes something."""
    assert "nothing changes" in complaints(message, price_change(new_price="10.00"))["new_price"]


def test_price_has_a_currency(message: Schema) -> None:
    """Ten and a half of what?"""
    assert "no currency" in complaints(message, price_change(currency=None))["new_price"]


def test_delay_names_the_new_date(message: Schema) -> None:
    """A delay without an end cannot be planned with."""
    assert "name the new delivery date" in complaints(message, delay(new_delivery_date=None))["new_delivery_date"]


@given(days=st.integers(0, 3000))
def test_delay_moves_the_date_back(message: Schema, days: int) -> None:
    """Earlier or the same day is no delay."""
    earlier = date(2026, 11, 20) - timedelta(days=days)
    assert "no delay" in complaints(message, delay(new_delivery_date=earlier))["new_delivery_date"]


def test_delay_may_be_silent_about_the_old_date(message: Schema) -> None:
    """The new date is what counts."""
    message.model_validate(delay(original_delivery_date=None))


def test_confirmation_names_the_order(message: Schema) -> None:
    """A confirmation of nothing confirms nothing."""
    assert "name the order" in complaints(message, record("confirmation"))["order_number"]


def test_answer_is_not_asked_for_yesterday(message: Schema) -> None:
    """A request's deadline lies ahead."""
    found = complaints(message, record("request", reply_by=SENT - timedelta(days=1)))
    assert "before the message was sent" in found["reply_by"]


@pytest.mark.parametrize("kind", ["request", "other"])
def test_other_kinds_need_no_facts(message: Schema, kind: str) -> None:
    """What a kind does not need, it does not have to state."""
    message.model_validate(record(kind))


def test_amounts_know_their_currency(message: Schema) -> None:
    """A sum may stand without a currency, but not with an unknown one."""
    message.model_validate(record(amounts=[{"value": "4.20"}]))
    found = complaints(message, record(amounts=[{"value": "4.20", "currency": "Taler"}]))
    assert "ISO 4217" in found["amounts.0.currency"]
