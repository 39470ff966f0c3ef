"""`python -m pipeline_defs run` in a place of its own, and Ctrl-C, after which no process of it is left."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from resources.environment import ROOT

READY = "Ctrl-C stops it"
END_S = 40


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the command's: what it promises, and where."""

    partition: str
    promise: str
    url: str


@dataclass(frozen=True, slots=True)
class Served:
    base: str
    database_url: str
    delivered: Path
    said: str

    def links(self, promise: str) -> list[Link]:
        """The links printed below each partition, by what they promise."""
        found, partition = [], ""
        for line in self.said.splitlines():
            if named := re.match(r"(\d{4}-\d\d-\d\d\|\w+)", line):
                partition = named[1]
            elif line.startswith(f"  {promise} "):
                found.append(Link(partition, promise, line.split()[-1]))
        return found


@contextmanager
def serve(database_url: str, folder: Path) -> Iterator[Served]:
    port = _free_port()
    command = [sys.executable, "-m", "pipeline_defs", "run", "--port", str(port)]
    with (
        (folder / "stderr").open("wb") as err,
        subprocess.Popen(
            command,
            env=_variables(database_url, folder),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=err,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        try:
            said = _until_ready(process, folder / "stderr")
            yield Served(f"http://127.0.0.1:{port}", database_url, folder / "delivered", said)
            _end_as_a_person_does(process)
        finally:
            _kill_the_rest(process)


def _variables(database_url: str, folder: Path) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_BASE_URL"))}
    places = {"LAKE_URI": "lake", "INBOX_URI": "inbox", "DELIVERY_URL": "delivered"}
    return {**kept, "DATABASE_URL": database_url, **{name: str(folder / at) for name, at in places.items()}}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until_ready(process: subprocess.Popen[str], err: Path) -> str:
    said = ""
    for line in process.stdout or ():
        said += line
        if READY in line:
            return said
    raise AssertionError(f"the command ended with {process.wait()} and served nothing:\n{said}{err.read_text()}")


def _end_as_a_person_does(process: subprocess.Popen[str]) -> None:
    """Ctrl-C reaches the group in the foreground; what Dagster started has groups of its own and must end, too."""
    started = _below(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(END_S) == 0, "Ctrl-C is how it is meant to end"
    left = _left(started, process.pid)
    assert not left, f"left behind: {left}"


def _left(started: list[int], group: int) -> list[str]:
    deadline = time.monotonic() + 5
    while (left := [*filter(None, map(_command_line, started)), *_members(group)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def _kill_the_rest(process: subprocess.Popen[str]) -> None:
    """Only after a failure is there anything to kill."""
    if process.poll() is None:
        for pid in [*_below(process.pid), process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _below(pid: int) -> list[int]:
    """Every process that this one and its children started."""
    with suppress(FileNotFoundError):
        direct = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return direct + [below for child in direct for below in _below(child)]
    return []


def _members(group: int) -> list[str]:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return []
    return [f"members of its process group {group}"]


def _command_line(pid: int) -> str:
    """What the process runs; nothing if it is gone or only waits for its parent to notice."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""
