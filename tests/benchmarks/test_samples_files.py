import io
from datetime import date, datetime
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from zipfile import ZipFile

import docx
import openpyxl
import pytest

from benchmarks.samples import Plan, generate, make
from benchmarks.samples.mail import Coding, Part, draw_mail, header_words, mailbox
from benchmarks.samples.workbook import Cell, Tab, draw_workbook
from extraction.parsing import parse


def sample_bytes(feed: str, layout: str, language: str = "de") -> bytes:
    return make(8, feed, 3, Plan(layout, language)).content


@pytest.mark.parametrize("layout", ["list", "cell_form", "two_sheets"])
def test_workbook_opens_without_a_warning(layout: str) -> None:
    """openpyxl takes it for what Excel writes: typed cells, dates as dates."""
    book = openpyxl.load_workbook(io.BytesIO(sample_bytes("supplier_quotes", layout)))
    values = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(isinstance(value, datetime) for value in values)
    assert any(isinstance(value, float) for value in values)


def test_sum_carries_its_formula_and_its_result() -> None:
    """A workbook that was calculated once can be read without calculating."""
    content = sample_bytes("supplier_quotes", "list")
    formulas = [
        cell.coordinate
        for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()
        for cell in row
        if str(cell.value).startswith("=SUM(")
    ]
    assert len(formulas) == 1
    calculated = openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets[0][formulas[0]].value
    assert isinstance(calculated, int | float)


def test_cells_keep_their_kind() -> None:
    """Text, number, day and formatted amount come back as they went in."""
    tab = Tab("A & B")
    tab.add(Cell("1 < 2"), Cell(Decimal("7.5")), Cell(date(2026, 11, 19), "dd/mm/yyyy"), None, Cell("last"))
    tab.add(Cell(Decimal("4.20"), '#,##0.00" €"', bold=True))
    book = openpyxl.load_workbook(io.BytesIO(draw_workbook([tab])))
    rows = list(book["A & B"].iter_rows(values_only=True))
    assert rows[0] == ("1 < 2", 7.5, datetime(2026, 11, 19), None, "last")
    assert book["A & B"]["A2"].number_format == '#,##0.00" €"'
    assert book["A & B"]["A2"].font.bold


@pytest.mark.parametrize("layout", ["word_letter", "word_form", "side_by_side"])
def test_word_file_opens(layout: str) -> None:
    """python-docx takes it for what Word writes, and the header row repeats."""
    document = docx.Document(io.BytesIO(sample_bytes("deals", layout)))
    assert document.tables
    assert "tblHeader" in document.element.xml
    assert all(len(table.columns) == len(table.rows[0].cells) for table in document.tables)


@pytest.mark.parametrize(("feed", "layout"), [("supplier_quotes", "list"), ("deals", "word_form")])
def test_packages_hold_no_clock(feed: str, layout: str) -> None:
    """Every part has the same old time stamp and is stored as it is."""
    with ZipFile(io.BytesIO(sample_bytes(feed, layout))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.compress_type for info in archive.infolist()} == {0}


def test_pdf_holds_no_clock() -> None:
    """reportlab's invariant mode writes a fixed date."""
    content = sample_bytes("supplier_quotes", "letter")
    assert b"D:2000" in content
    assert b"D:2026" not in content


@pytest.mark.parametrize("text", ["Preisänderung ab März", "Prix de l'été à partir du 1er août " * 4, "plain"])
def test_headers_survive_the_trip(text: str) -> None:
    """A subject in any language comes back whole, however long."""
    content = draw_mail({"Subject": header_words(text.strip())}, (_part("x"),), "b")
    assert message_from_bytes(content, policy=default)["Subject"] == text.strip()


def test_mailbox_is_an_address() -> None:
    """A name with accents stands before the address it belongs to."""
    content = draw_mail({"From": mailbox("Käthe Süßmilch", "k@nordwerk.example")}, (_part("x"),), "b")
    sender = message_from_bytes(content, policy=default)["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == ("Käthe Süßmilch", "k@nordwerk.example")


@pytest.mark.parametrize("transfer", ["8bit", "quoted-printable", "base64"])
@pytest.mark.parametrize("charset", ["utf-8", "windows-1252", "iso-8859-15"])
def test_bodies_survive_every_encoding(charset: str, transfer: str) -> None:
    """Umlauts, a euro sign and long lines come back as they were written."""
    text = "Größe: 12,50 € = à peu près " + "x" * 120
    content = draw_mail({}, (Part("plain", text, Coding(charset, transfer)),), "b")  # type: ignore[arg-type]
    assert parse("mail.eml", content).text == text


def test_alternatives_say_the_same() -> None:
    """A mail with two bodies is one message twice."""
    content = sample_bytes("supplier_messages", "alternative", "fr")
    mail = message_from_bytes(content, policy=default)
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    plain, html = (part.get_content() for part in mail.iter_parts())
    sentences = [line for line in plain.splitlines() if line.endswith(".") and "'" not in line and "&" not in line]
    assert sentences
    assert all(sentence in html for sentence in sentences)


def test_mails_come_in_all_encodings() -> None:
    """A run meets every transfer encoding, a western charset, and HTML alone."""
    contents = b"".join(sample.content for sample in generate(2, "supplier_messages", 80))
    for expected in (b"8bit", b"quoted-printable", b"base64", b"windows-1252", b"iso-8859-15", b"text/html"):
        assert expected in contents


def test_reply_quotes_what_is_not_the_suppliers() -> None:
    """The quoted message stands in the text, its price and dates not in the truth."""
    sample = make(8, "supplier_messages", 3, Plan("reply", "en", topic="request"))
    text = parse(sample.name, sample.content).text
    assert "> Thank you" in text
    assert (sample.truth or {})["amounts"] == []
    assert (sample.truth or {})["subject"].startswith("Re: ")


def _part(text: str) -> Part:
    return Part("plain", text, Coding("utf-8", "8bit"))
