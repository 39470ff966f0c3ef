"""A text is cut before its headings and before paragraphs that say so by themselves: corrections move no cut beyond."""

import re
from collections.abc import Iterator
from zlib import crc32

# A heading names its part, has a number of its own, or is marked as one; a row of a table has more figures.
_KEYWORDS = (
    "article section chapter part schedule exhibit annex appendix artikel abschnitt kapitel anlage anhang "
    "titre chapitre annexe articulo seccion capitulo anexo articolo sezione capitolo allegato"
)
_NUMBER = r"(?:\d{1,3}(?:\.\d{1,3}){0,3}|[IVXLC]{1,6}|[A-Z])"
_HEADING = re.compile(
    rf"^[ \t]*(?:#{{1,6}}[ ]\S|§+[ ]?\d|(?i:{'|'.join(_KEYWORDS.split())})[ ]+{_NUMBER}\b[^\d\n]{{0,100}}$"
    rf"|\d{{1,2}}(?:\.\d{{1,2}}){{0,3}}\.?[ \t]+[A-ZÄÖÜÉ][^\d\n\t]{{3,80}}$)",
    re.MULTILINE,
)
_ANCHOR_EVERY = 8  # times the size of a piece, on average
_LONG = 6  # times the size of a piece: shorter texts (a page) are cut anew as a whole
_SMALL = 3  # no piece shorter than this part of the size is made for a heading's sake


def sections(text: str, size: int) -> Iterator[tuple[int, str]]:
    """The text in sections, each with its offset; the sections together are the text."""
    start = 0
    for cut in _cuts(text, size):
        if cut - start >= size // _SMALL:
            yield start, text[start:cut]
            start = cut
    yield start, text[start:]


def _cuts(text: str, size: int) -> list[int]:
    if len(text) <= size:
        return []
    cuts = {found.start() for found in _HEADING.finditer(text)}
    if len(text) > size * _LONG:
        cuts.update(_anchors(text, size))
    return sorted(cuts)


def _anchors(text: str, size: int) -> Iterator[int]:
    """The paragraphs (in text without any, the lines) whose own words choose them, wherever they stand."""
    mark = "\n\n" if "\n\n" in text else "\n"
    start = text.find(mark) + len(mark)
    while start >= len(mark):
        end = text.find(mark, start)
        said = text[start : end if end >= 0 else None]
        # The longer, the likelier, so that the sections do not shrink with the paragraphs.
        if crc32(said.encode("utf-8", "surrogatepass")) * _ANCHOR_EVERY * size < len(said) << 32:
            yield start
        start = end + len(mark) if end >= 0 else -1
