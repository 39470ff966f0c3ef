"""A long document is read in parts: no more prose than a model reads with care, no more rows than an answer can list.

A part ends where a page or a chunk ends, so that no row is torn.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extraction.chunking import Chunk
from extraction.document import Document
from extraction.headers import header_row, row_starts
from extraction.prompt import Part, listing
from extraction.running import running_lines, without
from extraction.shape import Field, leaves

_HEAD_CHARS = 500  # of the document's beginning, as a reminder
_TOKENS_A_VALUE, _TOKENS_A_ROW = 12, 8  # of an answer
_WORTH = 8  # a part is at least so many times as long as the fields that are told with each


class Room(NamedTuple):
    """How much a part may hold, and from which size on its rows bound it."""

    chars: int
    rows: int = 10**9
    least: int = 1


def room(chars: int, shape: Field, max_tokens: int) -> Room:
    """What fits into a part, when each line that looks like a row became one of the widest list's in the answer."""
    widest = max((len(list(leaves(each))) for each in _items(shape)), default=1)
    rows = max(1, max_tokens // (_TOKENS_A_ROW + _TOKENS_A_VALUE * widest))
    return Room(chars, rows, _WORTH * len(listing(shape)))


def _items(field: Field) -> Iterator[Field]:
    for child in field.fields:
        yield from [child.item] if child.item else _items(child)


def parts_of(doc: Document, chunks: Sequence[Chunk], most: Room) -> list[Part]:
    """The whole text in parts; each but the first with the document's beginning before it.

    A part that begins within a table is told the table's header row, too; what runs along with the pages it shows once.
    """
    bounds = bounds_of(doc, chunks, most)
    running = running_lines(doc)
    head = _beginning(chunks[0].text) if chunks else ""
    return [
        Part(
            number,
            len(bounds),
            head if number > 1 else "",
            without(running, doc.text[start:end], start),
            header_row(doc.text, start),
        )
        for number, (start, end) in enumerate(bounds, start=1)
    ]


def bounds_of(doc: Document, chunks: Sequence[Chunk], most: Room) -> list[tuple[int, int]]:
    """From where to where each part goes."""
    return [(start, end) for start, end in _bounds(doc, chunks, most) if doc.text[start:end].strip()]


def _beginning(text: str) -> str:
    """Its first lines, at most so much of it."""
    end = text.rfind("\n", 0, _HEAD_CHARS + 1) if len(text) > _HEAD_CHARS else len(text)
    return text[: end if end > 0 else _HEAD_CHARS]


def _bounds(doc: Document, chunks: Sequence[Chunk], most: Room) -> Iterator[tuple[int, int]]:
    cuts = sorted({chunk.start for chunk in chunks} | {span.start for span in doc.spans} | {len(doc.text)})
    pages, rows = {span.start for span in doc.spans}, list(row_starts(doc.text))
    start = 0
    while start < len(doc.text):
        below = bisect_right(rows, start) + most.rows
        listed = next((row - start for row in rows[below : below + 1]), most.chars)
        size = min(most.chars, max(listed, most.least))
        within = cuts[bisect_right(cuts, start) : bisect_right(cuts, start + size)]
        end = _end(doc.text, within, pages, start, size)
        yield start, end
        start = end


def _end(text: str, cuts: list[int], pages: set[int], start: int, size: int) -> int:
    """The last page end in the second half of the room, else the last chunk end, else the last line end."""
    if start + size >= len(text):
        return len(text)
    ends = [cut for cut in cuts if cut in pages and cut > start + size // 2]
    if ends or cuts:
        return (ends or cuts)[-1]
    line = text.rfind("\n", start + 1, start + size)
    return line + 1 if line > start else start + size
