"""A reporting period is stated where its year is printed beside its quarter or half."""

import pytest

from extraction.document import Document
from extraction.periods import is_stated, read_period
from extraction.source import Source


@pytest.mark.parametrize("text", ["FY2025 Q2", "2025Q2", "Q2 2025", "Q2/25", "2025-Q2"])
def test_a_quarter_is_read_in_any_usual_way(text: str) -> None:
    """And is the same."""
    period = read_period(text)
    assert period is not None
    assert (period.year, period.names[0]) == (2025, "q2")


@pytest.mark.parametrize("text", ["Q5 2025", "2025", "EN388-T8", "H3 2024", "quarter", "", "R-2026-117"])
def test_other_texts_are_no_period(text: str) -> None:
    """Neither a plain year nor a number of an order."""
    assert read_period(text) is None


@pytest.mark.parametrize(
    ("text", "period", "stated"),
    [
        ("Three months ended September 30, 2024 and 2023", "FY2025 Q2", True),
        ("the second quarter of fiscal 2025", "FY2025 Q2", True),
        ("Six months ended June 30, 2026", "H1 2026", True),
        ("2. Quartal 2025", "Q2 2025", True),
        ("fiscal 2024", "FY2024", True),
        ("as of March 31, 2024", "FY2024", True),
        ("Three months ended September 30, 2024", "FY2029 Q2", False),
        ("Notes due 2029", "FY2029", False),
        ("fiscal 2025", "FY2025 Q2", False),
    ],
)
def test_year_and_part_stand_together(text: str, period: str, stated: bool) -> None:
    """A fiscal year may begin in the calendar year before; a year somewhere else says nothing."""
    read = read_period(period)
    assert read is not None
    assert is_stated(read, Source(Document(text, (), ""))) is stated
