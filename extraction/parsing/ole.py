"""An older Office file tells what it is by the streams it holds, and that it is locked by one of them."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from extraction.parsing.limits import RawFile
from extraction.parsing.unreadable import Corrupt, Encrypted, Unsupported

if TYPE_CHECKING:
    from olefile import OleFileIO

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OleKind = Literal["doc", "xls", "ppt", "msg"]

_STREAMS: tuple[tuple[str, OleKind], ...] = (
    ("__properties_version1.0", "msg"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
)
_LOCKS = ("EncryptedPackage", "EncryptedSummary")
_LOCKED_NAME = "EncryptedPackage".encode("utf-16-le")
_WORD_FLAGS, _WORD_LOCKED = 10, 0x0100  # of the file's first block
_OTHER = "Save it as DOCX, XLSX or PDF and send it again."


@contextmanager
def opened_ole(file: RawFile) -> Iterator["OleFileIO"]:
    """The file's directory and streams; whatever is wrong with them is damage."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(file.content)) as ole:
            yield ole
    except (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        raise Corrupt(file.name, "its streams cannot be found") from error


def ole_kind(file: RawFile) -> OleKind:
    try:
        return _kind(file)
    except Corrupt as corrupt:
        if _LOCKED_NAME in file.content:
            raise Encrypted(file.name) from corrupt
        raise


def _kind(file: RawFile) -> OleKind:
    with opened_ole(file) as ole:
        kind = next((kind for stream, kind in _STREAMS if ole.exists(stream)), None)
        is_locked = any(ole.exists(lock) for lock in _LOCKS) or (kind == "doc" and _is_locked_word(ole))
    if is_locked:
        raise Encrypted(file.name)
    if kind is None:
        raise Unsupported(file.name, "an older Office file of another kind", _OTHER)
    return kind


def _is_locked_word(ole: Any) -> bool:
    with ole.openstream("WordDocument") as stream:
        head = stream.read(_WORD_FLAGS + 2)
    return bool(int.from_bytes(head[_WORD_FLAGS:], "little") & _WORD_LOCKED)
