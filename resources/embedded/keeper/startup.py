"""A start is over when the server takes connections or ended; what passes is waited out, within bounds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from typing import IO

from resources.embedded.errors import DiskFull, NotStarted
from resources.embedded.keeper.processes import Child
from resources.embedded.service import Running, Server

_READY_WITHIN_S = 110.0
_PASSES_WITHIN_S = 20.0
_PAUSE_S = 0.01
_RETRY_PAUSE_S = 0.1
_LOG_LIMIT_BYTES = 10_000_000


def bring_up(server: Server, previous: str | None) -> tuple[Running, Child]:
    deadline = time.monotonic() + _PASSES_WITHIN_S
    while True:
        with _log(server.folder) as log:
            before = log.tell()
            popen = server.launch(log, previous)
            url = _ready(server, popen)
        if url is not None:
            return Running(popen.pid, url), Child(popen)
        said = _said_since(server.folder, before)
        if not server.passes(said) or time.monotonic() > deadline:
            raise failure(server, said)
        previous = None
        time.sleep(_RETRY_PAUSE_S)


def failure(server: Server, said: str) -> NotStarted:
    if "No space left on device" in said:
        return DiskFull(server.folder)
    return NotStarted(server.name, log_path(server.folder), cause_in(said))


def cause_in(said: str) -> str:
    """The line that tells most: the last one that calls itself an error, else the last one."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    grave = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line.lower()]
    return (grave or lines or ["it said nothing"])[-1].rstrip(".")


def log_path(folder: Path) -> Path:
    return folder / "server.log"


@contextmanager
def _log(folder: Path) -> Iterator[IO[bytes]]:
    path = log_path(folder)
    if path.exists() and path.stat().st_size > _LOG_LIMIT_BYTES:
        path.replace(path.with_suffix(".log.1"))
    with path.open("ab") as log:
        yield log


def _ready(server: Server, popen: Popen[bytes]) -> str | None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while popen.poll() is None:
        if (url := server.ready(popen.pid)) is not None:
            return url
        if time.monotonic() > deadline:
            popen.kill()
            popen.wait()
            raise NotStarted(server.name, log_path(server.folder), f"not ready within {_READY_WITHIN_S:.0f} s")
        time.sleep(_PAUSE_S)
    return None


def _said_since(folder: Path, before: int) -> str:
    with log_path(folder).open("rb") as log:
        log.seek(before)
        return log.read().decode(errors="replace")
