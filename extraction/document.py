"""A document is one text, tiled by spans that say which part of the source each character came from.

What is finer than a span (a line that was recognised on a picture, a cell of a sheet) is kept as little as it can
be: what is on the page in print is looked up in the bytes when somebody asks (`parsing.boxes`).
"""

from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

POOR = 0.85  # a page that is recognised with less confidence is better looked at than believed


class Box(NamedTuple):
    """A rectangle on a page as it is shown, in shares of its width and height from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float


class Line(NamedTuple):
    """What was recognised in one place of a picture: a stretch of the text, its box, and how sure the reader was."""

    start: int
    end: int
    box: Box
    confidence: float


class Grid(NamedTuple):
    """Which row of a sheet each line of a span is, and which column each of the cells between its tabs; from 1."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]


class Where(NamedTuple):
    """A place as a person finds it. `within` names the attachment it is in by its number, "" outside of any."""

    label: str
    page: int | None = None
    within: str = ""
    box: Box | None = None
    cell: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text, in code points, and the page, sheet or message part it came from.

    `lines` and `confidence` are there where it was recognised on a picture, `unread` where it only says why a part of
    the source could not be read.
    """

    start: int
    end: int
    page: int | None
    label: str
    within: str = ""
    lines: tuple[Line, ...] = ()
    grid: Grid | None = None
    confidence: float | None = None
    unread: bool = False

    @property
    def is_poor(self) -> bool:
        return self.confidence is not None and self.confidence < POOR

    def legibility(self, start: int, end: int) -> float | None:
        """How sure the reader was of the lines from `start` to `end`; None for what was not recognised on a picture."""
        return min((line.confidence for line in self.lines if line.start < end and start < line.end), default=None)


@dataclass(frozen=True, slots=True)
class Document:
    """What was read: safe to store anywhere (no NUL, no lone surrogate), with every offset placed."""

    text: str
    spans: tuple[Span, ...]
    mime: str

    def span_at(self, offset: int) -> Span | None:
        """The span that holds `offset`; outside the text, the nearest one."""
        if not self.spans:
            return None
        place = bisect_right(self.spans, offset, key=lambda span: span.start)
        return self.spans[max(place - 1, 0)]

    def label_at(self, offset: int) -> str:
        span = self.span_at(offset)
        return span.label if span else ""

    def where(self, start: int, end: int) -> Where:
        """Where a stretch of the text stands, as far as that is known without the bytes."""
        span = self.span_at(start)
        if span is None:
            return Where("")
        return Where(span.label, span.page, span.within, _box(span, start, end), self._cell(span, start))

    def _cell(self, span: Span, offset: int) -> str | None:
        if span.grid is None:
            return None
        row = self.text.count("\n", span.start, offset)
        line = max(self.text.rfind("\n", span.start, offset) + 1, span.start)
        column = self.text.count("\t", line, offset)
        if row >= len(span.grid.rows) or column >= len(span.grid.columns):
            return None
        return f"{column_name(span.grid.columns[column])}{span.grid.rows[row]}"

    def blank_pages(self) -> tuple[int, ...]:
        """The document's own pages without a visible character."""
        own = (span for span in self.spans if span.page and not span.within)
        return tuple(span.page for span in own if span.page and not self.text[span.start : span.end].strip())

    def poor_pages(self) -> tuple[Span, ...]:
        """Pages whose recognised text is not to be relied on: somebody had better look at the picture."""
        return tuple(span for span in self.spans if span.is_poor)

    def unread_parts(self) -> tuple[Span, ...]:
        """Attachments that could not be read, each a sentence that says why."""
        return tuple(span for span in self.spans if span.unread)


def _box(span: Span, start: int, end: int) -> Box | None:
    """What the recognised lines from `start` to `end` cover."""
    first = bisect_right(span.lines, start, key=lambda line: line.end)
    boxes = []
    for line in span.lines[first:]:
        if line.start >= end:
            break
        boxes.append(line.box)
    return around(boxes)


def around(boxes: list[Box]) -> Box | None:
    """The smallest box that holds all of these."""
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def column_name(number: int) -> str:
    """The letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while number > 0:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
