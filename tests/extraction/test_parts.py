"""A long document is read in parts that lose nothing and tear nothing."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from extraction.chunking import chunk
from extraction.document import Document, Span
from extraction.parts import Room, parts_of, room
from extraction.shape import Field

Make = Callable[[str], Document]
FILLER = "All of this stays as it was agreed. " * 20
LINES = st.lists(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=60), max_size=60)


@given(LINES, st.integers(50, 400))
def test_the_parts_are_the_document(lines: list[str], size: int) -> None:
    """Every character that is not blank is in exactly one part, in order."""
    text = "\n".join(lines)
    doc = Document(text, (Span(0, len(text), 1, "page 1"),) if text else (), "text/plain")
    parts = parts_of(doc, chunk("d", doc, 100), Room(size))
    assert "".join("".join(part.body for part in parts).split()) == "".join(text.split())
    assert all(len(part.body) <= size for part in parts)
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))


def test_parts_end_with_pages_where_pages_are_short(document: Make) -> None:
    """A table goes on over a page break, a row does not."""
    doc = document("\f".join(f"page {number} " + "x " * 190 for number in range(10)))
    parts = parts_of(doc, chunk("d", doc), Room(1000))
    assert all(part.body.startswith("page") for part in parts)
    assert len(parts) == 5


def test_parts_end_with_lines_where_there_are_no_chunks(document: Make) -> None:
    """A document that was never cut is still read."""
    doc = document("\n".join(f"row {number:04}" for number in range(100)))
    parts = parts_of(doc, (), Room(100))
    assert all(part.body.startswith("row") for part in parts)


def test_a_line_without_end_is_cut_somewhere(document: Make) -> None:
    """There is no good place."""
    doc = document("x" * 1000)
    assert [len(part.body) for part in parts_of(doc, (), Room(300))] == [300, 300, 300, 100]


def test_every_part_but_the_first_brings_the_beginning(document: Make) -> None:
    """Who sells what to whom stands on top."""
    doc = document("Nordwind GmbH\n" + "row of the table\n" * 200)
    chunks = chunk("d", doc)
    parts = parts_of(doc, chunks, Room(1200))
    assert parts[0].head == ""
    heads = {part.head for part in parts[1:]}
    assert len(heads) == 1
    assert chunks[0].text.startswith(heads.pop())


def test_the_reminder_is_a_few_lines(document: Make) -> None:
    """It is sent with every part."""
    doc = document("".join(f"line {number:04} of the beginning\n" for number in range(100)))
    head = parts_of(doc, chunk("d", doc), Room(1200))[1].head
    assert head.endswith("of the beginning")
    assert 400 < len(head) <= 500
    doc = document("x" * 3000)
    assert len(parts_of(doc, chunk("d", doc), Room(1200))[1].head) == 500


def test_a_part_holds_no_more_rows_than_an_answer() -> None:
    """Prose is read by its length, a table by its rows; every row is in exactly one part."""
    rows = [f"Part number {number:03}   {number}   {number}.50" for number in range(90)]
    text = "\n".join((*rows, "These terms say nothing. " * 200))
    doc = Document(text, (Span(0, len(text), 1, "page 1"),), "text/plain")
    parts = parts_of(doc, chunk("d", doc), Room(48_000, 40))
    found = [[row for row in rows if row in part.body] for part in parts]
    assert [row for each in found for row in each] == rows
    assert 0 < max(map(len, found)) <= 40
    assert len(parts) == len(parts_of(doc, chunk("d", doc), Room(48_000, 40)))
    assert len(parts_of(doc, chunk("d", doc), Room(48_000))) == 1


def test_the_more_a_row_holds_the_fewer_fit() -> None:
    """An answer's room is shared out among them."""
    name, price = Field("name", "text"), Field("price", "number")
    plain = Field("record", "object", fields=(Field("names", "list", item=name),))
    lines = Field(
        "record", "object", fields=(Field("lines", "list", item=Field("line", "object", fields=(name, price))),)
    )
    assert room(9_000, plain, 8_000).rows > room(9_000, lines, 8_000).rows > 100
    assert room(9_000, lines, 20).rows == 1


def test_many_fields_are_not_told_with_every_few_rows(document: Make) -> None:
    """What is told with each part must not cost more than the document."""
    doc = document("".join(f"Part number {number:03}   {number}   {number}.50\n" for number in range(90)))
    assert len(parts_of(doc, chunk("d", doc), Room(48_000, 10))) >= 9
    assert len(parts_of(doc, chunk("d", doc), Room(48_000, 10, 1_500))) == 3
    fields = tuple(Field(f"list_{number}", "list", item=Field("item", "text")) for number in range(100))
    assert room(48_000, Field("record", "object", fields=fields), 8_000).least > 8_000


def test_what_runs_along_with_the_pages_is_shown_once_a_part(document: Make) -> None:
    """A printer's line says nothing more the second time; a row at the edge of a page is its own."""
    pages = [f"Lease of the mill\nDrill {n} 2.50\n{FILLER}\nSaw {n} 7.50\nprinted {n}/9" for n in range(1, 10)]
    doc = document("\f".join(pages))
    parts = parts_of(doc, chunk("d", doc), Room(3_000))
    assert len(parts) > 1
    assert all(part.body.count("Lease of the mill") == part.body.count("printed") == 1 for part in parts)
    assert all(
        sum(part.body.count(f"{name} {n} ") for part in parts) == 1 for n in range(1, 10) for name in ("Drill", "Saw")
    )


def test_the_same_row_on_every_page_is_read_on_every_page(document: Make) -> None:
    """Below a header, nine hours are nine rows; only what stands at the very edge runs along."""
    doc = document("\f".join(f"Sheet {n}\nDay Work Hours\nMon Milling 8.00\n{FILLER}\nend\nof sheet" for n in range(9)))
    parts = parts_of(doc, chunk("d", doc), Room(3_000))
    assert sum(part.body.count("Mon Milling 8.00") for part in parts) == 9


def test_few_pages_have_nothing_that_runs_along(document: Make) -> None:
    """Twice the same line is a line twice."""
    doc = document("\f".join(["Mon Milling 8.00"] * 4))
    assert parts_of(doc, chunk("d", doc), Room(3_000))[0].body.count("Milling") == 4
