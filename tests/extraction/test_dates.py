"""A date is the same day however it is printed; which comes first, day or month, the document itself tells."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.dates import MONTHS, Figures, is_numeric_date, named_dates, read_date
from extraction.words import Words

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2068, 12, 31))
NAMES = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
ENGLISH, GERMAN, FRENCH, SPANISH = (names.split() for names in NAMES.values())


def _read(text: str) -> set[date]:
    figures, named = Figures(text).dates(), named_dates(Words(text), text)
    return {reading for found in (*figures, *named) for reading in found.readings}


FORMS = [
    lambda d: d.isoformat(),
    lambda d: d.strftime("%d.%m.%Y"),
    lambda d: f"{d.day}.{d.month}.{d.year}",
    lambda d: f"{d.day}. {d.month}. {d.year}",
    lambda d: d.strftime("%d.%m.%y"),
    lambda d: d.strftime("%m/%d/%Y"),
    lambda d: d.strftime("%d/%m/%Y"),
    lambda d: d.strftime("%m/%d/%y"),
    lambda d: d.strftime("%d-%m-%Y"),
    lambda d: d.strftime("%Y/%m/%d"),
    lambda d: d.strftime("%Y%m%d"),
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{ENGLISH[d.month - 1]} {d.day}, {d.year}",
    lambda d: f"{d.day} {ENGLISH[d.month - 1]} {d.year}",
    lambda d: f"{d.day}th of {ENGLISH[d.month - 1]}, {d.year}",
    lambda d: f"{ENGLISH[d.month - 1][:3]} {d.day} {d.year}",
    lambda d: f"{d.day:02}-{ENGLISH[d.month - 1][:3].upper()}-{d.year % 100:02}",
    lambda d: f"{d.day}{ENGLISH[d.month - 1][:3]}{d.year}",
    lambda d: f"{d.day}. {GERMAN[d.month - 1]} {d.year}",
    lambda d: f"{d.day} {FRENCH[d.month - 1]} {d.year}",
    lambda d: f"{d.day} de {SPANISH[d.month - 1]} de {d.year}",
    lambda d: f"{d.day}.\n{GERMAN[d.month - 1]} {d.year}",
]


@given(DAYS, st.sampled_from(FORMS))
def test_every_printed_form_is_read(day: date, form: object) -> None:
    """In figures and in words, in many languages."""
    assert day in _read(f"Datum / Date: {form(day)}\nNr. 4711")  # type: ignore[operator]


@given(DAYS)
def test_one_clear_date_settles_the_others(day: date) -> None:
    """04/05 is May 4th in a document that writes 25/12, and April 5th in one that writes 12/25."""
    text = day.strftime("%d/%m/%Y")
    assert _read(f"{text} and 25/12/2026") == {day, date(2026, 12, 25)}


@pytest.mark.parametrize(
    ("around", "readings"),
    [
        ("€ 5", {date(2026, 5, 4)}),
        ("£ 5", {date(2026, 5, 4)}),
        ("$ 5", {date(2026, 4, 5)}),
        ("$ 5 AUD", {date(2026, 5, 4), date(2026, 4, 5)}),
        ("5", {date(2026, 5, 4), date(2026, 4, 5)}),
        ("$ 5 or € 4", {date(2026, 5, 4), date(2026, 4, 5)}),
    ],
)
def test_without_a_clear_date_the_money_tells(around: str, readings: set[date]) -> None:
    """Only the United States write the month first; where that leaves doubt, both readings stand."""
    assert _read(f"04/05/2026 {around}") == readings


def test_dots_always_put_the_day_first() -> None:
    """Nobody writes 12.25.2026."""
    assert _read("04.05.2026 $ 5") == {date(2026, 5, 4)}
    assert _read("12.25.2026") == set()


def test_one_slip_does_not_turn_a_document() -> None:
    """Most of the clear dates decide."""
    assert date(2026, 4, 5) in _read("04/05/2026 " + "12/25/2026 " * 5 + "25/12/2026")


@pytest.mark.parametrize("text", ["1.2.3", "99/99/99", "31.02.2026", "12345678", "2026-13-01", "10/20/30/40"])
def test_what_is_no_day_is_no_date(text: str) -> None:
    """Versions, ratios and numbers."""
    assert _read(text) == set()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("13.–19. November 2026", {date(2026, 11, 13), date(2026, 11, 19)}),
        ("November 13-19, 2026", {date(2026, 11, 13), date(2026, 11, 19)}),
    ],
)
def test_a_range_holds_both_its_days(text: str, days: set[date]) -> None:
    """The month and year are printed once."""
    assert _read(text) == days


@pytest.mark.parametrize("text", ["am 19.11. geliefert", "on 11/19 $", "19 November", "November 19"])
def test_a_day_without_its_year_is_kept_apart(text: str) -> None:
    """It is a month and a day; the year has to stand elsewhere."""
    found = [*Figures(text).yearless(), *named_dates(Words(text), text)]
    assert (11, 19) in {pair for each in found for pair in each.yearless}
    assert _read(text) == set()


def test_decimals_are_no_days() -> None:
    """12.10 is an amount."""
    assert Figures("12.10 EUR").yearless() == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("19.11.2026", date(2026, 11, 19)),
        ("Thu, November 19, 2026", date(2026, 11, 19)),
        ("2026-11-19 10:30", date(2026, 11, 19)),
    ],
)
def test_a_short_text_is_read_as_its_date(text: str, day: date) -> None:
    """With a weekday or a time."""
    assert read_date(text, (True, True)) == (day,)


@pytest.mark.parametrize("text", ["RE-20261119/508", "19.11.2026 to 20.11.2026", "contract of 19.11.2026 with us"])
def test_what_holds_more_than_a_date_is_none(text: str) -> None:
    """A number that begins like a date is a number."""
    assert read_date(text, (True, True)) == ()


def test_a_date_in_the_wrong_order_is_no_date() -> None:
    """13/10 cannot be read month first."""
    assert is_numeric_date("13/10/20")
    assert read_date("13/10/20", (False, True)) == ()


def test_month_names_of_all_languages_agree() -> None:
    """Of about two hundred names none means two months."""
    assert MONTHS["mai"] == MONTHS["may"] == MONTHS["maj"] == 5
    assert set(MONTHS.values()) == set(range(1, 13))
