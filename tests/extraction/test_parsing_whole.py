"""From a file to its chunks: the few documents that a day at a buyer's desk brings."""

import io
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage

import docx
from openpyxl import Workbook
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from extraction.chunking import chunk
from extraction.document import Document
from extraction.parsing import parse


def _long_quote() -> bytes:
    """A quote whose table runs over several pages, its header row repeated on each."""
    rows = [["Pos", "Item", "Qty", "Unit price"]]
    rows += [[str(number), f"Steel pipe {number} mm", "10", f"{number}.50"] for number in range(1, 121)]
    target = io.BytesIO()
    words = getSampleStyleSheet()["Normal"]
    story = [Paragraph("Quote Q-2026-17", words), Table(rows, repeatRows=1), Paragraph("Total 73.200,00 EUR", words)]
    SimpleDocTemplate(target, pagesize=A4, invariant=True).build(story)
    return target.getvalue()


def _price_list() -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Prices 2026"
    sheet.append(["Item", "Price"])
    for number in range(200):
        sheet.append([f"Bolt M{number}", number + 0.1])
    book.create_sheet("Terms").append(["Payment", "30 days net"])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _thread() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ann <ann@acme.example>", "bob@example.com", "Re: delayed delivery"
    quoted = "\n".join(f"> line {number} of an older mail" for number in range(80))
    mail.set_content(f"Bob,\n\nthe pipes arrive on 2026-12-01.\n\nOn Monday Bob wrote:\n{quoted}\n")
    return mail.as_bytes()


def _order() -> bytes:
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "Buyer AG"
    word.add_heading("Purchase order 4711")
    for number in range(60):
        word.add_paragraph(f"Clause {number}: the seller delivers free of charge and at its own risk to the works.")
    target = io.BytesIO()
    word.save(target)
    return target.getvalue()


def _place_of(document: Document, words: str) -> str:
    return document.label_at(document.text.index(words))


def test_a_table_over_pages_keeps_every_row_and_its_page() -> None:
    """No row is lost or torn between two pages, and each is found on the page it stands on."""
    document = parse("quote.pdf", _long_quote())
    assert len(document.spans) > 2
    for number in range(1, 121):
        assert f"{number} Steel pipe {number} mm 10 {number}.50" in document.text.split("\n")
    assert _place_of(document, "Steel pipe 1 mm") == "page 1"
    assert _place_of(document, "Total 73.200,00") == document.spans[-1].label


def test_chunks_of_a_long_table_name_their_page() -> None:
    """A row that is shown to a model can be shown to a person on its page."""
    document = parse("quote.pdf", _long_quote())
    chunks = chunk("quote", document)
    for piece in chunks:
        assert piece.label == _place_of(document, piece.text.split("\n")[-1])
    assert sum(piece.text.count("Steel pipe") for piece in chunks) == 120


def test_a_price_list_is_chunked_by_sheet() -> None:
    """Terms on a sheet of their own are a chunk of their own."""
    chunks = chunk("prices", parse("prices.xlsx", _price_list()))
    assert {piece.label for piece in chunks} == {"sheet Prices 2026", "sheet Terms"}
    assert chunks[-1].text == "Payment\t30 days net"
    assert chunks[0].text.startswith("Item\tPrice\nBolt M0\t0.1\nBolt M1\t1.1")


def test_a_thread_is_chunked_with_its_header_first() -> None:
    """The first chunk says who writes about what; the quoted mail is in the last."""
    chunks = chunk("mail", parse("mail.eml", _thread()))
    assert [piece.label for piece in chunks[:2]] == ["header", "body"]
    assert "Re: delayed delivery" in chunks[0].text
    assert "2026-12-01" in chunks[1].text
    assert chunks[-1].text.endswith("> line 79 of an older mail")


def test_a_contract_is_chunked_between_its_clauses() -> None:
    """A clause that fits into a chunk is never cut."""
    chunks = chunk("order", parse("order.docx", _order()))
    assert chunks[0].label == "page header"
    clauses = [line for piece in chunks for line in piece.text.split("\n") if line.startswith("Clause")]
    assert len(clauses) == 60
    assert all(clause.endswith("to the works.") for clause in clauses)


def test_a_corrected_document_keeps_the_chunks_of_its_other_pages() -> None:
    """One price changes: only what holds it is another text."""
    before = parse("quote.pdf", _long_quote())
    after = Document(before.text.replace("Total 73.200,00", "Total 73.300,00"), before.spans, before.mime)
    said_before = {piece.chunk_id for piece in chunk("quote", before)}
    changed = [piece for piece in chunk("quote", after) if piece.chunk_id not in said_before]
    assert len(changed) == 1
    assert "73.300,00" in changed[0].text


def test_all_kinds_may_be_read_at_the_same_time() -> None:
    """Readers share no state: threads get what a single one gets."""
    files = {"q.pdf": _long_quote(), "p.xlsx": _price_list(), "m.eml": _thread(), "o.docx": _order()}
    alone = {name: parse(name, content).text for name, content in files.items()}
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda name: (name, parse(name, files[name]).text), list(files) * 4))
    assert all(text == alone[name] for name, text in together)
