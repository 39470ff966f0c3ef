"""Between two processes goes one pickled thing at a time, behind its length."""

import pickle
import socket
import struct
from time import monotonic
from typing import Any

_HEAD = struct.Struct("!Q")
_STEP_BYTES = 1 << 20


def send(line: socket.socket, thing: Any) -> None:
    body = pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)
    line.sendall(_HEAD.pack(len(body)) + body)


def receive(line: socket.socket, until: float | None = None) -> Any:
    """The next thing; EOFError when the other side is gone, TimeoutError when it says nothing until then."""
    (length,) = _HEAD.unpack(_exactly(line, _HEAD.size, until))
    return pickle.loads(_exactly(line, length, until))  # noqa: S301 (the other side is a process of our own)


def _exactly(line: socket.socket, length: int, until: float | None) -> bytearray:
    body = bytearray(length)
    view, filled = memoryview(body), 0
    while filled < length:
        if until is not None:
            line.settimeout(max(until - monotonic(), 0.001))
        read = line.recv_into(view[filled : filled + _STEP_BYTES])
        if not read:
            raise EOFError
        filled += read
    return body
