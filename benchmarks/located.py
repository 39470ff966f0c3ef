"""The other side of reading: what pypdfium2 alone makes of a PDF, and where on a page it finds a piece of text."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pypdfium2


def bare_text(file: Path) -> str | None:
    """The text of all pages as pypdfium2 gives it; None for what is no PDF, or cannot be opened."""
    if file.suffix.lower() != ".pdf":
        return None
    try:
        with closing(pypdfium2.PdfDocument(file)) as pdf:
            return "\n".join(_page_text(pdf, number) for number in range(len(pdf)))
    except pypdfium2.PdfiumError:
        return None


def _page_text(pdf: Any, number: int) -> str:
    with closing(pdf[number]) as page, closing(page.get_textpage()) as textpage:
        text: str = textpage.get_text_range()
        return text


class Pages:
    """Where on the pages of a PDF a quote stands."""

    def __init__(self, file: Path) -> None:
        self._pdf: Any = pypdfium2.PdfDocument(file)

    def box(self, page: int, quote: str) -> tuple[float, float, float, float] | None:
        """The first place of the quote on the page, in points."""
        with closing(self._pdf[page - 1]) as shown, closing(shown.get_textpage()) as textpage:
            for wanted in (quote, quote.split("\n")[0]):
                found = textpage.search(" ".join(wanted.split())).get_next() if wanted.strip() else None
                if found and textpage.count_rects(*found):
                    box: tuple[float, float, float, float] = textpage.get_rect(0)
                    return box
        return None

    def close(self) -> None:
        self._pdf.close()
