"""One process, seen from outside: started at the first job, ended with the job that wedges it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from resources.workers.child import BEAT, FAILED, OUT_OF_MEMORY
from resources.workers.errors import Died, Lost, TookTooLong, TookTooMuch
from resources.workers.frames import receive, send

T = TypeVar("T")
_ROOT = Path(__file__).resolve().parents[2]
_START_S = 60.0
# What a reader of files needs of our environment; keys and addresses stay here.
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "HOME", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
# Large pieces of memory go back to the system at once: without it a worker that reads pictures keeps a third of a
# gigabyte between two of them, and now and then asks for more than it may have.
_THRIFT = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "4194304",
    "MALLOC_TRIM_THRESHOLD_": "4194304",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "OMP_NUM_THREADS": "1",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """What a job may take: seconds between two signs of progress, and memory of its own (beside code it shares)."""

    seconds: float = 30.0
    memory_mb: int = 850


class Worker:
    def __init__(self, limit: Limit, modules: Sequence[str]) -> None:
        self._limit = limit
        self._line, theirs = socket.socketpair()
        command = [
            sys.executable,
            "-m",
            "resources.workers.child",
            str(theirs.fileno()),
            str(limit.memory_mb),
            *modules,
        ]
        with theirs:
            self._process = subprocess.Popen(
                command,
                cwd=_ROOT,
                env=_environment(),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the master, which ends it
            )
        self.is_usable = True
        self._is_ready = False

    def run(self, function: Callable[..., T], arguments: Sequence[Any], beats: bool) -> T:
        """The function's own outcome or error, or the loss of this worker."""
        try:
            self._await_ready()
            self._line.settimeout(self._limit.seconds)
            send(self._line, (function, arguments, self._limit.seconds, beats))
            kind, outcome = self._outcome()
        except TimeoutError as error:
            self.end()
            raise TookTooLong(self._limit.seconds) from error
        except (EOFError, ConnectionError) as error:
            raise self._loss() from error
        except BaseException:
            self.end()
            raise
        if kind == FAILED:
            raise outcome
        result: T = outcome
        return result

    def _await_ready(self) -> None:
        if not self._is_ready:
            receive(self._line, monotonic() + _START_S)
            self._is_ready = True

    def _outcome(self) -> tuple[str, Any]:
        while True:
            kind, outcome = receive(self._line, monotonic() + self._limit.seconds)
            if kind != BEAT:
                return kind, outcome

    def _loss(self) -> Lost:
        self.end()
        code = self._process.returncode
        if code == OUT_OF_MEMORY:
            return TookTooMuch(self._limit.memory_mb)
        return Died(signal.Signals(-code).name if code < 0 else f"exit code {code}")

    def end(self) -> None:
        """At once, whatever it is at."""
        self.is_usable = False
        self._line.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0.2)  # it may just be dying: its own signal says more than ours
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            self._process.wait()


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, **_THRIFT, "PYTHONPATH": str(_ROOT)}
