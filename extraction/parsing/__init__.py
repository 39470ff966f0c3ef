"""Any file becomes a Document or an Unreadable with a cause: nothing else leaves this package."""

from collections.abc import Callable

from extraction.document import Document
from extraction.parsing.assembly import assembled
from extraction.parsing.border import one_line
from extraction.parsing.limits import Limits, RawFile
from extraction.parsing.ocr import recognise as recognise_text
from extraction.parsing.picture import NeedsEyes, Picture, Recognised
from extraction.parsing.starved import is_starved
from extraction.parsing.unreadable import (
    Cause,
    Corrupt,
    Crashed,
    Empty,
    Encrypted,
    TooHungry,
    TooLarge,
    TooSlow,
    Unreadable,
    Unsupported,
)

__all__ = [
    "PARSER_VERSION",
    "Cause",
    "Corrupt",
    "Crashed",
    "Empty",
    "Encrypted",
    "Limits",
    "NeedsEyes",
    "TooHungry",
    "TooLarge",
    "TooSlow",
    "Unreadable",
    "Unsupported",
    "parse",
    "raw_file",
]

# Raised by hand with every change that gives a document another text; a test holds the text of each format.
PARSER_VERSION = "2"

_LIMITS = Limits()
_PICTURED = ("application/pdf", "image/")
_SCAN = "Scan it again, straight, larger and darker, or send a file with text; check that the right file was sent."


def parse(
    name: str,
    content: bytes,
    limits: Limits = _LIMITS,
    recognise: Callable[[Picture], Recognised] = recognise_text,
) -> Document:
    """The text of a file with the place of every character; raises Unreadable, and only that (and NeedsEyes, where
    `recognise` does)."""
    file = raw_file(name, content, limits, recognise)
    try:
        return _read(file)
    except (Unreadable, NeedsEyes, MemoryError):
        raise
    except Exception as error:  # whatever a foreign parser makes of hostile bytes is a fact about the bytes
        if is_starved(error):
            raise MemoryError(str(error)) from error
        raise Corrupt(file.name, f"reading it failed ({type(error).__name__}: {one_line(str(error))[:200]})") from error


def raw_file(
    name: str,
    content: bytes,
    limits: Limits = _LIMITS,
    recognise: Callable[[Picture], Recognised] = recognise_text,
) -> RawFile:
    return RawFile(one_line(name) or "the file", content, limits, recognise)


def _read(file: RawFile) -> Document:
    if not file.content:
        raise Empty(file.name, "it has no bytes")
    if len(file.content) > file.limits.file_bytes:
        raise TooLarge(file.name, "bytes", len(file.content), file.limits.file_bytes)
    document = assembled(file)
    if document.text.strip():
        return document
    if document.mime.startswith(_PICTURED):
        raise Empty(file.name, "no page shows a text that can be recognised", _SCAN)
    raise Empty(file.name, "it shows no text")
