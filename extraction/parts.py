"""A long document is read in parts that end where a page or a chunk ends, so that no row is torn."""

from collections.abc import Iterator, Sequence

from extraction.chunking import Chunk
from extraction.document import Document
from extraction.headers import header_row
from extraction.prompt import Part


def parts_of(doc: Document, chunks: Sequence[Chunk], size: int) -> list[Part]:
    """The whole text in parts of about `size` characters; each but the first with the document's beginning before it.

    A part that begins within a table is told the table's header row, too.
    """
    bounds = [(start, end) for start, end in _bounds(doc, chunks, size) if doc.text[start:end].strip()]
    head = chunks[0].text if chunks else ""
    return [
        Part(number, len(bounds), head if number > 1 else "", doc.text[start:end], header_row(doc.text, start))
        for number, (start, end) in enumerate(bounds, start=1)
    ]


def _bounds(doc: Document, chunks: Sequence[Chunk], size: int) -> Iterator[tuple[int, int]]:
    cuts = sorted({chunk.start for chunk in chunks} | {span.start for span in doc.spans} | {len(doc.text)})
    pages = {span.start for span in doc.spans}
    start = 0
    while start < len(doc.text):
        end = _end(doc.text, [cut for cut in cuts if start < cut <= start + size], pages, start, size)
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
