"""An e-mail is written by hand, header by header: its date, its boundary and its encoding are the sample's own."""

import base64
import quopri
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Literal

from benchmarks.samples.letter import Letter

Transfer = Literal["8bit", "quoted-printable", "base64"]
_LINE = "\r\n"
_LONGEST_WORD = 40  # characters of one encoded word: below 75 signs whatever the language


@dataclass(frozen=True, slots=True)
class Coding:
    """How the text of a part is turned into bytes."""

    charset: str
    transfer: Transfer

    def encode(self, text: str) -> bytes:
        raw = text.replace("\n", _LINE).encode(self.charset)
        if self.transfer == "quoted-printable":
            return quopri.encodestring(raw.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
        if self.transfer == "base64":
            return base64.encodebytes(raw).replace(b"\n", b"\r\n")
        return raw


@dataclass(frozen=True, slots=True)
class Part:
    """A body, plain or HTML."""

    kind: Literal["plain", "html"]
    text: str
    coding: Coding


def draw_mail(headers: Mapping[str, str], parts: tuple[Part, ...], boundary: str) -> bytes:
    """One body as it is; several as alternatives of each other."""
    head = _headers({**headers, "MIME-Version": "1.0"})
    if len(parts) == 1:
        return head + _part(parts[0])
    opened = f'Content-Type: multipart/alternative; boundary="{boundary}"{_LINE * 2}'.encode()
    mark = f"--{boundary}".encode()
    drawn = b"".join(mark + b"\r\n" + _part(part) + b"\r\n" for part in parts)
    return head + opened + drawn + mark + b"--\r\n"


def sent_header(moment: datetime) -> str:
    return format_datetime(moment)


def mailbox(name: str, address: str) -> str:
    """A name as a header holds it, with its address."""
    return f"{header_words(name)} <{address}>"


def header_words(text: str) -> str:
    """ASCII as it stands; anything else in encoded words."""
    if text.isascii():
        return text
    pieces = [text[place : place + _LONGEST_WORD] for place in range(0, len(text), _LONGEST_WORD)]
    coded = (base64.b64encode(piece.encode()).decode() for piece in pieces)
    return f"{_LINE} ".join(f"=?utf-8?B?{word}?=" for word in coded)


def as_text(letter: Letter, signature: tuple[str, ...]) -> str:
    """Plain paragraphs."""
    block = tuple(f"{label}: {value}" for label, value in letter.block)
    parts = (letter.greeting, "\n".join(letter.sentences), "\n".join(block), "\n".join(signature))
    return "\n\n".join(part for part in parts if part) + "\n"


def as_html(letter: Letter, signature: tuple[str, ...], as_table: bool = True) -> str:
    """The same as a mail program writes it; the block as a table or as lines."""
    paragraphs = "".join(f"<p>{escape(text)}</p>\n" for text in (letter.greeting, *letter.sentences))
    block = _table(letter) if as_table else _lines(letter)
    signed = "<br>\n".join(map(escape, signature))
    return (
        "<html><head><style>p { font-family: Arial, sans-serif }</style></head>\n"
        f"<body>\n{paragraphs}{block}<p>{signed}</p>\n</body></html>\n"
    )


def _table(letter: Letter) -> str:
    rows = "".join(
        f"<tr><td><b>{escape(label)}</b></td><td>{escape(value)}</td></tr>\n" for label, value in letter.block
    )
    return f'<table border="1">\n{rows}</table>\n' if rows else ""


def _lines(letter: Letter) -> str:
    rows = "<br>\n".join(f"{escape(label)}: {escape(value)}" for label, value in letter.block)
    return f"<div>{rows}</div>\n" if rows else ""


def _headers(headers: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {value}{_LINE}" for name, value in headers.items()).encode("ascii")


def _part(part: Part) -> bytes:
    head = (
        f"Content-Type: text/{part.kind}; charset={part.coding.charset}{_LINE}"
        f"Content-Transfer-Encoding: {part.coding.transfer}{_LINE * 2}"
    )
    return head.encode("ascii") + part.coding.encode(part.text)
