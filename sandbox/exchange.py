"""One HTTP exchange as values: the request that came, and the moves on the wire that answer it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A request that arrived whole."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    keep_alive: bool = True


@dataclass(frozen=True, slots=True)
class Send:
    """Write these bytes."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Say nothing for a while."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hold:
    """Say nothing any more, and keep the connection until the client leaves."""


@dataclass(frozen=True, slots=True)
class Close:
    """End the connection in an orderly way."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Break the connection with a TCP reset."""


Move = Send | Pause | Hold | Close | Reset
Moves = tuple[Move, ...]

_PHRASES = {status.value: status.phrase for status in HTTPStatus} | {529: "Site Overloaded"}
LAST_CHUNK = b"0\r\n\r\n"
EVENT_STREAM = "text/event-stream; charset=utf-8"


def head(status: int, headers: Iterable[tuple[str, str]]) -> bytes:
    """The status line and the headers."""
    lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def whole(status: int, headers: Headers, body: bytes, kind: str = "application/json") -> bytes:
    """A complete response."""
    return head(status, (("content-type", kind), ("content-length", str(len(body))), *headers)) + body


def stream_head(headers: Headers, kind: str = EVENT_STREAM) -> bytes:
    """The head of a stream."""
    framing = (
        ("content-type", kind),
        ("cache-control", "no-cache"),
        ("transfer-encoding", "chunked"),
    )
    return head(200, (*framing, *headers))


def chunk(data: bytes) -> bytes:
    """One chunk of a stream."""
    return b"%x\r\n%b\r\n" % (len(data), data)
