"""A chunk crosses no page, sheet, part of a message or heading, and unchanged text keeps its chunk's id."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from semantic_text_splitter import TextSplitter

from extraction.document import Document, Span
from extraction.sections import sections

# The splitter's time grows with the square of text without structure: it is given no more than this at once.
_BLOCK_CHUNKS = 20
_SEAMS = ("\n\n", "\n", " ")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a document, `text == document.text[start:end]`, small enough to be found and shown."""

    chunk_id: str
    start: int
    end: int
    text: str
    label: str
    position: int


def chunk(doc_id: str, document: Document, max_chars: int = 1000) -> tuple[Chunk, ...]:
    """All visible text in chunks of at most `max_chars`, in order, without overlap."""
    owner = _digest(doc_id)
    said: Counter[str] = Counter()
    chunks: list[Chunk] = []
    for span, start, text in _pieces(document, max_chars):
        says = _digest(text)
        said[says] += 1
        chunk_id = f"{owner}.{says}.{said[says]}"
        chunks.append(Chunk(chunk_id, start, start + len(text), text, span.label, len(chunks)))
    return tuple(chunks)


def _digest(text: str) -> str:
    """An id is made of whose the text is, what it says and how often it was said, never of where it stands."""
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _pieces(document: Document, max_chars: int) -> Iterator[tuple[Span, int, str]]:
    splitter = TextSplitter(max_chars)
    for span in document.spans:
        for at, section in sections(document.text[span.start : span.end], max_chars):
            for start, block in _blocks(section, max_chars * _BLOCK_CHUNKS):
                for offset, text in splitter.chunk_indices(block):
                    yield span, span.start + at + start + offset, text


def _blocks(text: str, most: int) -> Iterator[tuple[int, str]]:
    start = 0
    while len(text) - start > most:
        end = _seam(text, start + most // 2, start + most)
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def _seam(text: str, low: int, high: int) -> int:
    """The last good place to cut between the two, else the latest."""
    for mark in _SEAMS:
        place = text.rfind(mark, low, high)
        if place >= 0:
            return place + len(mark)
    return high
