"""Scans and photographs become the text they show, line by line, with its place and how sure the reader is."""

import io

import pytest
from PIL import Image, ImageDraw

from extraction.document import Box, Document, Line
from extraction.parsing import Empty, Limits, NeedsEyes, TooLarge, parse
from extraction.parsing.picture import Picture, Recognised, needs_eyes
from tests.extraction.making_pictures import LETTER, picture_of, saved, scanned_pdf


def _squeezed(document: Document) -> list[str]:
    return [line.replace(" ", "") for line in document.text.split("\n") if line]


_SAID = [line.replace(" ", "") for line in LETTER]


@pytest.mark.parametrize(("name", "kind"), [("scan.png", "PNG"), ("scan.jpg", "JPEG"), ("scan.webp", "WEBP")])
def test_a_picture_is_read(name: str, kind: str) -> None:
    """What a person reads on it is its text; the page is one span that knows how sure the reader was."""
    document = parse(name, saved(picture_of(LETTER), kind))
    assert _squeezed(document) == _SAID
    assert [(span.page, span.label) for span in document.spans] == [(1, "page 1")]
    assert document.spans[0].confidence is not None
    assert document.spans[0].confidence > 0.9
    assert document.poor_pages() == ()
    assert document.mime == f"image/{kind.lower()}"


def test_every_line_of_a_picture_knows_its_box() -> None:
    """A value that was recognised can be shown where it stands, in shares of the picture."""
    document = parse("scan.png", saved(picture_of(LETTER)))
    start = document.text.index("Total")
    where = document.where(start, start + 5)
    assert where.box is not None
    left, top, right, bottom = where.box
    assert left == pytest.approx(40 / 700, abs=0.02)
    assert 180 / 400 < top < 200 / 400 < bottom < 250 / 400
    assert right < 0.75


@pytest.mark.parametrize("quarters", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180])
def test_a_sheet_that_lay_wrong_is_turned(quarters: Image.Transpose) -> None:
    """A page that was scanned sideways or upside down is read all the same, and its boxes are those of the scan."""
    document = parse("turned.png", saved(picture_of(LETTER).transpose(quarters)))
    assert _squeezed(document) == _SAID
    box = document.where(0, 1).box
    assert box is not None
    if quarters == Image.Transpose.ROTATE_180:
        assert box.top > 0.7
        assert box.right > 0.9
    else:
        assert box.left < 0.3
        assert box.bottom > 0.9


def test_each_page_of_a_fax_is_a_page() -> None:
    """A TIFF of several pages is a document of several pages; an empty sheet among them keeps its number."""
    target = io.BytesIO()
    pages = [picture_of(["Invoice 17"]), picture_of([]), picture_of(["Page three"])]
    pages[0].save(target, "TIFF", save_all=True, append_images=pages[1:])
    document = parse("fax.tif", target.getvalue())
    assert [span.page for span in document.spans] == [1, 2, 3]
    assert document.blank_pages() == (2,)
    assert document.label_at(document.text.index("three")) == "page 3"


def test_only_the_scanned_pages_of_a_pdf_are_recognised() -> None:
    """A page with text keeps it; a scan among such pages is read where it lies."""
    document = parse("mixed.pdf", scanned_pdf(["Printed terms", picture_of(LETTER)]))
    assert document.text.startswith("Printed terms\n\n")
    assert _squeezed(document)[1:] == _SAID
    printed, scanned = document.spans
    assert (printed.confidence, printed.lines) == (None, ())
    assert scanned.confidence is not None
    assert scanned.lines[0].start == scanned.start


def test_a_stamp_on_a_scan_does_not_hide_it() -> None:
    """Where a scan covers the page, a printed line or two are kept, and what lies under them is read too, once."""
    document = parse("stamped.pdf", scanned_pdf([picture_of(LETTER)], stamp="Received 7"))
    assert document.text.startswith("Received 7\n")
    assert _squeezed(document)[1:] == _SAID
    assert document.text.count("Received") == 1
    start = document.text.index("Quotation")
    assert document.where(start, start + 4).box is not None
    assert document.where(0, 4).box is None


def test_a_page_that_can_hardly_be_read_says_so() -> None:
    """What was recognised with little confidence is marked, so that somebody looks at the picture."""

    def recognise(picture: Picture) -> Recognised:
        share = 0.6 if picture.width < picture.height else 0.97
        return Recognised("N0rdw1nd", (Line(0, 8, Box(0, 0, 1, 1), share),), share)

    pages = [picture_of(LETTER), picture_of(LETTER, (400, 700))]
    target = io.BytesIO()
    pages[0].save(target, "TIFF", save_all=True, append_images=pages[1:])
    document = parse("rough.tif", target.getvalue(), recognise=recognise)
    assert [span.page for span in document.poor_pages()] == [2]


def test_a_picture_without_writing_is_empty() -> None:
    """An empty sheet, and a drawing that only looks like a letter, never become a record of something."""
    drawing = picture_of([])
    ImageDraw.Draw(drawing).ellipse((200, 100, 400, 300), outline="black", width=20)
    for picture in (picture_of([]), drawing):
        with pytest.raises(Empty, match=r"no page shows a text that can be recognised\. Scan it again"):
            parse("blank.png", saved(picture))


def test_a_transparent_picture_lies_on_white_paper() -> None:
    """Screenshots without a background are black letters on white, not on black."""
    opaque = picture_of(LETTER)
    clear = Image.new("RGBA", opaque.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=opaque.convert("L").point(lambda value: 255 - value))
    assert _squeezed(parse("clear.png", saved(clear))) == _SAID


def test_a_picture_is_measured_before_it_is_decoded() -> None:
    """A few bytes that unfold to gigabytes of pixels are refused by what they declare."""
    bomb = saved(Image.new("1", (4000, 4000)), "PNG")
    with pytest.raises(TooLarge, match=r"holds 16,000,000 pixels; the limit is 1,000,000"):
        parse("bomb.png", bomb, Limits(pixels=1_000_000))


def test_pages_that_cost_seconds_are_counted() -> None:
    """A thousand scanned pages are refused, not suffered."""

    def recognise(_picture: Picture) -> Recognised:
        return Recognised("text")

    content = scanned_pdf([picture_of(["a"], (60, 40), 12)] * 3)
    with pytest.raises(TooLarge, match=r"holds more pages without text; the limit is 2"):
        parse("long.pdf", content, Limits(recognised_pages=2), recognise)


def test_who_reads_no_pictures_says_that_somebody_has_to() -> None:
    """Text is read without eyes; a scan is handed on instead of being taken for empty."""
    assert parse("text.pdf", scanned_pdf(["words"]), recognise=needs_eyes).text == "words"
    with pytest.raises(NeedsEyes):
        parse("scan.pdf", scanned_pdf([picture_of(LETTER)]), recognise=needs_eyes)
