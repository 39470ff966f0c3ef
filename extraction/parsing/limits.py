"""How much one document may cost: what lies beyond is refused before it is paid for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is read of one document."""

    file_bytes: int = 100_000_000
    unpacked_bytes: int = 200_000_000
    members: int = 10_000
    pages: int = 5_000
    cells: int = 1_000_000
    characters: int = 10_000_000


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file as it arrived, with what may be spent on it."""

    name: str
    content: bytes
    limits: Limits


@dataclass(frozen=True, slots=True)
class Part:
    """A page, a sheet or a part of a message, as its reader found it."""

    text: str
    label: str
    page: int | None = None
