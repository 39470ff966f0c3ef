"""Rows are found below a header, in cells or run together, and end where the totals begin."""

from decimal import Decimal

import pytest

from sandbox.answers.page import page_of
from sandbox.answers.rows import plain_row
from sandbox.answers.tables import Table, table_of

ALL = ("position", "article", "description", "quantity", "unit", "price", "discount", "total")


def tables_in(text: str) -> Table:
    return table_of(page_of(text).lines, ".", 0)


@pytest.mark.parametrize("gap", ["\t", " | ", "   "])
def test_cells_are_named_by_the_header(gap: str) -> None:
    """Tabs, bars and wide gaps part cells alike."""
    head = gap.join(["Pos.", "Artikel-Nr.", "Bezeichnung", "Menge", "ME", "Einzelpreis", "Betrag"])
    row = gap.join(["1", "AX-12", "Kabel 3x1", "4", "m", "2.50 EUR", "10.00 EUR"])
    (found,) = tables_in(f"{head}\n{row}").rows
    assert (found.position, found.article, found.description, found.unit) == (1, "AX-12", "Kabel 3x1", "m")
    assert (found.quantity, found.price, found.total) == (Decimal(4), Decimal("2.50"), Decimal("10.00"))


@pytest.mark.parametrize(
    "header",
    [
        "Pos Item No. Description Qty Unit Unit price Total",
        "N° Référence Désignation Qté Unité P.U. HT Montant HT",
        "Pos. Referencia Concepto Cant. Ud. Precio Importe",
        "Pos. Codice Descrizione Q.tà U.M. Prezzo unitario Importo",
        "Pos. Art.-Nr. Beschreibung Menge ME Stückpreis Gesamt",
    ],
)
def test_a_header_is_known_in_five_languages(header: str) -> None:
    """The words of a header are business words of any of the languages."""
    (found,) = tables_in(f"{header}\n1 AX-12 Blue cable 3x1 4 m 2.50 10.00").rows
    assert (found.position, found.article, found.description) == (1, "AX-12", "Blue cable 3x1")


def test_rows_go_on_after_a_page_break() -> None:
    """A repeated header and a carry-over are no rows."""
    text = (
        "Pos. Description Qty Unit Unit price Total\n1 Hose 2 m 3.00 6.00\nCarried forward 6.00\n- Page 1 -\n"
        "Pos. Description Qty Unit Unit price Total\nCarried forward 6.00\n2 Nut 10 pcs 0.10 1.00\nNet total 7.00"
    )
    assert [row.description for row in tables_in(text).rows] == ["Hose", "Nut"]


def test_a_row_broken_by_a_line_end_is_put_together() -> None:
    """A line that begins like a row goes on with the next."""
    text = "Pos. Description Qty Unit Unit price Total\n1 Hose DN20\n2 m 3.00 6.00\n2 Nut 10\npcs 0.10 1.00"
    assert [(row.position, row.quantity) for row in tables_in(text).rows] == [(1, Decimal(2)), (2, Decimal(10))]


def test_the_total_lines_of_a_sheet_are_no_rows() -> None:
    """Without a quantity a line of cells is no position."""
    text = "Item\tDescription\tQty\tPrice\tTotal\n1\tHose\t2\t3\t6\n\t\t\tNet total\t6"
    assert [(row.position, row.description) for row in tables_in(text).rows] == [(1, "Hose")]


def test_arithmetic_says_which_number_is_the_quantity() -> None:
    """Numbers in a description do not disturb."""
    row = plain_row("3 Set of 12 rings 50 5 pcs 2.00 10.00", ALL, ".")
    assert row
    assert (row.position, row.description, row.quantity) == (3, "Set of 12 rings 50", Decimal(5))


def test_a_quantity_may_come_first() -> None:
    """The header tells that the quantity leads the row."""
    roles = ("quantity", "unit", "article", "description", "price", "total")
    row = plain_row("8 pcs AR-66 Sensor 5 m EUR 2.00 EUR 16.00", roles, ".")
    assert row
    assert (row.quantity, row.unit, row.article, row.description) == (Decimal(8), "pcs", "AR-66", "Sensor 5 m")


def test_a_discount_is_part_of_the_sum() -> None:
    """Quantity times price less the discount is the line's total."""
    row = plain_row("1 AX-12 Hose 10 m 2.00 5 % 19.00", ALL, ".")
    assert row
    assert (row.discount, row.total) == (Decimal(5), Decimal("19.00"))


def test_blanks_group_thousands_only_where_it_adds_up() -> None:
    """`5 100,00` is five of something, or one number: the sum decides."""
    joined = plain_row("1 Pump 2 pce 1 223,11 2 446,22", ALL, ",")
    apart = plain_row("1 Pump 5 100,00 500,00", ALL, ",")
    assert joined
    assert joined.price == Decimal("1223.11")
    assert apart
    assert (apart.quantity, apart.price) == (Decimal(5), Decimal("100.00"))


def test_a_row_that_does_not_add_up_is_given_as_printed() -> None:
    """Nothing is corrected."""
    row = plain_row("1 AX-12 Hose 10 m 2.00 21.00", ALL, ".")
    assert row
    assert (row.quantity, row.price, row.total) == (Decimal(10), Decimal("2.00"), Decimal("21.00"))


def test_prose_is_no_row() -> None:
    """A sentence with a few numbers holds no position."""
    assert plain_row("We deliver within 3 weeks to 2 addresses.", ALL, ".") is None
    assert tables_in("We thank you for your order of 3 pumps.\nTotal 12.00").rows == ()
