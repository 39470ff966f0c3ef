"""How much one document may cost: what lies beyond is refused before it is paid for."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from extraction.document import Grid, Line
from extraction.parsing.picture import Picture, Recognised, needs_eyes


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is read of one document, attachments included."""

    file_bytes: int = 100_000_000
    unpacked_bytes: int = 200_000_000
    members: int = 10_000
    pages: int = 5_000
    cells: int = 1_000_000
    characters: int = 10_000_000
    recognised_pages: int = 300  # pages that hold no text: each costs seconds
    pixels: int = 120_000_000  # of one picture, before it is made smaller
    attachments: int = 100
    depth: int = 5  # of mails within mails


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file as it arrived, with what may be spent on it and who reads its pictures."""

    name: str
    content: bytes
    limits: Limits
    recognise: Callable[[Picture], Recognised] = needs_eyes


class Part(NamedTuple):
    """A page, a sheet or a part of a message, as its reader found it; places are counted from the part's start."""

    text: str
    label: str
    page: int | None = None
    lines: tuple[Line, ...] = ()
    grid: Grid | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """A file within a file: its bytes, or (a mail that lies unpacked in its mail) what reads it."""

    name: str
    content: bytes = b""
    reader: "Reader | None" = None


Parts: TypeAlias = Generator[Part | Attached, None, None]
Reader: TypeAlias = Callable[[RawFile], Parts]
