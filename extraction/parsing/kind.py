"""What a file is, is read off its bytes; its name only decides where the bytes leave it open."""

import io
import re
import zipfile
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

from extraction.parsing.limits import RawFile
from extraction.parsing.ole import OLE, ole_kind
from extraction.parsing.unreadable import Encrypted, Unreadable, Unsupported

PictureKind: TypeAlias = Literal["png", "jpeg", "tiff", "webp", "gif", "bmp"]
SheetKind: TypeAlias = Literal["xlsx", "xlsb", "xls", "ods", "csv"]
WritingKind: TypeAlias = Literal["docx", "doc", "rtf", "odt", "epub", "pptx", "ppt", "odp"]
Kind: TypeAlias = PictureKind | SheetKind | WritingKind | Literal["pdf", "msg", "eml", "html", "text"]

_OFFICE = "Save it as DOCX, XLSX or PDF and send it again."
_UNPACK = "Unpack it and send the files it holds."

# The first bytes of what is told by them alone.
_MARKS: tuple[tuple[bytes, Kind], ...] = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
)
# The first bytes of what is recognised and not read.
_REFUSED: tuple[tuple[bytes, str, str], ...] = (
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"\x78\x9f\x3e\x22", "a file that Outlook packs mails into (winmail.dat)", "Ask for the mail in another format."),
    (b"%!PS", "a PostScript file", "Save it as PDF and send it again."),
)
_BY_SUFFIX: dict[str, Kind] = {
    ".pdf": "pdf",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".docx": "docx",
    ".docm": "docx",
    ".pptx": "pptx",
    ".eml": "eml",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".csv": "csv",
    ".tsv": "csv",
}
_PLAIN_NAMES = frozenset((".txt", ".csv", ".tsv", ".md", ".log", ".json", ".xml"))
_OPEN_DOCUMENT: dict[str, Kind] = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.text-template": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.spreadsheet-template": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/epub+zip": "epub",
}
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
_LONGEST_MIMETYPE = 200


def kind_of(file: RawFile) -> Kind:
    """The kind whose reader takes the file; what no reader takes is refused here."""
    suffix = PurePosixPath(file.name).suffix.lower()
    head = file.content[:_HEAD_BYTES]
    if refusal := _refusal(file, head):
        raise refusal
    return _by_mark(head) or _by_content(file, head, suffix) or _BY_SUFFIX.get(suffix, "text")


def _refusal(file: RawFile, head: bytes) -> Unreadable | None:
    for mark, what, remedy in _REFUSED:
        if head.startswith(mark):
            return Unsupported(file.name, what, remedy)
    return None


def _by_mark(head: bytes) -> Kind | None:
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return "bmp"
    return next((kind for mark, kind in _MARKS if head.startswith(mark)), None)


def _by_content(file: RawFile, head: bytes, suffix: str) -> Kind | None:
    if head.startswith(OLE):
        return ole_kind(file)
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
        package = zipfile.ZipFile(io.BytesIO(file.content))
        names = set(package.namelist())
        mimetype = _mimetype(package) if "mimetype" in names else ""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return _BY_SUFFIX.get(suffix, "docx")
    if mimetype in _OPEN_DOCUMENT:
        return _OPEN_DOCUMENT[mimetype]
    return _open_xml_kind(names) or _not_read(file, names)


def _mimetype(package: zipfile.ZipFile) -> str:
    with package.open("mimetype") as stream:
        return stream.read(_LONGEST_MIMETYPE).decode("ascii", "replace").strip()


def _open_xml_kind(names: set[str]) -> Kind | None:
    if any(name.startswith("word/") for name in names):
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    return "pptx" if any(name.startswith("ppt/") for name in names) else None


def _not_read(file: RawFile, names: set[str]) -> Kind:
    if "EncryptedPackage" in names:
        raise Encrypted(file.name)
    if "mimetype" in names or any(name.startswith("xl/") for name in names):
        raise Unsupported(file.name, "an Office file of another kind", _OFFICE)
    raise Unsupported(file.name, "an archive", _UNPACK)


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
