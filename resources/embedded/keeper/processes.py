"""A keeper looks after its own child, or after a server found running after its keeper was killed."""

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Protocol

_LOOK_EVERY_S = 0.2


class Process(Protocol):
    def wait(self) -> None: ...

    def send(self, number: signal.Signals) -> None: ...


@dataclass(frozen=True, slots=True)
class Child:
    popen: Popen[bytes]

    def wait(self) -> None:
        self.popen.wait()

    def send(self, number: signal.Signals) -> None:
        self.popen.send_signal(number)


@dataclass(frozen=True, slots=True)
class Adopted:
    """Not our child, so its end is not told to us: we look."""

    pid: int

    def wait(self) -> None:
        while alive(self.pid):
            time.sleep(_LOOK_EVERY_S)

    def send(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)


def alive(pid: int) -> bool:
    """Whether the process still runs; one that only waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def command_line(pid: int) -> list[str]:
    """The arguments of a process (everyone may read them, unlike its folder); none if it is gone."""
    try:
        return [os.fsdecode(part) for part in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")]
    except OSError:
        return []
