"""What runs along with the pages, at the same edge of nearly all of them, need not be read on every page."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extraction.document import Document, Span

_PAGES, _SHARE = 5, 0.8  # pages from which on, and the share of them on which, a line runs along
_EDGE = 2  # lines from the top and from the bottom


class Running(NamedTuple):
    """Where a line stands, and what it says with its place on the page: the same for all that run along."""

    start: int
    end: int
    says: tuple[str, int, str]


def running_lines(doc: Document) -> list[Running]:
    """All such lines; one in the midst of a page, or with words of its own on each, is none."""
    spans = [span for span in doc.spans if span.page]
    pages = Counter(span.within for span in spans)
    lines = [line for span in spans for line in _edges(doc.text, span, pages[span.within])]
    times = Counter(line.says for line in lines)
    return sorted(line for line in lines if times[line.says] >= max(_PAGES, _SHARE * pages[line.says[0]]))


def without(lines: Sequence[Running], text: str, offset: int) -> str:
    """A stretch of the document from `offset` on, with what runs along only where it first stands there."""
    shown, said, at = list[str](), set[tuple[str, int, str]](), 0
    for start, end, says in ((line.start - offset, line.end - offset, line.says) for line in lines):
        if at <= start and end <= len(text):
            shown.append(text[at : start if says in said else end])
            said.add(says)
            at = end
    return "".join((*shown, text[at:]))


def _edges(text: str, span: Span, pages: int) -> Iterator[Running]:
    """The outermost lines of a page that may run along: what ends with a number is a row."""
    lines = list(_lines(text, span))
    for place, (start, end) in (*enumerate(lines[:_EDGE]), *enumerate(lines[: -_EDGE - 1 : -1], _EDGE)):
        words = [_numbered(word, span, pages) for word in text[start:end].replace("/", " / ").split()]
        if not words[-1][-1].isdigit():
            yield Running(start, end, (span.within, place, " ".join(words)))


def _numbered(word: str, span: Span, pages: int) -> str:
    """That each line has the number of its own page, or of all pages, makes no difference."""
    return "#" if word in (str(span.page), str(pages)) else word


def _lines(text: str, span: Span) -> Iterator[tuple[int, int]]:
    """The lines of a page that are not blank, each with its end of line."""
    start = span.start
    for line in text[span.start : span.end].splitlines(keepends=True):
        if line.strip():
            yield start, start + len(line)
        start += len(line)
