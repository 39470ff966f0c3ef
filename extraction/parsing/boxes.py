"""Where a stretch of printed text stands on its page is asked of the PDF again: exact, and only when it is wanted."""

import ctypes
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from itertools import groupby
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from extraction.document import Box, Document, around
from extraction.parsing.kind import kind_of
from extraction.parsing.limits import RawFile
from extraction.parsing.pdf import opened_pdf, printed, shown_page
from extraction.parsing.unreadable import Unreadable
from extraction.parsing.within import member

Stretch = tuple[int, int]  # from, to, in code points of the document
_VISIBLE = re.compile(r"\S")


class Printed(NamedTuple):
    """A stretch that stands in print: its page, in which attachment, and where in the page's text."""

    within: str
    page: int
    start: int
    end: int
    stretch: Stretch


def in_print(document: Document, stretches: Iterable[Stretch]) -> list[Printed]:
    """Those of these stretches whose box only the bytes can tell."""
    found = []
    for start, end in dict.fromkeys(stretches):
        span = document.span_at(start)
        if span and span.page and not span.grid and not span.unread and document.where(start, end).box is None:
            end_here = min(end, span.end)
            found.append(Printed(span.within, span.page, start - span.start, end_here - span.start, (start, end)))
    return sorted(found)


def boxes_of(file: RawFile, wanted: Sequence[Printed]) -> dict[Stretch, Box]:
    """The boxes of these stretches, as far as the file is a PDF there."""
    found: dict[Stretch, Box] = {}
    for within, here in groupby(sorted(wanted), key=lambda each: each.within):
        with suppress(Unreadable):
            found.update(_in_file(member(file, within), list(here)))
    return found


def _in_file(file: RawFile, wanted: Sequence[Printed]) -> Iterator[tuple[Stretch, Box]]:
    if kind_of(file) != "pdf":
        return
    with opened_pdf(file) as pdf:
        for number, here in groupby(wanted, key=lambda each: each.page):
            with shown_page(pdf, number, file) as page:
                yield from _on_page(page, list(here))


def _on_page(page: Any, wanted: Sequence[Printed]) -> Iterator[tuple[Stretch, Box]]:
    with closing(page.get_textpage()) as textpage:
        raw: str = textpage.get_text_range()
        places = _places(raw)
        for each in wanted:
            indices = (index for index in places[each.start : each.end] if _VISIBLE.match(raw[index]))
            boxes = [box for index in indices if (box := _character(page, textpage, index))]
            if box := around(boxes):
                yield each.stretch, box


def _places(raw: str) -> list[int]:
    """For each character of the page's text in the document, which of pdfium's it is."""
    if printed(raw) == raw.replace("\r", ""):
        return [place for place, character in enumerate(raw) if character != "\r"]
    places = []
    for place, character in enumerate(raw):
        follows_return = character == "\n" and place and raw[place - 1] == "\r"
        places += [place] * (0 if follows_return else len(printed(character)))
    return places


def _character(page: Any, textpage: Any, index: int) -> Box | None:
    place = pdfium.FPDFText_GetCharIndexFromTextIndex(textpage, index)
    edges = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = edges
    if place < 0 or not pdfium.FPDFText_GetCharBox(textpage, place, left, right, bottom, top):
        return None
    return _shown(page, left.value, bottom.value, right.value, top.value)


def _shown(page: Any, left: float, bottom: float, right: float, top: float) -> Box:
    """A rectangle of the page's own coordinates as it is shown: turned and cropped like the page."""
    scale = 10_000
    corners = [_device(page, x, y, scale) for x, y in ((left, bottom), (right, top))]
    (x0, y0), (x1, y1) = corners
    edges = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return Box(*(min(max(edge / scale, 0.0), 1.0) for edge in edges))


def _device(page: Any, x: float, y: float, scale: int) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, scale, scale, 0, x, y, across, down)
    return across.value, down.value
