"""A PDF is read page by page in pdfium's order of text; one page that cannot be read makes it corrupt."""

from collections.abc import Generator
from contextlib import closing
from threading import Lock
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from extraction.parsing.limits import Part, RawFile
from extraction.parsing.unreadable import Corrupt, Empty, Encrypted, TooLarge, Unreadable

_ONE_AT_A_TIME = Lock()  # pdfium keeps global state: two threads inside it crash the process
_HYPHENS = str.maketrans({"\ufffe": "-", "\u00ad": "-", "\x02": "-"})  # pdfium's marks of hyphens on the page
_LOCKED = (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
_TYPED_ONTO = (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT)
_OCR = "A scan needs OCR, which is not switched on; if it is none, check that the right file was sent."


def read_pdf(file: RawFile) -> Generator[Part, None, None]:
    """One part a page, also for a page without text."""
    with _ONE_AT_A_TIME, closing(_opened(file)) as pdf:
        pages = _page_count(pdf, file)
        for number in range(1, pages + 1):
            yield Part(_page_text(pdf, number, file), f"page {number}", number)


def no_text(file: RawFile) -> Empty:
    """What to say of a PDF whose pages show no character."""
    return Empty(file.name, "no page has a text layer", _OCR)


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


def _page_count(pdf: Any, file: RawFile) -> int:
    pages = len(pdf)
    if pages > file.limits.pages:
        raise TooLarge(file.name, "pages", pages, file.limits.pages)
    return pages


def _page_text(pdf: Any, number: int, file: RawFile) -> str:
    try:
        with closing(_shown_page(pdf, number - 1)) as page, closing(page.get_textpage()) as textpage:
            text: str = textpage.get_text_range()
    except pypdfium2.PdfiumError as error:
        raise Corrupt(file.name, f"page {number} of {len(pdf)} cannot be read") from error
    return text.translate(_HYPHENS)


def _shown_page(pdf: Any, index: int) -> Any:
    """The page with the answers of its form and the notes typed onto it drawn into its content."""
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
