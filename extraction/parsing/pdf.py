"""A PDF is read page by page in pdfium's order of text; one page that cannot be read makes it corrupt.

A page with text keeps it. A page without, or with a line or two on top of a scan, or in a font that tells no
characters, is also looked at as a picture.
"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import RLock
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from extraction.document import Line
from extraction.parsing.border import sanitised
from extraction.parsing.limits import Part, Parts, RawFile
from extraction.parsing.picture import LEGIBLE_PIXELS, Picture, Recognised, scale_to
from extraction.parsing.unreadable import Corrupt, Encrypted, TooLarge, Unreadable

ONE_AT_A_TIME = RLock()  # pdfium keeps global state: two threads inside it crash the process
_HYPHENS = str.maketrans({"\ufffe": "-", "\u00ad": "-", "\x02": "-"})  # pdfium's marks of hyphens on the page
_LOCKED = (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
_TYPED_ONTO = (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT)
_FEW_CHARACTERS = 100  # a stamp, a fax line, a page number: what else is on the page may be a scan
_SCAN_SHARE = 0.5  # of the page under one picture
_DEEPEST_FORM = 3
_LARGEST_SCALE = 4.0
_NO_CHARACTER = re.compile("[\ue000-\uf8ff\ufffd\x00-\x08\x0e-\x1f]")  # glyphs that nothing says the meaning of
_NO_CHARACTER_SHARE = 0.3


def read_pdf(file: RawFile) -> Parts:
    """One part a page, also for a page without text."""
    with opened_pdf(file) as pdf:
        for number in range(1, len(pdf) + 1):
            yield _part(pdf, number, file)


@contextmanager
def opened_pdf(file: RawFile) -> Iterator[Any]:
    """The file, for this thread alone."""
    with ONE_AT_A_TIME, closing(_opened(file)) as pdf:
        if len(pdf) > file.limits.pages:
            raise TooLarge(file.name, "pages", len(pdf), file.limits.pages)
        yield pdf


def _opened(file: RawFile) -> Any:
    try:
        pdf = pypdfium2.PdfDocument(file.content)
    except pypdfium2.PdfiumError as error:
        raise _refusal(file, error) from error
    if pdf.get_formtype() == pdfium.FORMTYPE_ACRO_FORM:
        pdf.init_forms()  # before any page is loaded, or answers without a drawing of their own stay unseen
    return pdf


def _refusal(file: RawFile, error: pypdfium2.PdfiumError) -> Unreadable:
    if error.err_code in _LOCKED:
        return Encrypted(file.name)
    return Corrupt(file.name, "its structure is not that of a PDF")


def _part(pdf: Any, number: int, file: RawFile) -> Part:
    with shown_page(pdf, number, file) as page:
        text = printed(raw_text(page))
        if not _needs_eyes(page, text):
            return Part(text, f"page {number}", number)
        found = file.recognise(page_picture(page, LEGIBLE_PIXELS))
    whole, lines = _together("" if _is_gibberish(text) else text, found)
    return Part(whole, f"page {number}", number, lines, None, found.confidence)


@contextmanager
def shown_page(pdf: Any, number: int, file: RawFile) -> Iterator[Any]:
    """The page with the answers of its form and the notes typed onto it drawn into its content."""
    try:
        page = _flattened(pdf, number - 1)
        with closing(page):
            yield page
    except pypdfium2.PdfiumError as error:
        raise Corrupt(file.name, f"page {number} of {len(pdf)} cannot be read") from error


def raw_text(page: Any) -> str:
    """The page's text as pdfium counts it."""
    with closing(page.get_textpage()) as textpage:
        text: str = textpage.get_text_range()
        return text


def printed(raw: str) -> str:
    """The page's text as it goes into the document."""
    return sanitised(raw.translate(_HYPHENS))


def page_picture(page: Any, pixels: int) -> Picture:
    """The page as it is shown, with about so many pixels."""
    scale = scale_to(page.get_width(), page.get_height(), pixels, _LARGEST_SCALE)
    with closing(page.render(scale=scale)) as bitmap:
        picture: Picture = bitmap.to_pil().convert("RGB")
        return picture


def _flattened(pdf: Any, index: int) -> Any:
    page = pdf[index]
    if not _carries_text(page):
        return page
    with closing(page):
        pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
    return pdf[index]


def _carries_text(page: Any) -> bool:
    return any(_subtype(page, place) in _TYPED_ONTO for place in range(pdfium.FPDFPage_GetAnnotCount(page)))


def _subtype(page: Any, place: int) -> int:
    annotation = pdfium.FPDFPage_GetAnnot(page, place)
    try:
        return int(pdfium.FPDFAnnot_GetSubtype(annotation))
    finally:
        pdfium.FPDFPage_CloseAnnot(annotation)


def _needs_eyes(page: Any, text: str) -> bool:
    if not text.strip() or _is_gibberish(text):
        return True
    return len(text) < _FEW_CHARACTERS and _is_under_a_picture(page)


def _is_gibberish(text: str) -> bool:
    return len(_NO_CHARACTER.findall(text)) > _NO_CHARACTER_SHARE * len(text)


def _is_under_a_picture(page: Any) -> bool:
    area = page.get_width() * page.get_height()
    pictures = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=_DEEPEST_FORM)
    return any(_area(each) > _SCAN_SHARE * area for each in pictures)


def _area(picture: Any) -> float:
    left, bottom, right, top = picture.get_bounds()
    return float((right - left) * (top - bottom))


def _together(text: str, found: Recognised) -> tuple[str, tuple[Line, ...]]:
    """What is printed on the page, then what was recognised beside it."""
    kept = text.strip()
    if not kept:
        return found.text, found.lines
    said = "".join(kept.split())
    whole, lines = text, []
    before = None
    for line in found.lines:
        words = found.text[line.start : line.end]
        if "".join(words.split()) not in said:
            gap = found.text[before : line.start] if before is not None else "\n"
            start = len(whole) + len(gap)
            whole += gap + words
            lines.append(line._replace(start=start, end=start + len(words)))
            before = line.end
        else:
            before = None
    return whole, tuple(lines)
