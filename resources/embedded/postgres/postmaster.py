"""Which server runs on a cluster says its `postmaster.pid`, if the process it names is really that server."""

import os
from dataclasses import dataclass
from pathlib import Path

from resources.embedded.keeper.processes import alive, command_line


@dataclass(frozen=True, slots=True)
class Postmaster:
    pid: int
    socket_folder: Path | None
    ready: bool


def postmaster(data: Path) -> Postmaster | None:
    """What the file says (lines: pid, data, start, port, socket folder, address, shared memory, status)."""
    try:
        lines = os.fsdecode((data / "postmaster.pid").read_bytes()).splitlines()
        pid = abs(int(lines[0]))
    except (OSError, ValueError, IndexError):
        return None
    lines += [""] * (8 - len(lines))
    return Postmaster(pid, Path(lines[4]) if lines[4] else None, lines[7].strip() == "ready")


def serves(pid: int, data: Path) -> bool:
    return alive(pid) and str(data) in command_line(pid)


def forget_stale(data: Path) -> None:
    """Remove a pid file whose number now belongs to something else, which PostgreSQL would take for a server.

    When in doubt it stays: PostgreSQL then refuses to start, which is better than two servers on one cluster.
    """
    found = postmaster(data)
    if found is not None and alive(found.pid) and _is_something_else(found.pid, data):
        (data / "postmaster.pid").unlink(missing_ok=True)


def _is_something_else(pid: int, data: Path) -> bool:
    arguments = command_line(pid)
    if not arguments or Path(arguments[0]).name != "postgres":
        return bool(arguments)
    return str(data) not in arguments and _serves_another(pid, arguments)


def _serves_another(pid: int, arguments: list[str]) -> bool:
    other = Path(arguments[arguments.index("-D") + 1]) if "-D" in arguments[:-1] else None
    found = postmaster(other) if other else None
    return found is not None and found.pid == pid
