"""A document that would be given another text needs another version, or what was stored would stay."""

import io
from collections.abc import Callable

import docx
import pytest
from openpyxl import Workbook
from reportlab.pdfgen.canvas import Canvas

from extraction.parsing import PARSER_VERSION, parse


def _pdf() -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, invariant=True)
    for lines in (["Quote 7", "Pipe  5.00 EUR"], ["PO\u00ad7"]):
        for number, line in enumerate(lines):
            canvas.drawString(72, 700 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _docx() -> bytes:
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "ACME"
    word.add_paragraph("Order 7")
    table = word.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Pipe", "5.00"
    target = io.BytesIO()
    word.save(target)
    return target.getvalue()


def _xlsx() -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Pipe", 0.1 + 0.2, "=1+1", True])
    sheet["B1"].number_format = "0.00 [$€-407]"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _eml() -> bytes:
    return b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nFrom: a@example.com\n\nDear all,\n\n> quoted\n"


def _csv() -> bytes:
    return 'Artikel;Preis\r\n"Rohr; 2 m";2,50\r\n'.encode("cp1252")


def _html() -> bytes:
    return "<h1>Offer</h1><p>Größe<br>5&nbsp;€<table><tr><td>a<td>b</table>".encode("cp1252")


def _text() -> bytes:
    return "Angebot\r\nLiefer\u00adtermin".encode("utf-16")


@pytest.mark.parametrize(
    ("name", "make", "text"),
    [
        ("a.pdf", _pdf, "Quote 7\nPipe 5.00 EUR\n\nPO-7"),
        ("a.docx", _docx, "ACME\n\nOrder 7\n\nPipe\t5.00"),
        ("a.xlsx", _xlsx, "Pipe\t0.3 €\t=1+1\tTRUE"),
        ("a.eml", _eml, "From: a@example.com\nSubject: Grüße\n\nDear all,\n\n> quoted"),
        ("a.html", _html, "Offer\n\nGröße\n5\u00a0€\n\na\tb"),
        ("a.csv", _csv, "Artikel\tPreis\nRohr; 2 m\t2,50"),
        ("a.txt", _text, "Angebot\nLiefertermin"),
    ],
)
def test_a_change_of_the_text_raises_the_version(name: str, make: Callable[[], bytes], text: str) -> None:
    """Where this fails, stored texts are out of date: raise PARSER_VERSION together with the text below."""
    assert (PARSER_VERSION, parse(name, make()).text) == ("2", text)
