"""Every offset of a document knows where it came from."""

from extraction.document import Document, Span

_TEXT = "first page\n\n  \n\nthird page"
_DOCUMENT = Document(
    _TEXT,
    (Span(0, 12, 1, "page 1"), Span(12, 16, 2, "page 2"), Span(16, 26, 3, "page 3")),
    "application/pdf",
)


def test_each_offset_belongs_to_the_span_that_holds_it() -> None:
    """A label is that of the span whose half-open range holds the offset."""
    labels = [_DOCUMENT.label_at(offset) for offset in (0, 11, 12, 15, 16, 25)]
    assert labels == ["page 1", "page 1", "page 2", "page 2", "page 3", "page 3"]


def test_an_offset_outside_the_text_belongs_to_the_nearest_span() -> None:
    """The end of a range is a valid question, and no offset raises."""
    assert _DOCUMENT.label_at(len(_TEXT)) == "page 3"
    assert _DOCUMENT.label_at(10_000) == "page 3"
    assert _DOCUMENT.label_at(-1) == "page 1"


def test_a_document_without_spans_has_no_labels() -> None:
    """Nothing is known of an offset of a document that came from nowhere."""
    nowhere = Document("", (), "text/plain")
    assert nowhere.span_at(0) is None
    assert nowhere.label_at(0) == ""


def test_pages_without_a_visible_character_are_named() -> None:
    """A scan among pages of text is not lost silently."""
    assert _DOCUMENT.blank_pages() == (2,)


def test_parts_that_are_no_pages_are_never_blank_pages() -> None:
    """An empty body of a mail is no scan."""
    mail = Document("From: a\n\n", (Span(0, 9, None, "header"), Span(9, 9, None, "body")), "message/rfc822")
    assert mail.blank_pages() == ()
