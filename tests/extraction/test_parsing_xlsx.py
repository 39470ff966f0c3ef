"""A workbook becomes the table its reader sees."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from extraction.parsing import Corrupt, Empty, Limits, TooLarge, parse
from extraction.parsing.cells import cell_text


def _saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _sheet(fill: Callable[[Worksheet], None]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Prices"
    fill(sheet)
    return _saved(book)


def _rewritten(content: bytes, member: str, change: Callable[[str], str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as changed:
        for name in source.namelist():
            text = source.read(name).decode()
            changed.writestr(name, change(text) if name == member else text)
    return target.getvalue()


_SHEET = "xl/worksheets/sheet1.xml"


def test_rows_are_lines_and_cells_are_columns() -> None:
    """Cells of a row are joined with tabs, rows with newlines; numbers, dates and truths are plain."""

    def fill(sheet: Worksheet) -> None:
        sheet.append(["Item", "Qty", "Price", "Valid", "Stock"])
        sheet.append(["Pipe, 2 m", 12, 3.1, date(2026, 11, 19), True])

    document = parse("prices.xlsx", _sheet(fill))
    assert document.text == "Item\tQty\tPrice\tValid\tStock\nPipe, 2 m\t12\t3.1\t2026-11-19\tTRUE"
    assert document.mime.endswith("spreadsheetml.sheet")


def test_each_sheet_is_a_span_named_after_it() -> None:
    """Sheets are counted like pages and keep their names; an empty one is left out and still counted."""
    book = Workbook()
    book.create_sheet("Angebot")["A1"] = "Rohr"
    book.create_sheet("Terms & more")["A1"] = "30 days"
    document = parse("two.xlsx", _saved(book))
    assert document.text == "Rohr\n\n30 days"
    assert [(span.page, span.label) for span in document.spans] == [(2, "sheet Angebot"), (3, "sheet Terms & more")]


def test_empty_rows_and_columns_are_left_out() -> None:
    """A table in the middle of a sheet is that table, its inner gaps kept as columns."""

    def fill(sheet: Worksheet) -> None:
        sheet["C3"], sheet["F3"] = "Item", "Price"
        sheet["C5"], sheet["D6"], sheet["F6"] = "Pipe", "long", 5

    assert parse("gaps.xlsx", _sheet(fill)).text == "Item\t\tPrice\nPipe\n\tlong\t5"


def test_a_line_break_within_a_cell_does_not_break_its_row() -> None:
    """A row stays one line, whatever its cells hold."""

    def fill(sheet: Worksheet) -> None:
        sheet.append(["Pipe\nDIN 2448\twelded", 5])

    assert parse("break.xlsx", _sheet(fill)).text == "Pipe DIN 2448 welded\t5"


def test_hidden_rows_columns_and_sheets_are_not_read() -> None:
    """What the sender does not show (a cost column, a filtered row, a working sheet) is no part of the offer."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (["Item", "Cost", "Price"], ["Pipe", 2, 5], ["Old pipe", 1, 3], ["Bolt", 1, 2]):
        sheet.append(row)
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[3].hidden = True
    notes = book.create_sheet("Margins")
    notes["A1"], notes.sheet_state = "60 %", "hidden"
    assert parse("offer.xlsx", _saved(book)).text == "Item\tPrice\nPipe\t5\nBolt\t2"


def test_a_workbook_that_hides_everything_is_read_whole() -> None:
    """Where nothing is shown, the hidden is better than a dead letter."""

    def fill(sheet: Worksheet) -> None:
        sheet.append(["Pipe", 5])
        sheet.row_dimensions[1].hidden = True

    assert parse("hidden.xlsx", _sheet(fill)).text == "Pipe\t5"


def test_a_formula_that_was_never_calculated_is_shown_itself() -> None:
    """A total that no program has calculated yet is not silently missing."""

    def fill(sheet: Worksheet) -> None:
        sheet.append(["Pipe", 2, 5])
        sheet.append(["Total", None, "=B1*C1"])

    assert parse("formula.xlsx", _sheet(fill)).text == "Pipe\t2\t5\nTotal\t\t=B1*C1"


def test_a_calculated_formula_is_its_value() -> None:
    """The value a spreadsheet program stored beside the formula is what a reader sees."""

    def fill(sheet: Worksheet) -> None:
        sheet.append(["Total", "=2*5"])

    content = _rewritten(_sheet(fill), _SHEET, lambda text: re.sub(r"<v ?/>|<v></v>", "<v>10</v>", text))
    assert parse("formula.xlsx", content).text == "Total\t10"


def test_a_wrong_dimension_loses_nothing() -> None:
    """Writers that state `A1` for a whole sheet are common: the stated range is not believed."""

    def fill(sheet: Worksheet) -> None:
        sheet.append(["Item", "Price"])
        sheet.append(["Pipe", 5])

    content = _rewritten(
        _sheet(fill), _SHEET, lambda text: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1"', text)
    )
    assert parse("lying.xlsx", content).text == "Item\tPrice\nPipe\t5"


def test_a_workbook_without_a_value_is_empty() -> None:
    """An empty grid is no text."""
    with pytest.raises(Empty, match=r"blank\.xlsx holds nothing to read"):
        parse("blank.xlsx", _saved(Workbook()))


def test_far_off_cells_in_many_rows_are_refused() -> None:
    """The cells between them count: a small file must not cost an hour."""

    def fill(sheet: Worksheet) -> None:
        for row in range(1, 12):
            sheet.cell(row, 16_000, "x")

    with pytest.raises(TooLarge, match=r"far\.xlsx holds more cells; the limit is 100,000\."):
        parse("far.xlsx", _sheet(fill), Limits(cells=100_000))


def test_a_sheet_that_is_no_markup_is_corrupt() -> None:
    """Damage inside the archive is damage of the file."""

    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = "x"

    with pytest.raises(Corrupt, match=r"broken\.xlsx is damaged"):
        parse("broken.xlsx", _rewritten(_sheet(fill), _SHEET, lambda text: text[: len(text) // 2]))


def test_the_currency_and_percent_of_a_format_are_printed() -> None:
    """Often only the number format says which currency a price is in."""

    def fill(sheet: Worksheet) -> None:
        sheet.append([1250.5, 12, 0.19])
        for column, number_format in (("A", "#,##0.00\\ [$€-407]"), ("B", '"USD" #,##0.00'), ("C", "0%")):
            sheet[f"{column}1"].number_format = number_format

    assert parse("formats.xlsx", _sheet(fill)).text == "1250.5 €\tUSD 12\t19%"


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (None, "General", ""),
        (0.1 + 0.2, "General", "0.3"),
        (1e21, "General", "1000000000000000000000"),
        (1.5e-7, "General", "0.00000015"),
        (-0.0, "General", "0"),
        (12.0, "0.00", "12"),
        (10**18, "General", "1000000000000000000"),
        (Decimal("2.50"), "General", "2.5"),
        (0.075, "0.0%", "7.5%"),
        (5, "$#,##0", "$ 5"),
        (5, "[$CHF-807] #,##0.00", "CHF 5"),
        (5, '#,##0 "Kč"', "5 Kč"),
        (5, '0 "Stück"', "5"),
        (5, "#,##0;[Red]-[$€-2] #,##0", "5"),
        (False, "General", "FALSE"),
        (date(2026, 11, 19), "d.m.yy", "2026-11-19"),
        (datetime(2026, 11, 19, tzinfo=UTC).replace(tzinfo=None), "d.m.yy", "2026-11-19"),
        (datetime(2026, 11, 19, 8, 29, 59, 999_999, UTC).replace(tzinfo=None), "d.m.yy h:mm", "2026-11-19 08:30:00"),
        (time(8, 30), "h:mm", "08:30:00"),
        (timedelta(hours=30, microseconds=4), "[h]:mm", "1 day, 6:00:00"),
        ("  Rohr \r\n 2 m ", "General", "Rohr 2 m"),
    ],
)
def test_a_value_is_printed_plain(value: object, number_format: str, text: str) -> None:
    """Full precision without the noise of binary numbers, ISO dates, no locale."""
    assert cell_text(value, number_format) == text


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False))
def test_a_typed_number_comes_back_as_it_was_typed(number: Decimal) -> None:
    """Whatever a person can type with 15 digits survives the way through a binary number."""
    assert Decimal(cell_text(float(number), "General")) == number


@given(st.one_of(st.floats(), st.integers()), st.text(max_size=20))
def test_no_number_and_no_format_raise(value: float, number_format: str) -> None:
    """Also infinities, and formats that are none."""
    assert cell_text(value, number_format)
