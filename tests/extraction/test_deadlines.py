"""A day that is stated as so long after another of the record is borne out; one that only could be is not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from extraction.document import Document, Span
from extraction.grounding import Evidence, ground
from extraction.shape import shape_of


class Offer(BaseModel):
    issue_date: date
    valid_until: date | None = None


def valid_until(text: str, day: str, issued: str = "2026-03-01") -> Evidence:
    document = Document(text, (Span(0, len(text), 1, "page 1"),), "text/plain")
    return ground({"issue_date": issued, "valid_until": day}, document, shape_of(Offer))[1]


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("This offer is valid for 30 days.", "2026-03-31"),
        ("Valid thirty (30) days from the date above.", "2026-03-31"),
        ("Valid for 30 (thirty) calendar days.", "2026-03-31"),
        ("Bindefrist: 14 Tage", "2026-03-15"),
        ("Gültig zwei Wochen ab Angebotsdatum.", "2026-03-15"),
        ("Validité : 3 mois", "2026-06-01"),
        ("Validez: 30 días", "2026-03-31"),
        ("matures on the second anniversary of the date hereof", "2028-03-01"),
        ("A term of 2 years", "2028-03-01"),
    ],
)
def test_a_period_that_is_printed_leads_from_one_day_to_the_other(said: str, day: str) -> None:
    found = valid_until(f"Date: 1 March 2026\n{said}\n", day)
    assert found.grounded
    assert found.quote
    assert found.quote in said
    assert found.confidence < 0.9


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Date: 1 March 2026\nPayable within 30 days.", "2026-03-30"),  # another day
        ("Date: 1 March 2026\nWe ship 30 boxes.", "2026-03-31"),  # no days
        ("Payable within 30 days.", "2026-03-31"),  # from no printed day
        ("Date: 1 March 2026\nDelivered 130 days before.", "2026-03-31"),
        ("Date: 1 March 2026\nPayable within 30 days.", "2026-01-30"),  # before, not after
    ],
)
def test_nothing_less_will_do(text: str, day: str) -> None:
    assert not valid_until(text, day).grounded


def test_a_date_beside_its_own_label_is_not_overruled() -> None:
    """Thirty days are the payment's; the offer's last day is printed, and is another."""
    text = "Date: 1 March 2026\nValid until: 15 March 2026\nPayable within 30 days.\n"
    assert not valid_until(text, "2026-03-31").grounded
    assert valid_until(text, "2026-03-15").grounded


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(1, 120), st.integers(1, 120))
def test_of_all_days_only_the_one_that_is_so_far_away_is_borne_out(issued: date, days: int, other: int) -> None:
    text = f"Date: {issued}\nValid for {days} days.\n"
    day = date.fromordinal(issued.toordinal() + other)
    assert valid_until(text, day.isoformat(), issued.isoformat()).grounded == (days == other)


@pytest.mark.parametrize("day", ["2026-13-45", "", "soon", "31 days"])
def test_what_is_no_day_is_counted_from_nothing(day: str) -> None:
    assert not valid_until("Date: 1 March 2026, 30 days", day).grounded
