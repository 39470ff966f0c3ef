"""Any file becomes a Document or an Unreadable with a cause: nothing else leaves this package."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import NamedTuple

from extraction.document import Document, Span
from extraction.parsing.border import one_line, sanitised
from extraction.parsing.docx import read_docx
from extraction.parsing.eml import read_eml
from extraction.parsing.html import read_html
from extraction.parsing.kind import Kind, kind_of
from extraction.parsing.limits import Limits, Part, RawFile
from extraction.parsing.pdf import no_text, read_pdf
from extraction.parsing.text import read_text
from extraction.parsing.unreadable import (
    Cause,
    Corrupt,
    Empty,
    Encrypted,
    TooLarge,
    TooSlow,
    Unreadable,
    Unsupported,
)
from extraction.parsing.xlsx import read_xlsx

__all__ = [
    "PARSER_VERSION",
    "Cause",
    "Corrupt",
    "Empty",
    "Encrypted",
    "Limits",
    "TooLarge",
    "TooSlow",
    "Unreadable",
    "Unsupported",
    "parse",
]

# Raised by hand with every change that gives a document another text; a test holds the text of each format.
PARSER_VERSION = "1"

_LIMITS = Limits()
_BETWEEN_PARTS = "\n\n"


class _Format(NamedTuple):
    mime: str
    read: Callable[[RawFile], Generator[Part, None, None]]


_OFFICE = "application/vnd.openxmlformats-officedocument"
_FORMATS: dict[Kind, _Format] = {
    "pdf": _Format("application/pdf", read_pdf),
    "xlsx": _Format(f"{_OFFICE}.spreadsheetml.sheet", read_xlsx),
    "docx": _Format(f"{_OFFICE}.wordprocessingml.document", read_docx),
    "eml": _Format("message/rfc822", read_eml),
    "html": _Format("text/html", read_html),
    "text": _Format("text/plain", read_text),
}


def parse(name: str, content: bytes, limits: Limits = _LIMITS) -> Document:
    """The text of a file with the place of every character; raises Unreadable, and only that."""
    file = RawFile(one_line(name) or "the file", content, limits)
    try:
        return _read(file)
    except Unreadable:
        raise
    except Exception as error:  # whatever a foreign parser makes of hostile bytes is a fact about the bytes
        raise Corrupt(file.name, f"reading it failed ({type(error).__name__}: {one_line(str(error))[:200]})") from error


def _read(file: RawFile) -> Document:
    if not file.content:
        raise Empty(file.name, "it has no bytes")
    if len(file.content) > file.limits.file_bytes:
        raise TooLarge(file.name, "bytes", len(file.content), file.limits.file_bytes)
    kind = kind_of(file)
    with closing(_FORMATS[kind].read(file)) as parts:
        document = _assembled(parts, file, _FORMATS[kind].mime)
    if not document.text.strip():
        raise no_text(file) if kind == "pdf" else Empty(file.name, "it shows no text")
    return document


def _assembled(parts: Iterator[Part], file: RawFile, mime: str) -> Document:
    """The parts one after the other; each span holds its part and the gap that follows."""
    texts: list[str] = []
    spans: list[Span] = []
    end = 0
    for part in parts:
        if spans:
            texts.append(_BETWEEN_PARTS)
            end += len(_BETWEEN_PARTS)
            spans[-1] = Span(spans[-1].start, end, spans[-1].page, spans[-1].label)
        text = sanitised(part.text)
        texts.append(text)
        spans.append(Span(end, end + len(text), part.page, part.label))
        end += len(text)
        if end > file.limits.characters:
            raise TooLarge(file.name, "characters", None, file.limits.characters)
    return Document("".join(texts), tuple(spans), mime)
