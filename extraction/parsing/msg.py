"""An Outlook message is read from its streams like a mail: headers, the better body, and what is attached to it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.policy import compat32
from typing import TYPE_CHECKING

from extraction.parsing.border import one_line
from extraction.parsing.charset import decoded
from extraction.parsing.eml import shown_headers
from extraction.parsing.html import html_decoded, html_text
from extraction.parsing.limits import Attached, Part, Parts, RawFile
from extraction.parsing.mail import SILENT_TYPES, base_name, better_body, listed
from extraction.parsing.office import office_text
from extraction.parsing.ole import opened_ole
from extraction.parsing.rtf import unpacked_rtf
from extraction.parsing.unreadable import Unreadable

if TYPE_CHECKING:
    from olefile import OleFileIO

# MAPI properties by their number; a stream's name is the number and the type.
_SUBJECT, _BODY, _HTML, _RTF, _HEADERS = "0037", "1000", "1013", "1009", "007D"
_SENDER, _ADDRESSES, _TO, _CC = "0C1A", ("5D01", "0C1F"), "0E04", "0E03"
_NAMES, _DATA, _MIME, _EMBEDDED = ("3707", "3704", "3001"), "37010102", "370E", "3701000D"
_SENT, _ARRIVED = 0x0039, 0x0E06
_UNICODE, _NARROW, _BINARY = "001F", "001E", "0102"
_ATTACHMENT = "__attach_version1.0_"
_PROPERTIES = "__properties_version1.0"
_HEAD_BYTES = {True: 32, False: 24}  # of the properties: outermost, embedded
_1601 = datetime(1601, 1, 1, tzinfo=UTC)


def read_msg(file: RawFile) -> Parts:
    """The headers a reader sees, the body, a line for each attachment, and the attachments."""
    with opened_ole(file) as ole:
        parts = list(_read(_Folder(ole, ()), file))
    yield from parts


class _Folder:
    """The message's own storage, or that of one of its attachments."""

    def __init__(self, ole: "OleFileIO", path: tuple[str, ...]) -> None:
        self._ole, self._path = ole, path

    @property
    def is_outermost(self) -> bool:
        return not self._path

    def below(self, name: str) -> "_Folder":
        return _Folder(self._ole, (*self._path, name))

    def has(self, name: str) -> bool:
        return bool(self._ole.exists([*self._path, name]))

    def stream(self, name: str) -> bytes:
        if not self.has(name):
            return b""
        with self._ole.openstream([*self._path, name]) as stream:
            return bytes(stream.read())

    def text(self, number: str) -> str:
        """A property that is a text, in the one or the other of its types."""
        wide = self.stream(f"__substg1.0_{number}{_UNICODE}")
        if wide:
            return wide.decode("utf-16-le", "replace").rstrip("\x00")
        return decoded(self.stream(f"__substg1.0_{number}{_NARROW}")).rstrip("\x00")

    def binary(self, number: str) -> bytes:
        return self.stream(f"__substg1.0_{number}{_BINARY}")

    def attachments(self) -> Iterator["_Folder"]:
        depth = len(self._path)
        inside = (tuple(entry) for entry in self._ole.listdir(streams=True, storages=True))
        names = {entry[depth] for entry in inside if len(entry) > depth and entry[:depth] == self._path}
        yield from (self.below(name) for name in sorted(names) if name.startswith(_ATTACHMENT))

    def moment(self, number: int) -> datetime | None:
        """A property that is a time; it stands among those of fixed length."""
        content = self.stream(_PROPERTIES)
        for place in range(_HEAD_BYTES[self.is_outermost], len(content) - 15, 16):
            entry = content[place : place + 16]
            if int.from_bytes(entry[2:4], "little") == number:
                ticks = int.from_bytes(entry[8:16], "little")
                return _1601 + timedelta(microseconds=ticks // 10) if 0 < ticks < 1 << 61 else None
        return None


def _read(message: _Folder, file: RawFile) -> Parts:
    attached = list(message.attachments())
    texts = {
        "header": _headers(message),
        "body": _body(message, file),
        "attachments": listed((_name(each), each.text(_MIME) or "attachment") for each in attached),
    }
    yield from (Part(text.strip("\r\n"), label) for label, text in texts.items() if text.strip())
    yield from (_opened(each, file) for each in attached if each.text(_MIME) not in SILENT_TYPES)


def _headers(message: _Folder) -> str:
    """As transport wrote them; of what was never sent, as Outlook shows them."""
    sent = message.text(_HEADERS)
    if sent and (shown := shown_headers(message_from_string(sent.lstrip(), policy=compat32))):
        return shown
    address = next((found for each in _ADDRESSES if "@" in (found := message.text(each))), "")
    name = message.text(_SENDER)
    moment = message.moment(_SENT) or message.moment(_ARRIVED)
    lines = {
        "From": f"{name} <{address}>" if name and address and name != address else name or address,
        "To": message.text(_TO),
        "Cc": message.text(_CC),
        "Subject": message.text(_SUBJECT),
        "Date": moment.isoformat(sep=" ", timespec="seconds") if moment else "",
    }
    return "\n".join(f"{shown}: {text}" for shown, raw in lines.items() if (text := one_line(raw)))


def _body(message: _Folder, file: RawFile) -> str:
    html = message.binary(_HTML)
    rich = html_text(html_decoded(html) if html else message.text(_HTML))
    body = better_body(message.text(_BODY), rich)
    return body if body.strip() else _rich_text(message.binary(_RTF), file)


def _rich_text(packed: bytes, file: RawFile) -> str:
    rtf = unpacked_rtf(packed)
    if not rtf:
        return ""
    try:
        return office_text(RawFile(file.name, rtf, file.limits, file.recognise), "application/rtf")
    except Unreadable:
        return ""


def _name(attachment: _Folder) -> str:
    return base_name(next((text for number in _NAMES if (text := attachment.text(number))), ""))


def _opened(attachment: _Folder, file: RawFile) -> Attached:
    """The attachment's bytes; a message lies unpacked in its message."""
    if not attachment.has(f"__substg1.0_{_EMBEDDED}"):
        return Attached(_name(attachment), attachment.stream(f"__substg1.0_{_DATA}"))
    parts = list(_read(attachment.below(f"__substg1.0_{_EMBEDDED}"), file))
    return Attached(_name(attachment), reader=lambda _: (part for part in parts))
