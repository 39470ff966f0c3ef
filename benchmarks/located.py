"""What pypdfium2 alone makes of a PDF, and where our reader finds a value on a page, beside what pypdfium2 finds."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pypdfium2

from extraction.document import Document
from extraction.parsing import raw_file
from extraction.parsing.boxes import Stretch, boxes_of, in_print


def bare_text(file: Path) -> str | None:
    """The text of all pages as pypdfium2 gives it; None for what is no PDF, or cannot be opened."""
    return None if (pages := _bare_pages(file)) is None else "\n".join(pages)


def _bare_pages(file: Path) -> list[str] | None:
    if file.suffix.lower() != ".pdf":
        return None
    try:
        with closing(pypdfium2.PdfDocument(file)) as pdf:
            return [_page_text(pdf, number) for number in range(len(pdf))]
    except pypdfium2.PdfiumError:
        return None


def _page_text(pdf: Any, number: int) -> str:
    with closing(pdf[number]) as page, closing(page.get_textpage()) as textpage:
        text: str = textpage.get_text_range()
        return text


def located(file: Path, document: Document, stretches: Sequence[Stretch]) -> set[Stretch]:
    """Those of these stretches that have a page and a box on it: recognised on a picture, or asked of the bytes."""
    known = {stretch for stretch in stretches if document.where(*stretch).box is not None}
    asked = boxes_of(raw_file(file.name, file.read_bytes()), in_print(document, stretches))
    return known | asked.keys()


def bare_located(file: Path, wanted: Sequence[str]) -> int:
    """How many of these texts pypdfium2's own search finds on a page, with a rectangle."""
    try:
        with closing(pypdfium2.PdfDocument(file)) as pdf:
            found = {text for number in range(len(pdf)) for text in _searched(pdf, number, wanted)}
    except pypdfium2.PdfiumError:
        return 0
    return sum(text in found for text in wanted)


def _searched(pdf: Any, number: int, wanted: Sequence[str]) -> Iterator[str]:
    with closing(pdf[number]) as page, closing(page.get_textpage()) as textpage:
        for text in dict.fromkeys(wanted):
            place = textpage.search(text, match_whole_word=True).get_next() if text.strip() else None
            if place and textpage.count_rects(*place):
                yield text
