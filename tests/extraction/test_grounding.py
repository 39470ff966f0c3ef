"""A value is grounded where the document states it, however it is printed; what is not printed does not pass."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from extraction.document import Document, Span
from extraction.grounding import Evidence, ground
from extraction.shape import shape_of


def evidence(text: str, value: Any, kind: Any = str, name: str = "value") -> Evidence:
    """The evidence for one value of one type."""
    model = type("Record", (BaseModel,), {"__annotations__": {name: kind}})
    doc = Document(text, (Span(0, len(text), 1, "page 1"),), "text/plain")
    return ground({name: value}, doc, shape_of(model))[0]


def grounded(text: str, value: Any, kind: Any = str, name: str = "value") -> bool:
    return evidence(text, value, kind, name).grounded


AMOUNTS = st.decimals(min_value="0.01", max_value=10**8, places=2)


def _in_locale(amount: Decimal, number: int) -> str:
    thousands, mark = [(",", "."), (".", ","), (" ", ","), ("\u00a0", ","), ("'", "."), ("", ","), ("", ".")][number]
    return f"{amount:,.2f}".replace(",", "\0").replace(".", mark).replace("\0", thousands)


def _with_another_digit(number: str, place: int, digit: int) -> str:
    figures = [at for at, sign in enumerate(number) if sign.isdigit()]
    at = figures[place % len(figures)]
    return number[:at] + str((int(number[at]) + digit) % 10) + number[at + 1 :]


@given(AMOUNTS, st.integers(0, 6), st.sampled_from(["EUR {}", "{} €", "${}", "{}", "Summe:{}EUR", "({})"]))
def test_an_amount_is_grounded_in_any_locale(amount: Decimal, locale: int, around: str) -> None:
    """Separators, blanks and a currency glued to it change nothing."""
    text = f"Rechnung\nGesamt {around.format(_in_locale(amount, locale))}\n"
    assert grounded(text, str(amount), Decimal)
    assert grounded(text, float(amount), float)


@given(AMOUNTS, st.integers(0, 6), st.integers(0, 12), st.integers(1, 9))
def test_an_amount_with_another_digit_is_not(amount: Decimal, locale: int, place: int, digit: int) -> None:
    """One wrong figure is another amount."""
    wrong = Decimal(_with_another_digit(str(amount), place, digit))
    assume(wrong != amount)
    text = f"Rechnung\nGesamt {_in_locale(amount, locale)}\n"
    found = evidence(text, str(wrong), Decimal)
    # Where blanks group thousands, a part of the amount may be a number of its own.
    assert not found.grounded or locale in (2, 3)


DAYS = st.dates(min_value=date(1995, 1, 1), max_value=date(2060, 12, 31))
DATE_FORMS = st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d %B %Y", "%B %d, %Y", "%d-%b-%Y", "%d. %B %y"])


@given(DAYS, DATE_FORMS)
def test_a_date_is_grounded_in_any_printed_form(day: date, form: str) -> None:
    """ISO in the record, anything on paper."""
    assert grounded(f"Date: {day.strftime(form)}.", day.isoformat(), date)


@given(DAYS, DAYS, DATE_FORMS)
def test_another_day_is_not(day: date, other: date, form: str) -> None:
    """Neither the day after nor the same day of another year."""
    assume(day != other)
    assert not grounded(f"Date: {day.strftime(form)}", other.isoformat(), date)


@given(DAYS)
def test_swapped_day_and_month_are_caught(day: date) -> None:
    """Where the document is clear about its order."""
    assume(day.day <= 12 and day.day != day.month)
    swapped = date(day.year, day.day, day.month)
    for text in (day.strftime("%d.%m.%Y"), day.strftime("%Y-%m-%d"), day.strftime("%m/%d/%Y due 12/31/2026")):
        assert grounded(text, day.isoformat(), date)
        assert not grounded(text, swapped.isoformat(), date)


def test_an_open_order_leaves_both_readings() -> None:
    """04/05 alone can be either; the record's value is one of them."""
    assert grounded("04/05/2026", "2026-05-04", date)
    assert grounded("04/05/2026", "2026-04-05", date)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a term of two (2) years", 2),
        ("a term of two years", 2),
        ("innerhalb von dreißig Tagen", 30),
        ("VAT 19 %", "0.19"),
        ("USD 1.2 million", 1_200_000),
        ("discount -50.00", 50),
        ("discount 50.00-", -50),
        ("balance (50.00)", -50),
        ("1'234.50 CHF", "1234.5"),
        ("seit 2024-05-01", 2024),
    ],
)
def test_numbers_are_found_as_what_they_are(text: str, value: Any) -> None:
    """In words, as percentages, scaled, signed."""
    assert grounded(text, value, Decimal)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("balance 50.00", -50),
        ("at 10:00 sharp", 0),
        ("on 12/31/2026", 12),
        ("in no time", 0),
        ("1.250,00", "12500"),
        ("two hundred boxes", 300),
    ],
)
def test_what_is_not_printed_is_not_a_number_of_the_document(text: str, value: Any) -> None:
    """The figures of a time or a date are no amounts, and a sign is not made up."""
    assert not grounded(text, value, Decimal)


def test_a_computed_total_does_not_pass() -> None:
    """Although it is right."""
    text = "Item A 100.00\nItem B 250.00\n"
    assert not grounded(text, 350, Decimal)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("NORDWIND WERKZEUGE GMBH", "Nordwind Werkzeuge GmbH"),
        ("Nordwind\nWerkzeuge GmbH", "Nordwind Werkzeuge GmbH"),
        ("Nordwind Werk-\nzeuge GmbH", "Nordwind Werkzeuge GmbH"),
        ("Müller & Söhne OHG", "Mueller & Soehne OHG"),
        ("Societe Generale S.A.", "Société Générale SA"),
        ("Acme Inc.", "Acme Incorporated"),
        ("Acme, 5 Main Street", "Acme Ltd"),
        ("Acme Gesellschaft mit beschränkter Haftung", "Acme GmbH"),
        ("Smith, John", "John Smith"),
        ("Hauptstr. 5  Tel. 0123\n12345 Berlin", "Hauptstr. 5, 12345 Berlin"),
        ("for a period of two (2) years", "2 years"),
        ("contract no. AB 1234", "AB-1234"),
    ],
)
def test_a_name_is_found_in_other_spellings(text: str, name: str) -> None:
    """Case, accents, line ends, hyphens, legal forms, order."""
    assert grounded(f"From: {text}\nTo: somebody", name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Nordwind Werkzeuge GmbH", "Südwind Werkzeuge GmbH"),
        ("Acme AG", "Acme GmbH"),
        ("Acme Ltd", "Acme Inc"),
        ("Nordwindpark 5", "Nordwind"),
        ("info@nordwind.de", "Nordwind GmbH"),
        ("Bei Spiel", "Beispiel GmbH"),
        ("contract no. AB-1234", "AB-1235"),
        ("Gants de travail EN388-T9", "Gants de travail EN381-T9"),
        ("Drill 8 mm, qty 40, length 120 mm", "Drill 9 mm"),
        ("John Miller, Ann Smith", "John Smith Junior"),
        ("1,234,567", "1,234"),
    ],
)
def test_another_name_is_not_found(text: str, name: str) -> None:
    """Other words, another legal form, part of a word or of a number, an address."""
    assert not grounded(f"From: {text}\nTo: somebody", name)


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("$9,865.00", "9865.00", True),
        ("9.865,00 €", "€ 9,865.00", True),
        ("$9,865.00", "$9,866.00", False),
        ("flight 10/13/20", "10/13/2020", True),
        ("flight 10/13/20", "2020-10-13", True),
        ("flight 10/13/20", "13/10/20", False),
        ("flight 10/13/20 - 10/19/20", "13/10/19", False),
        ("signed 13 October 2020", "13.10.2020", True),
    ],
)
def test_a_text_that_is_a_date_or_an_amount_is_compared_as_one(text: str, value: str, expected: bool) -> None:
    """Also when the schema says it is text."""
    assert grounded(text, value) is expected


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("Total 5 EUR", "EUR", True),
        ("Total € 5", "EUR", True),
        ("fünf Euro", "EUR", True),
        ("Total $5", "USD", True),
        ("Total $5", "CAD", True),
        ("Total $5", "EUR", False),
        ("Total 5 kr", "SEK", True),
        ("Total Fr. 5", "CHF", True),
        ("Europe", "EUR", False),
        ("Total 5", "EUR", False),
    ],
)
def test_a_currency_is_found_as_code_sign_or_name(text: str, code: str, expected: bool) -> None:
    """A sign that several share stands for each of them."""
    assert grounded(text, code, str, "currency") is expected


def test_a_code_is_a_currency_whatever_its_field_is_called() -> None:
    """A unit of USD is stated by a dollar sign."""
    assert grounded("Total $5", "USD", str, "unit")
    assert not grounded("Total $5", "EUR", str, "unit")


@pytest.mark.parametrize("text", ["Start 14:30", "ab 14.30 Uhr", "at 2:30 pm", "14h30"])
def test_a_time_is_found_in_any_printed_form(text: str) -> None:
    """With either clock."""
    assert grounded(text, "14:30:00", time)
    assert not grounded(text, "15:30:00", time)


def test_a_choice_is_a_judgement() -> None:
    """It need not stand in the text; where it does, it is shown."""
    kind = Literal["price_change", "delay"]
    assert grounded("Alles wird teurer.", "price_change", kind)
    assert grounded("nothing", True, bool)
    assert evidence("This is a price change.", "price_change", kind).quote == "price change"


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("Nordwind raises all prices.", True),
        ("Prices rise by 4.5 % from January 1, 2027.", True),
        ("Prices rise by 5.5 % from 2027-01-01.", False),
        ("Prices rise by 4.5 % from 2027-02-01.", False),
        ("Ms Ada Lovelace of Nordwind Werkzeuge announces 3 changes.", True),
        ("Bob Miller announces changes.", False),
        ("The order B26-2906 is late.", True),
        ("The order B26-2966 is late.", False),
        ("It is due on 10.52.2026.", False),
    ],
)
def test_a_summary_is_judged_by_its_facts(summary: str, expected: bool) -> None:
    """Its words are the model's own; its numbers, dates and names are not."""
    text = "Nordwind Werkzeuge\nAda Lovelace\nWir erhöhen die Preise um 4,5 % zum 01.01.2027 (B26-2906)."
    assert grounded(text, summary, str, "summary") is expected


def test_evidence_says_where(document: Callable[[str], Document]) -> None:
    """Offsets, page and quote of the printed value."""

    class Record(BaseModel):
        total: Decimal

    text = "Rechnung\n\fGesamt 1.214,50 EUR"
    found = ground({"total": 1214.5}, document(text), shape_of(Record))[0]
    assert (found.quote, found.label, found.grounded) == ("1.214,50", "page 2", True)
    assert text[found.start : found.end] == found.quote


def test_what_is_not_found_has_no_place() -> None:
    """Only a reason."""
    found = evidence("nothing here", "Acme GmbH")
    assert (found.start, found.end, found.quote, found.label, found.grounded) == (None, None, None, None, False)
    assert found.reason


def test_null_has_no_evidence() -> None:
    """There is nothing to show."""

    class Record(BaseModel):
        name: str | None = None
        tags: list[str] = Field(default_factory=list)

    assert ground({"name": None, "tags": []}, Document("x", (), ""), shape_of(Record)) == ()


def test_of_several_places_the_labelled_one_is_shown() -> None:
    """The value stands beside the words its field is called by."""
    text = "Subtotal 100.00\nShipping 7.00\nDiscount 100.00\n" + "x " * 100 + "\nNet total: 100.00"
    found = evidence(text, 100, Decimal, "net_total")
    assert found.start == text.rindex("100.00")


def test_a_label_beside_another_value_speaks_against_this_one() -> None:
    """30 spots are printed, but not as the gross amount."""
    text = "Spots 30\n" + "word " * 60 + "\nGross amount: 9,865.00\n"
    assert grounded(text, 9865, Decimal, "gross_amount")
    assert not grounded(text, 30, Decimal, "gross_amount")


def test_a_general_label_speaks_for_nobody() -> None:
    """A document has many dates; the unlabelled one may be the one that was asked for."""
    text = "Berlin, 19.11.2026\n" + "word " * 60 + "\nDelivery date: 05.12.2026\n"
    assert grounded(text, "2026-11-19", date, "date")


def test_a_day_that_does_not_exist_is_not_printed() -> None:
    """February has no 30th."""
    assert not grounded("30.02.2026", "2026-02-30", str)


@pytest.mark.parametrize("text", ["", " ", "🙂", "\u202e", "1" * 400, "." * 50, "٣٤٥", "1,1,1,1,1,1" * 20])
def test_odd_texts_break_nothing(text: str) -> None:
    """Whatever a document holds."""
    for value, kind in (("x", str), ("1", Decimal), ("2026-01-01", date)):
        evidence(text, value, kind)


@given(st.text(max_size=80), st.text(max_size=20))
def test_any_value_against_any_text_breaks_nothing(text: str, value: str) -> None:
    """Neither values nor documents are ours."""
    for name in ("value", "currency", "summary"):
        evidence(text, value, str, name)
