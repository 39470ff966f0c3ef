"""A number is the same number however it is printed, and another one with another digit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.numbers import is_negative, printed_numbers, read_number, readings_of, scale_after

AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False, allow_infinity=False)
# (thousands, decimal mark) as the world prints them.
LOCALES = st.sampled_from(
    [(",", "."), (".", ","), (" ", ","), ("\u00a0", ","), ("\u202f", ","), ("'", "."), ("’", "."), ("", "."), ("", ",")]
)


def printed(amount: Decimal, thousands: str, mark: str) -> str:
    return f"{amount:,.2f}".replace(",", "\0").replace(".", mark).replace("\0", thousands)


def _values(text: str) -> set[Decimal]:
    return {reading for number in printed_numbers(text) for reading in number.readings}


@given(AMOUNTS, LOCALES)
def test_every_locale_is_read(amount: Decimal, locale: tuple[str, str]) -> None:
    """Whoever printed it, the amount is among the readings."""
    assert amount in _values(f"Total: {printed(amount, *locale)} EUR")


@given(AMOUNTS, LOCALES)
def test_a_number_stands_where_it_is_printed(amount: Decimal, locale: tuple[str, str]) -> None:
    """Its offsets cut the printed number out of the text."""
    text = f"Total: {printed(amount, *locale)}"
    found = [number for number in printed_numbers(text) if amount in number.readings]
    assert printed(amount, *locale) in {text[number.start : number.end] for number in found}


@pytest.mark.parametrize(
    ("token", "readings"),
    [
        ("1,234", {"1.234", "1234"}),
        ("1.234", {"1.234", "1234"}),
        ("12,34", {"12.34"}),
        ("1.234,5", {"1234.5"}),
        ("1,234,567", {"1234567"}),
        ("12,34,567.50", {"1234567.50"}),
        ("0.125", {"0.125"}),
        ("1 234,56", {"1234.56"}),
        ("007", {"7"}),
        ("1.2.3", set()),
        ("12.05.2026", set()),
        ("000", set()),
        ("0000,00", set()),
        ("1 23", set()),
    ],
)
def test_readings_of_a_token(token: str, readings: set[str]) -> None:
    """One mark before three figures is open; versions, dates and rows of zeros are no numbers."""
    assert set(readings_of(token)) == {Decimal(each) for each in readings}


def test_columns_are_read_both_ways() -> None:
    """`10 100 250,00` may be three columns, or one number: both readings stand."""
    values = _values("10 100 250,00")
    assert {Decimal(10), Decimal(100), Decimal(250), Decimal("100250.00")} <= values


@pytest.mark.parametrize("text", ["EUR1,234.50", "1,234.50EUR", "$1,234.50", "(1,234.50)", "x1,234.50y"])
def test_what_is_glued_to_a_number_does_not_hide_it(text: str) -> None:
    """Currency signs, codes and brackets."""
    assert Decimal("1234.50") in _values(text)


def test_a_fraction_may_lose_its_zero() -> None:
    """.50 is a half, unless it belongs to what stands before it."""
    assert Decimal("0.50") in _values("price .50 each")
    assert Decimal("0.50") not in _values("v.50")


@pytest.mark.parametrize(
    ("text", "negative"),
    [
        ("-12.50", True),
        ("- 12.50", True),
        ("−12.50", True),
        ("12.50-", True),
        ("(12.50)", True),
        ("-€12.50", True),
        ("EUR -\n12.50", True),
        ("12.50", False),
        ("(12.50", False),
    ],
)
def test_a_minus_stands_before_or_behind(text: str, negative: bool) -> None:
    """As a sign, behind the number, or as brackets."""
    start = text.index("12.50")
    assert is_negative(text, start, start + 5) is negative


@pytest.mark.parametrize(
    ("text", "scale"), [("1.2 million", 10**6), ("5k", 1000), ("3 Mrd. EUR", 10**9), ("7 boxes", 1), ("7", 1)]
)
def test_a_word_may_scale_a_number(text: str, scale: int) -> None:
    """1.2 million is 1,200,000."""
    number = next(iter(printed_numbers(text)))
    assert scale_after(text, number.end) == scale


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,56 €", "1234.56"),
        ("USD 12.00", "12.00"),
        ("12,5 %", "12.5"),
        ("-3", "-3"),
        ("2.5 million", "2500000"),
    ],
)
def test_a_short_text_is_read_as_its_number(text: str, number: str) -> None:
    """With its currency, unit and sign."""
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "ten", "1,234", "12 or 13", "about 12 pieces", "12.05.2026"])
def test_what_could_be_two_numbers_is_none(text: str) -> None:
    """Nothing is guessed: 1,234 alone could be either."""
    assert read_number(text) is None
