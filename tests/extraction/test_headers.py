"""Rows that are shown without the top of their table bring its header row."""

import pytest

from extraction.headers import header_row

PRINTED = "Offer 7\nPos Article Quantity Price\n1 Drill 40 2,50\nwith case\n2 Saw 3 371,50\n3 File 4 1,50\nTotal 9,00"
CELLS = "Price list\n\nArticle\tQuantity\tPrice\nDrill\t40\t2,50\nSaw\t3\t371,50\n"


@pytest.mark.parametrize(
    ("text", "row", "header"),
    [
        (PRINTED, "3 File", "Pos Article Quantity Price"),
        (PRINTED, "1 Drill", "Pos Article Quantity Price"),
        (CELLS, "Saw", "Article\tQuantity\tPrice"),
        (PRINTED, "Offer 7", ""),
        ("1 Drill 40 2,50\n2 Saw 3 371,50", "2 Saw", ""),
        ("Drill\t40\t2,50\nSaw\t3\t371,50", "Saw", ""),
        ("The goods come in May.\nWe sent 3 of 4 on the 5th.", "We sent", ""),
    ],
)
def test_the_header_of_the_table_that_goes_on(text: str, row: str, header: str) -> None:
    """None where no table goes on, or where it has none."""
    assert header_row(text, text.index(row)) == header


def test_a_header_is_found_over_a_page_break() -> None:
    """Also when the second page begins with a line of its own."""
    text = f"{PRINTED[: PRINTED.index('Total')]}\n\nNordwind GmbH\n4 Nail 5 0,50\n5 Screw 5 0,60"
    assert header_row(text, text.index("5 Screw")) == "Pos Article Quantity Price"


def test_nothing_is_looked_for_without_end() -> None:
    """Far above there may be a header, of another table."""
    text = "Pos Article Quantity Price\n" + "1 Drill 40 2,50\n" * 6_000
    assert header_row(text, len(text) - 16) == ""
