"""The process that works on a run, named so that it is known again: machine, number, and when it began."""

import os
import socket
from pathlib import Path

WORKER_TAG = "weir/worker"


def worker() -> str:
    return f"{socket.gethostname()} {os.getpid()} {_begun(os.getpid())}"


def is_running_here(named: str) -> bool:
    host, _, process = named.partition(" ")
    pid, _, begun = process.partition(" ")
    return host == socket.gethostname() and begun != "" and _begun(int(pid)) == begun


def _begun(pid: int) -> str:
    """In ticks since the machine started; nothing for a process that is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]
