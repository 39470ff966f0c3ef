"""A PDF becomes its pages' text, or says why not."""

import io
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pypdfium2
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from extraction.parsing import Corrupt, Empty, Encrypted, Limits, TooLarge, parse


def _pdf(pages: Sequence[Sequence[str]], encrypt: StandardEncryption | None = None) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, encrypt=encrypt, invariant=True)
    for lines in pages:
        for number, line in enumerate(lines):
            canvas.drawString(72, 760 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _drawn(draw: Callable[[Canvas], None]) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, invariant=True)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def test_each_page_is_a_span_of_its_own() -> None:
    """Lines end with newlines, pages with an empty line, and every offset knows its page."""
    document = parse("quote.pdf", _pdf([["Quote 7", "Total 12.50 EUR"], ["Terms: 30 days"]]))
    assert document.text == "Quote 7\nTotal 12.50 EUR\n\nTerms: 30 days"
    assert [(span.page, span.label) for span in document.spans] == [(1, "page 1"), (2, "page 2")]
    assert document.label_at(document.text.index("Terms")) == "page 2"
    assert document.mime == "application/pdf"


def test_a_page_without_text_keeps_its_place() -> None:
    """A scanned page among others is blank, not missing: the pages after it keep their numbers."""
    document = parse("mixed.pdf", _pdf([["one"], [], ["three"]]))
    assert document.blank_pages() == (2,)
    assert document.label_at(document.text.index("three")) == "page 3"


@pytest.mark.parametrize("pages", [[[]], [[], []]])
def test_pages_without_any_text_are_empty_with_the_remedy_for_a_scan(pages: list[list[str]]) -> None:
    """Nothing becomes a text of nothing: it says that no page shows any, and what to do if it was a scan."""
    with pytest.raises(Empty, match=r"no page shows a text that can be recognised\. Scan it again"):
        parse("scan.pdf", _pdf(pages))


def test_a_password_is_told_apart_from_damage() -> None:
    """A file that only its owner can open is encrypted, whatever else is in it."""
    content = _pdf([["secret"]], StandardEncryption("user", "owner", strength=128))
    with pytest.raises(Encrypted, match=r"locked\.pdf is protected by a password\."):
        parse("locked.pdf", content)


def test_restrictions_without_a_password_do_not_stop_reading() -> None:
    """Where anyone may look, it is read: only changing it was forbidden."""
    content = _pdf([["open to all"]], StandardEncryption("", "owner", canModify=0, strength=128))
    assert parse("restricted.pdf", content).text == "open to all"


@pytest.mark.parametrize("content", [b"%PDF-1.7\nand then nothing", _pdf([["whole"]])[:200], b"no PDF at all"])
def test_bytes_that_are_no_pdf_are_corrupt(content: bytes) -> None:
    """Truncation and noise are damage, told with what to do about it."""
    with pytest.raises(Corrupt, match=r"broken\.pdf is damaged: .* send it again\."):
        parse("broken.pdf", content)


def test_a_page_that_cannot_be_read_makes_the_file_corrupt() -> None:
    """Half a document is not passed off as a whole one."""
    content = _pdf([["one"], ["two"]])
    broken = content.replace(b"/Type /Page\n", b"/Type /Pale\n", 1)
    assert broken != content
    with pytest.raises(Corrupt, match="page 1 of 2 cannot be read"):
        parse("half.pdf", broken)


def test_a_pdf_without_pages_is_corrupt() -> None:
    """A catalogue of nothing is no scan: nobody is told that OCR would help."""
    target = io.BytesIO()
    with closing(pypdfium2.PdfDocument.new()) as pdf:
        pdf.save(target)
    with pytest.raises(Corrupt, match="its structure is not that of a PDF"):
        parse("none.pdf", target.getvalue())


def test_too_many_pages_are_refused_before_they_are_read() -> None:
    """The limit is named with what was found."""
    with pytest.raises(TooLarge, match=r"long\.pdf holds 3 pages; the limit is 2\."):
        parse("long.pdf", _pdf([["a"], ["b"], ["c"]]), Limits(pages=2))


def test_the_answers_of_a_form_are_read() -> None:
    """A filled form shows its answers, so the text holds them too."""

    def form(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Purchase order number")
        canvas.acroForm.textfield(name="order", value="PO-4711", x=300, y=690, width=120, height=20)

    text = parse("form.pdf", _drawn(form)).text
    assert "Purchase order number" in text
    assert "PO-4711" in text


def test_links_leave_the_text_as_it_is() -> None:
    """Only what is typed onto a page is drawn into it: a link is no text."""

    def linked(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "See our terms")
        canvas.linkURL("https://example.com/terms", (72, 690, 200, 710))

    assert parse("link.pdf", _drawn(linked)).text == "See our terms"


def test_a_soft_hyphen_that_is_drawn_is_a_hyphen() -> None:
    """In a PDF the soft hyphen has a glyph: a reader sees `PO-7`, so the text says it."""
    assert parse("hyphen.pdf", _pdf([["Order PO\u00ad7"]])).text == "Order PO-7"


def test_threads_may_read_at_the_same_time() -> None:
    """pdfium allows one thread at a time; callers need not know."""
    contents = [_pdf([[f"quote {number}"], ["terms"]]) for number in range(16)]
    with ThreadPoolExecutor(8) as threads:
        texts = list(threads.map(lambda content: parse("quote.pdf", content).text, contents))
    assert texts == [f"quote {number}\n\nterms" for number in range(16)]


def test_a_refused_file_does_not_block_the_next() -> None:
    """The reader is free again after an error, also while the error is still being looked at."""
    with pytest.raises(TooLarge) as refused:
        parse("long.pdf", _pdf([["many words"], ["more"]]), Limits(characters=3))
    assert refused.value.cause == "too_large"
    assert parse("next.pdf", _pdf([["fine"]])).text == "fine"
