"""A document is one text, tiled by spans that say which part of the source each character came from."""

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text, in code points, and the page, sheet or message part it came from."""

    start: int
    end: int
    page: int | None
    label: str


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

    def blank_pages(self) -> tuple[int, ...]:
        """Pages without a visible character: among pages of text, the scans that only OCR could read."""
        blank = (span for span in self.spans if span.page and not self.text[span.start : span.end].strip())
        return tuple(span.page for span in blank if span.page)
