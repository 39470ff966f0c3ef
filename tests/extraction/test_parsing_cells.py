"""Every value of a sheet knows the cell it stands in, whatever was left out before it."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from extraction.document import Document, column_name
from extraction.parsing import TooLarge, parse
from extraction.parsing.limits import Limits


def _cell(document: Document, words: str) -> str | None:
    start = document.text.index(words)
    return document.where(start, start + len(words)).cell


def test_a_value_of_a_workbook_knows_its_cell() -> None:
    """Hidden and empty rows and columns are left out of the text and still counted."""
    book = Workbook()
    book.create_sheet("Offer")
    sheet = book.worksheets[1]
    sheet["C3"], sheet["AB3"] = "Item", "Price"
    sheet["C6"], sheet["E6"], sheet["AB6"] = "Pipe", "hidden", 5.5
    sheet.column_dimensions["E"].hidden = True
    target = io.BytesIO()
    book.save(target)
    document = parse("a.xlsx", target.getvalue())
    assert document.text == "Item\tPrice\nPipe\t5.5"
    assert [_cell(document, words) for words in ("Item", "Price", "Pipe", "5.5")] == ["C3", "AB3", "C6", "AB6"]
    assert document.where(0, 4).label == "sheet Offer"


def test_a_value_of_a_csv_knows_its_cell() -> None:
    """Cells are named as a spreadsheet program names them; a quoted line break breaks no row."""
    document = parse("a.csv", b'Item;Price\r\n\r\n"Pipe; 2 m,\r\nwelded";2,50\r\n')
    assert document.text == "Item\tPrice\nPipe; 2 m, welded\t2,50"
    assert (_cell(document, "Price"), _cell(document, "2,50")) == ("B1", "B3")
    assert document.mime == "text/csv"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"a,b\n1,2\n3,4", "a\tb\n1\t2\n3\t4"),
        (b"a\tb\n1\t2", "a\tb\n1\t2"),
        (b"a|b\n1|2", "a\tb\n1\t2"),
        (b"sep=;\r\nName;Preis\r\nRohr, lang;2,5", "Name\tPreis\nRohr, lang\t2,5"),
        ("Größe;Preis\n1;2,50".encode("cp1252"), "Größe\tPreis\n1\t2,50"),
        ("Größe;Preis\n1;2,50".encode("utf-16"), "Größe\tPreis\n1\t2,50"),
        (b"Price list 2026\n\nItem;Price\nPipe;2,50\nBolt;1,20\nNut;0,10", None),
        (b"Dear Bob,\nprices, as you know, rise.\nBest", "Dear Bob,\nprices, as you know, rise.\nBest"),
        (b'a;"b\nc;d', None),
    ],
)
def test_lines_that_agree_are_a_table(content: bytes, text: str | None) -> None:
    """What parts most lines into as many cells parts them all; where nothing does, the text stays as it is."""
    document = parse("a.csv", content)
    if text is None:
        assert "Price" in document.text or "b" in document.text
    else:
        assert document.text == text


def test_a_csv_without_end_is_refused() -> None:
    """Cells are counted as they are in a workbook."""
    with pytest.raises(TooLarge, match="holds more cells; the limit is 10"):
        parse("a.csv", b"a;b\n" * 20, Limits(cells=10))


def _ods(table: str, encrypted: bool = False) -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    manifest = "<!DOCTYPE manifest><manifest>" + ("<encryption-data/>" if encrypted else "") + "</manifest>"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", manifest)
        package.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
    return target.getvalue()


def _ods_row(*cells: str, before: int = 0) -> str:
    gap = f'<table:table-cell table:number-columns-repeated="{before}"/>' if before else ""
    words = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
    )
    return f"<table:table-row>{gap}{words}</table:table-row>"


def test_a_value_of_an_open_document_sheet_knows_its_cell() -> None:
    """The empty margin above and before the table is counted."""
    empty = '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
    rows = empty + _ods_row("Item", "Price", before=1) + _ods_row("Pipe", "5", before=1)
    document = parse("a.ods", _ods(f'<table:table table:name="Offer">{rows}</table:table>'))
    assert document.text == "Item\tPrice\nPipe\t5"
    assert (_cell(document, "Item"), _cell(document, "5")) == ("B3", "C4")
    assert document.label_at(0) == "sheet Offer"


@pytest.mark.parametrize(("number", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")])
def test_columns_are_named_like_those_of_a_sheet(number: int, name: str) -> None:
    """A, B, … Z, AA."""
    assert column_name(number) == name
