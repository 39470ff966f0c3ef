"""A value that stands in print is found on its page again, to the letter."""

import io
from collections.abc import Callable
from contextlib import closing
from email.message import EmailMessage

import pypdfium2
import pytest
from openpyxl import Workbook
from reportlab.pdfgen.canvas import Canvas

from extraction.document import Box, Document
from extraction.parsing import parse, raw_file
from extraction.parsing.boxes import boxes_of, in_print
from tests.extraction.making_pictures import LETTER, picture_of, scanned_pdf

_WIDTH, _HEIGHT = 400.0, 200.0


def _pdf(draw: Callable[[Canvas], None], pages: int = 1) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(_WIDTH, _HEIGHT), invariant=True)
    for _ in range(pages):
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _row(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 10)
    canvas.drawString(40, 150, "Pipe")
    canvas.drawString(300, 150, "12.50")


def _box(name: str, content: bytes, document: Document, words: str, after: int = 0) -> Box | None:
    start = document.text.index(words, after)
    stretch = (start, start + len(words))
    return boxes_of(raw_file(name, content), in_print(document, [stretch])).get(stretch)


def test_a_value_has_the_box_of_its_letters() -> None:
    """Neither its line nor its column: the rectangle a person would draw around it, from the top left corner."""
    content = _pdf(_row)
    box = _box("a.pdf", content, parse("a.pdf", content), "12.50")
    assert box is not None
    assert box.left == pytest.approx(300 / _WIDTH, abs=0.005)
    assert box.right == pytest.approx((300 + 25) / _WIDTH, abs=0.01)
    assert 1 - 160 / _HEIGHT < box.top < box.bottom <= 1 - 149 / _HEIGHT


def test_the_box_is_that_of_the_page_as_it_is_shown() -> None:
    """A page that is turned for showing has its boxes turned with it."""
    with closing(pypdfium2.PdfDocument(_pdf(_row))) as pdf:
        pdf[0].set_rotation(90)
        target = io.BytesIO()
        pdf.save(target)
    content = target.getvalue()
    box = _box("a.pdf", content, parse("a.pdf", content), "12.50")
    assert box is not None
    assert box.top == pytest.approx(300 / _WIDTH, abs=0.01)
    assert 0.7 < box.left < box.right < 0.82


def test_the_same_words_on_another_page_are_another_place() -> None:
    """A value is not searched for but looked up where it was read."""
    content = _pdf(_row, pages=3)
    document = parse("a.pdf", content)
    second = document.text.index("12.50", document.spans[1].start)
    stretch = (second, second + 5)
    assert [each.page for each in in_print(document, [stretch])] == [2]
    assert boxes_of(raw_file("a.pdf", content), in_print(document, [stretch]))[stretch].left > 0.7


def test_what_the_border_drops_shifts_no_box() -> None:
    """Characters that are left out of the text are still counted on the page."""

    def lines(canvas: Canvas) -> None:
        canvas.drawString(40, 180, "An old-fashioned\u00ad line")
        canvas.drawString(40, 150, "zero\u200bwidth")
        canvas.drawString(200, 100, "4711")

    content = _pdf(lines)
    box = _box("a.pdf", content, parse("a.pdf", content), "4711")
    assert box is not None
    assert box.left == pytest.approx(0.5, abs=0.01)


def test_a_value_over_two_lines_has_a_box_around_both() -> None:
    """The smallest rectangle that holds all of it."""

    def lines(canvas: Canvas) -> None:
        canvas.drawString(40, 150, "Nordwind")
        canvas.drawString(40, 120, "Tools")

    content = _pdf(lines)
    box = _box("a.pdf", content, parse("a.pdf", content), "Nordwind\nTools")
    assert box is not None
    assert box.top < 1 - 150 / _HEIGHT < 1 - 120 / _HEIGHT <= box.bottom + 0.01


def test_a_value_in_an_attached_pdf_is_found_there() -> None:
    """The way leads through the mail to the page of its attachment."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@example.com", "Offer"
    mail.set_content("See attached.")
    mail.add_attachment("notes", filename="notes.txt")
    mail.add_attachment(_pdf(_row, pages=2), maintype="application", subtype="pdf", filename="offer.pdf")
    content = mail.as_bytes()
    document = parse("a.eml", content)
    start = document.text.rindex("12.50")
    where = document.where(start, start + 5)
    assert (where.label, where.page, where.within) == ("offer.pdf, page 2", 2, "2")
    box = _box("a.eml", content, document, "12.50", after=start)
    assert box is not None
    assert box.left == pytest.approx(300 / _WIDTH, abs=0.005)


def test_what_was_recognised_is_not_asked_of_the_bytes() -> None:
    """A scan's lines have their boxes with them, and a sheet's cells are no places on paper."""
    scan = parse("scan.pdf", scanned_pdf([picture_of(LETTER)]))
    assert in_print(scan, [(0, 4)]) == []
    book = Workbook()
    book.worksheets[0].append(["Pipe", 5])
    target = io.BytesIO()
    book.save(target)
    sheet = parse("a.xlsx", target.getvalue())
    assert in_print(sheet, [(0, 4)]) == []
    assert boxes_of(raw_file("a.xlsx", target.getvalue()), []) == {}


def test_bytes_that_changed_give_no_boxes() -> None:
    """Where the PDF cannot be opened any more, nothing is invented and nothing raised."""
    document = parse("a.pdf", _pdf(_row))
    assert boxes_of(raw_file("a.pdf", b"%PDF-1.7 gone"), in_print(document, [(0, 4)])) == {}
