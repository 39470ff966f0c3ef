"""Values as other countries write them: what says the same is found, what only looks alike is not."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import create_model

from extraction.checking import check
from extraction.document import Document, Span
from extraction.shape import shape_of
from extraction.source import Source
from extraction.spelled import NAMES


def is_stated(text: str, value: str, kind: Any = str, name: str = "value") -> bool:
    document = Document(text, (Span(0, len(text), 1, "page 1"),), "text/plain")
    fields: dict[str, Any] = {name: (kind, ...)}
    shape = shape_of(create_model("Record", **fields))
    return check({name: value}, Source(document), shape).evidence[0].grounded


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Summe 1.234,56 €", "1234.56"),
        ("Total CHF 1'234.50", "1234.50"),
        ("₹ 12,34,567.80", "1234567.80"),
        ("Montant 1\u202f234,56 €", "1234.56"),
        ("Loss (1,234.50)", "-1234.50"),
        ("Total ($12.00)", "-12.00"),
        ("Gutschrift 1.234,50-", "-1234.50"),
        ("金額 １２３４円", "1234"),
        ("5 lakh", "500000"),
        ("Rs. 1.2 crore", "12000000"),
        ("twenty-five units", "25"),
        ("fünfundzwanzig Stück", "25"),
        ("quatre-vingt-dix-sept jours", "97"),
        ("treinta y cinco días", "35"),
        ("ventuno giorni", "21"),
        ("tweeëntwintig dagen", "22"),
    ],
)
def test_an_amount_is_found_in_its_notation(text: str, value: str) -> None:
    assert is_stated(text, value, Decimal)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Summe 1.234,56 €", "123456"),
        ("Loss (1,234.50", "-1234.50"),
        ("5 lakh", "5000000"),
        ("twenty boxes and five bags", "25"),
        ("Net 100.00 VAT 19.00", "119.00"),
        ("Qty 3 price 4.00", "12.00"),
    ],
)
def test_another_amount_is_not(text: str, value: str) -> None:
    assert not is_stated(text, value, Decimal, "total")


def test_spelled_numbers_are_each_one_number() -> None:
    """No word stands for two of them."""
    words = [word for number in NAMES for word in NAMES[number]]
    assert len(words) == len(set(words))
    assert set(range(100)) <= NAMES.keys()


@pytest.mark.parametrize(
    "text",
    [
        "令和8年3月5日",
        "民國115年3月5日",
        "2026年3月5日",
        "2026년 3월 5일",
        "5.III.2026",
        "5 марта 2026 г.",
        "5 березня 2026",
        "5 Μαρτίου 2026",
        "5 Mart 2026",
        "5 martie 2026",
        "01.-05.03.2026",
        "05.-09.03.2026",
        "5. bis 9. März 2026",
        "from 5 to 9 March 2026",
        "1–5 March 2026",
    ],
)
def test_a_day_is_found_in_its_calendar_and_in_a_range(text: str) -> None:
    assert is_stated(text, "2026-03-05", date)
    assert not is_stated(text, "2026-05-03", date)
    assert not is_stated(text, "2026-03-06", date)


def test_the_first_year_of_an_era() -> None:
    assert is_stated("令和元年5月1日", "2019-05-01", date)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10 ฿", "THB"),
        ("₦ 10", "NGN"),
        ("₱10", "PHP"),
        ("10 dirhams", "AED"),
        ("Rp 10.000", "IDR"),
        ("10 рублей", "RUB"),
        ("10 грн", "UAH"),
    ],
)
def test_a_currency_is_found_by_its_sign_or_name(text: str, value: str) -> None:
    assert is_stated(text, value, str, "currency")
    assert not is_stated(text, "EUR", str, "currency")


@pytest.mark.parametrize(
    ("text", "value", "stated"),
    [
        ("Muster GmbH & Co. KG, Berlin", "Muster GmbH", False),
        ("Muster GmbH & Co. KG, Berlin", "Muster GmbH & Co. KG", True),
        ("Muster GmbH & Co. KG und Muster GmbH", "Muster GmbH", True),
        ("Muster GmbH, Berlin", "Muster GmbH", True),
        ("Rossi S.p.A.", "Rossi SpA", True),
        ("Acme Limited", "Acme Ltd", True),
        ("Acme Ltd.", "Acme Inc", False),
    ],
)
def test_a_legal_form_that_goes_on_is_another(text: str, value: str, stated: bool) -> None:
    assert is_stated(text, value) == stated
