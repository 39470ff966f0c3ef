"""A long document is read in parts that lose nothing and tear nothing."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from extraction.chunking import chunk
from extraction.document import Document, Span
from extraction.parts import parts_of

Make = Callable[[str], Document]
LINES = st.lists(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=60), max_size=60)


@given(LINES, st.integers(50, 400))
def test_the_parts_are_the_document(lines: list[str], size: int) -> None:
    """Every character that is not blank is in exactly one part, in order."""
    text = "\n".join(lines)
    doc = Document(text, (Span(0, len(text), 1, "page 1"),) if text else (), "text/plain")
    parts = parts_of(doc, chunk("d", doc, 100), size)
    assert "".join("".join(part.body for part in parts).split()) == "".join(text.split())
    assert all(len(part.body) <= size for part in parts)
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))


def test_parts_end_with_pages_where_pages_are_short(document: Make) -> None:
    """A table goes on over a page break, a row does not."""
    doc = document("\f".join(f"page {number} " + "x " * 190 for number in range(10)))
    parts = parts_of(doc, chunk("d", doc), 1000)
    assert all(part.body.startswith("page") for part in parts)
    assert len(parts) == 5


def test_parts_end_with_lines_where_there_are_no_chunks(document: Make) -> None:
    """A document that was never cut is still read."""
    doc = document("\n".join(f"row {number:04}" for number in range(100)))
    parts = parts_of(doc, (), 100)
    assert all(part.body.startswith("row") for part in parts)


def test_a_line_without_end_is_cut_somewhere(document: Make) -> None:
    """There is no good place."""
    doc = document("x" * 1000)
    assert [len(part.body) for part in parts_of(doc, (), 300)] == [300, 300, 300, 100]


def test_every_part_but_the_first_brings_the_beginning(document: Make) -> None:
    """Who sells what to whom stands on top."""
    doc = document("Nordwind GmbH\n" + "row of the table\n" * 200)
    chunks = chunk("d", doc)
    parts = parts_of(doc, chunks, 1200)
    assert parts[0].head == ""
    assert {part.head for part in parts[1:]} == {chunks[0].text}
