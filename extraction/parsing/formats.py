"""Each kind of file has one reader, and each reader is told to the rest by its kind alone."""

from typing import NamedTuple, get_args

from extraction.parsing.calamine import read_sheets
from extraction.parsing.delimited import read_delimited
from extraction.parsing.docx import read_docx
from extraction.parsing.eml import read_eml
from extraction.parsing.html import read_html
from extraction.parsing.kind import Kind, PictureKind, kind_of
from extraction.parsing.limits import RawFile, Reader
from extraction.parsing.msg import read_msg
from extraction.parsing.office import office_reader
from extraction.parsing.pdf import read_pdf
from extraction.parsing.pictures import read_picture
from extraction.parsing.pptx import read_pptx
from extraction.parsing.text import read_text
from extraction.parsing.xlsx import read_xlsx


class Format(NamedTuple):
    mime: str
    read: Reader


_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
FORMATS: dict[Kind, Format] = {
    "pdf": Format("application/pdf", read_pdf),
    "png": Format("image/png", read_picture),
    "jpeg": Format("image/jpeg", read_picture),
    "tiff": Format("image/tiff", read_picture),
    "webp": Format("image/webp", read_picture),
    "gif": Format("image/gif", read_picture),
    "bmp": Format("image/bmp", read_picture),
    "xlsx": Format(f"{_OPEN_XML}.spreadsheetml.sheet", read_xlsx),
    "xlsb": Format("application/vnd.ms-excel.sheet.binary.macroenabled.12", read_sheets),
    "xls": Format("application/vnd.ms-excel", read_sheets),
    "ods": Format(f"{_ODF}.spreadsheet", read_sheets),
    "docx": Format(f"{_OPEN_XML}.wordprocessingml.document", read_docx),
    "pptx": Format(f"{_OPEN_XML}.presentationml.presentation", read_pptx),
    "doc": Format("application/msword", office_reader("application/msword")),
    "ppt": Format("application/vnd.ms-powerpoint", office_reader("application/vnd.ms-powerpoint")),
    "rtf": Format("application/rtf", office_reader("application/rtf")),
    "odt": Format(f"{_ODF}.text", office_reader(f"{_ODF}.text")),
    "odp": Format(f"{_ODF}.presentation", office_reader(f"{_ODF}.presentation")),
    "epub": Format("application/epub+zip", office_reader("application/epub+zip")),
    "msg": Format("application/vnd.ms-outlook", read_msg),
    "eml": Format("message/rfc822", read_eml),
    "html": Format("text/html", read_html),
    "csv": Format("text/csv", read_delimited),
    "text": Format("text/plain", read_text),
}
PICTURES: frozenset[Kind] = frozenset(get_args(PictureKind))


def reader_of(file: RawFile) -> Reader:
    """What reads this file."""
    return FORMATS[kind_of(file)].read
