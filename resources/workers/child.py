"""A worker does one job after the other; it ends itself when a job takes too long, or when nobody is there any more.

`python -m resources.workers.child LINE MEMORY_MB MODULE…`: the modules are imported before the first job.
"""

import importlib
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

from resources.workers.frames import receive, send

READY, BEAT, DONE, FAILED = "ready", "beat", "done", "failed"
OUT_OF_MEMORY = 77  # how it ends when it may have no more: what it took would not come back
_GRACE_S = 5  # after which a worker whose master is gone ends on its own


def main() -> None:
    line = socket.socket(fileno=int(sys.argv[1]))
    line.settimeout(None)
    for module in sys.argv[3:]:
        importlib.import_module(module)
    _limit_memory(int(sys.argv[2]))
    send(line, (READY, None))
    try:
        while True:
            function, arguments, limit_s, beats = receive(line)
            _work(line, function, arguments, limit_s, beats)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except (EOFError, OSError):
        return


def _limit_memory(most_mb: int) -> None:
    """Of what a process may allocate, Linux counts what is its own; elsewhere the master alone watches the clock."""
    if sys.platform == "linux":
        most = most_mb * 1_000_000
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _work(line: socket.socket, function: Callable[..., Any], arguments: Any, limit_s: float, beats: bool) -> None:
    def beat() -> None:
        """A part is done: the time begins anew."""
        signal.alarm(int(limit_s) + _GRACE_S)
        send(line, (BEAT, None))

    signal.alarm(int(limit_s) + _GRACE_S)
    try:
        outcome = (DONE, function(*arguments, beat) if beats else function(*arguments))
    except MemoryError:
        raise
    except Exception as error:
        outcome = (FAILED, error)
    signal.alarm(0)
    send(line, outcome)


if __name__ == "__main__":
    main()
