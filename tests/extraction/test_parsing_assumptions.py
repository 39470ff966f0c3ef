"""What the readers take for granted of the libraries below them, each with the decision that leans on it."""

import io
import zipfile
from contextlib import closing
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from openpyxl import Workbook, load_workbook
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from selectolax.lexbor import LexborHTMLParser
from semantic_text_splitter import TextSplitter


def _pdf(encrypt: StandardEncryption | None = None) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, encrypt=encrypt, invariant=True)
    canvas.drawString(72, 700, "one")
    canvas.drawString(72, 680, "two")
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def test_pdfium_tells_a_password_from_damage_by_its_code() -> None:
    """The causes encrypted and corrupt are told apart by `err_code`, not by the words of a message."""
    with pytest.raises(pypdfium2.PdfiumError) as locked:
        pypdfium2.PdfDocument(_pdf(StandardEncryption("user", "owner", strength=128)))
    assert locked.value.err_code == pdfium.FPDF_ERR_PASSWORD
    with pytest.raises(pypdfium2.PdfiumError) as broken:
        pypdfium2.PdfDocument(b"%PDF-1.7 and no more")
    assert broken.value.err_code == pdfium.FPDF_ERR_FORMAT


def test_the_range_of_pdfium_keeps_lines_apart_and_its_bounds_may_not() -> None:
    """The text of a page is `get_text_range`, whose lines end with CRLF: the border makes them newlines."""
    with (
        closing(pypdfium2.PdfDocument(_pdf())) as pdf,
        closing(pdf[0]) as page,
        closing(page.get_textpage()) as textpage,
    ):
        assert textpage.get_text_range() == "one\r\ntwo"


def test_the_splitter_counts_code_points() -> None:
    """Chunk offsets are the splitter's own: they must not be bytes, nor UTF-16 units."""
    text = "👩‍🚀 漢字 é.\n\nnext paragraph"
    for offset, piece in TextSplitter(16).chunk_indices(text):
        assert text[offset : offset + len(piece)] == piece


def test_openpyxl_names_the_member_of_a_streamed_sheet() -> None:
    """Hidden rows and formulas without values are found in the sheet's markup: its place must be known."""
    target = io.BytesIO()
    Workbook().save(target)
    with closing(load_workbook(target, read_only=True)) as book, zipfile.ZipFile(target) as package:
        sheet: Any = book.worksheets[0]
        assert sheet._worksheet_path in package.namelist()


def test_openpyxl_streams_a_row_for_every_row_number() -> None:
    """Hidden rows are matched by counting: a gap between two rows must be handed out as empty rows."""
    book = Workbook()
    book.worksheets[0]["A1"], book.worksheets[0]["B4"] = "first", "fourth"
    target = io.BytesIO()
    book.save(target)
    with closing(load_workbook(target, read_only=True)) as streamed:
        sheet = streamed.worksheets[0]
        sheet.reset_dimensions()
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row for row in rows if any(row)] == [rows[0], rows[3]]


def test_zipfile_never_yields_more_than_a_member_declares() -> None:
    """A lying bomb is caught by its checksum because reading stops at the declared size."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a", bytes(100_000))
    lying = target.getvalue().replace((100_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with zipfile.ZipFile(io.BytesIO(lying)) as package, pytest.raises(zipfile.BadZipFile, match="CRC"):
        package.read("a")


def test_the_html_parser_always_makes_a_tree() -> None:
    """Soup, nothing and a lone comment all have a root to walk from, and cells stand in rows."""
    for markup in ("", "<!-- -->", "</p></td>", "<td>x", "plain"):
        assert LexborHTMLParser(markup).root is not None
    cell = LexborHTMLParser("<table><td>a").css_first("tr > td")
    assert cell is not None
    assert cell.text() == "a"
