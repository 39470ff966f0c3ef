"""What a file is, is read off its bytes; its name only decides where the bytes leave it open."""

import io
import re
import zipfile
from pathlib import PurePosixPath
from typing import Literal

from extraction.parsing.limits import RawFile
from extraction.parsing.unreadable import Encrypted, Unreadable, Unsupported

Kind = Literal["pdf", "xlsx", "docx", "eml", "html", "text"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_OFFICE = "Save it as DOCX, XLSX or PDF and send it again."
_SCAN = "A picture needs OCR, which is not switched on; send a file with text."
_UNPACK = "Unpack it and send the files it holds."

# The first bytes of what is recognised and not read.
_REFUSED: tuple[tuple[bytes, str, str], ...] = (
    (b"{\\rtf", "an RTF file", _OFFICE),
    (b"\x89PNG", "a PNG picture", _SCAN),
    (b"\xff\xd8\xff", "a JPEG picture", _SCAN),
    (b"GIF8", "a GIF picture", _SCAN),
    (b"II*\x00", "a TIFF picture", _SCAN),
    (b"MM\x00*", "a TIFF picture", _SCAN),
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
)
_BY_SUFFIX: dict[str, Kind] = {
    ".pdf": "pdf",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".docx": "docx",
    ".docm": "docx",
    ".eml": "eml",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
_PLAIN_NAMES = frozenset((".txt", ".csv", ".tsv", ".md", ".log", ".json", ".xml"))
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|div|p)\b",
    re.I | re.S,
)
_HEADER = re.compile(rb"([!-9;-~]+):(?:[ \t]|\r?\n[ \t]|\r?$)", re.M)
_TRANSPORT_HEADERS = frozenset(b"message-id received mime-version return-path delivered-to".split())
_MAIL_HEADERS = _TRANSPORT_HEADERS | frozenset(
    b"from to cc subject date reply-to sender x-mailer content-type content-transfer-encoding".split()
)
_HEAD_BYTES = 2048


def kind_of(file: RawFile) -> Kind:
    """The kind whose reader takes the file; what no reader takes is refused here."""
    suffix = PurePosixPath(file.name).suffix.lower()
    head = file.content[:_HEAD_BYTES]
    if refusal := _refusal(file, head):
        raise refusal
    return _by_content(file, head, suffix) or _BY_SUFFIX.get(suffix, "text")


def _refusal(file: RawFile, head: bytes) -> Unreadable | None:
    if head.startswith(_OLE):
        return _ole_refusal(file)
    for mark, what, remedy in _REFUSED:
        if head.startswith(mark):
            return Unsupported(file.name, what, remedy)
    return None


def _ole_refusal(file: RawFile) -> Unreadable:
    if _ENCRYPTED_STREAM in file.content:
        return Encrypted(file.name)
    return Unsupported(file.name, "an older Office file or an Outlook message", _OFFICE)


def _by_content(file: RawFile, head: bytes, suffix: str) -> Kind | None:
    if head.startswith(b"PK\x03\x04"):
        return _packed_kind(file, suffix)
    if head.lstrip().startswith(b"%PDF-"):
        return "pdf"
    text = head.removeprefix(b"\xef\xbb\xbf")
    if _looks_like_mail(text, suffix):
        return "eml"
    if _HTML.match(text) and suffix not in _PLAIN_NAMES - {".txt"} and suffix != ".eml":
        return "html"
    return "pdf" if b"%PDF-" in head[:1024] and suffix not in _PLAIN_NAMES else None


def _packed_kind(file: RawFile, suffix: str) -> Kind:
    """By what the archive holds; an archive that cannot be opened is left to the reader its name asks for."""
    try:
        names = zipfile.ZipFile(io.BytesIO(file.content)).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return _BY_SUFFIX.get(suffix, "docx")
    if any(name.startswith("word/") for name in names):
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    raise _packed_refusal(file, names)


def _packed_refusal(file: RawFile, names: list[str]) -> Unreadable:
    if any(name.startswith("ppt/") for name in names):
        return Unsupported(file.name, "a presentation", "Save it as PDF and send it again.")
    if "mimetype" in names or any(name.startswith("xl/") for name in names):
        return Unsupported(file.name, "an Office file of another kind", _OFFICE)
    return Unsupported(file.name, "an archive", _UNPACK)


def _looks_like_mail(head: bytes, suffix: str) -> bool:
    """Two headers of a mail at the very start; in a text by name, one of them written by transport."""
    if head.startswith(b"From ") and suffix not in _PLAIN_NAMES:
        head = head.partition(b"\n")[2]
    if not _HEADER.match(head):
        return False
    block = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    names = {name.lower() for name in _HEADER.findall(block)}
    if suffix in _PLAIN_NAMES and not names & _TRANSPORT_HEADERS:
        return False
    return len(names & _MAIL_HEADERS) >= 2
