"""Chunks are exact stretches of a document, none of its text is lost, and equal text keeps its id."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.chunking import chunk
from extraction.document import Document, Span

_WORDS = st.text(st.sampled_from("ab c\n\té漢👩.,;\u00a0\u3000"), max_size=400)


def _document(*parts: str) -> Document:
    """Parts as pages, each with the gap that follows it."""
    spans, text = [], ""
    for number, part in enumerate(parts, start=1):
        spans.append(Span(len(text), len(text) + len(part), number, f"page {number}"))
        text += part
    return Document(text, tuple(spans), "text/plain")


_DOCUMENTS = st.lists(_WORDS, min_size=1, max_size=4).map(lambda parts: _document(*parts))
_SIZES = st.integers(1, 120)


@given(_DOCUMENTS, _SIZES)
def test_offsets_are_exact(document: Document, most: int) -> None:
    """A chunk is the document's text between its offsets, at most as long as asked."""
    for piece in chunk("doc", document, most):
        assert piece.text == document.text[piece.start : piece.end]
        assert 0 < len(piece.text) <= most


@given(_DOCUMENTS, _SIZES)
def test_no_visible_text_is_lost_or_repeated(document: Document, most: int) -> None:
    """In order, without overlap, and nothing but whitespace lies between two chunks."""
    end = 0
    for piece in chunk("doc", document, most):
        assert piece.start >= end
        assert not document.text[end : piece.start].strip()
        end = piece.end
    assert not document.text[end:].strip()


@given(_DOCUMENTS, _SIZES)
def test_a_chunk_lies_in_one_span(document: Document, most: int) -> None:
    """A quote has one page: its first and its last character are from the same span, whose label it bears."""
    for piece in chunk("doc", document, most):
        span = document.span_at(piece.start)
        assert span == document.span_at(piece.end - 1)
        assert span is not None
        assert piece.label == span.label


@given(_DOCUMENTS, _SIZES)
def test_the_same_document_has_the_same_chunks(document: Document, most: int) -> None:
    """Ids are unique within a document, positions count up, and nothing is left to chance."""
    chunks = chunk("doc", document, most)
    assert chunks == chunk("doc", document, most)
    assert len({piece.chunk_id for piece in chunks}) == len(chunks)
    assert [piece.position for piece in chunks] == list(range(len(chunks)))


def test_unchanged_text_keeps_its_id_when_a_page_before_it_changes() -> None:
    """An id says what a chunk says and not where it stands."""
    before = {piece.text: piece.chunk_id for piece in chunk("doc", _document("old terms", "prices", "signature"))}
    after = {
        piece.text: piece.chunk_id for piece in chunk("doc", _document("new and longer terms", "prices", "signature"))
    }
    assert after["prices"] == before["prices"]
    assert after["signature"] == before["signature"]
    assert not set(after) & {"old terms"}


def test_equal_chunks_of_a_document_are_told_apart() -> None:
    """A footer on each page is the same text with ids of its own, in order."""
    ids = [piece.chunk_id for piece in chunk("doc", _document("footer", "footer", "other", "footer"))]
    assert len(set(ids)) == 4
    assert ids[:2] == [piece.chunk_id for piece in chunk("doc", _document("footer", "footer"))]


def test_ids_belong_to_their_document() -> None:
    """The same words in another document are another chunk; what they say can still be recognised."""
    (mine,), (theirs,) = chunk("doc 1", _document("terms")), chunk("doc 2", _document("terms"))
    assert mine.chunk_id != theirs.chunk_id
    assert mine.chunk_id.split(".")[1:] == theirs.chunk_id.split(".")[1:]


def test_chunks_end_where_the_text_does() -> None:
    """Paragraphs and lines are kept whole where they fit."""
    paragraphs = [f"Paragraph {number} " + "word " * 8 for number in range(6)]
    text = "\n\n".join(paragraph.strip() for paragraph in paragraphs)
    assert [piece.text.count("Paragraph") for piece in chunk("doc", _document(text), 120)] == [2, 2, 2]


def test_a_long_table_is_cut_between_rows() -> None:
    """No row of a table lies in two chunks."""
    rows = [f"{number}\tPipe {number} mm\t{number}.50\tEUR" for number in range(300)]
    chunks = chunk("doc", _document("\n".join(rows)))
    assert [row for piece in chunks for row in piece.text.split("\n")] == rows
    assert len(chunks) <= 9


@pytest.mark.parametrize("text", ["", " \n\t ", "\u00a0\u3000"])
def test_a_document_without_visible_text_has_no_chunks(text: str) -> None:
    """Whitespace is nothing to find."""
    assert chunk("doc", _document(text)) == ()


@pytest.mark.parametrize("unit", ["x", "word ", "漢字かな", "e\u0301", "\n\n\nline", "👩\u200d👧"])
def test_text_without_structure_takes_no_longer_than_it_is(unit: str) -> None:
    """Time grows with the length, not with its square: a megabyte of anything is a matter of seconds."""
    document = _document(unit * (300_000 // len(unit)))
    began = time.process_time()
    chunks = chunk("doc", document)
    assert time.process_time() - began < 5
    assert "".join(piece.text for piece in chunks).count(unit.strip()[0]) == document.text.count(unit.strip()[0])
