"""Who is there is told by locks on open files, because a lock ends with its process however that dies.

`users.lock` is shared by everyone who uses the service; `keeper.lock` belongs to the one keeper. Neither file
is ever deleted, and descriptors are not inherited across exec, so children that did not ask hold nothing.
"""

import fcntl
import os
from pathlib import Path

USERS = "users.lock"
KEEPER = "keeper.lock"


def open_lock(folder: Path, name: str) -> int:
    return os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_shared(lock: int) -> bool:
    return _try(lock, fcntl.LOCK_SH)


def try_exclusive(lock: int) -> bool:
    return _try(lock, fcntl.LOCK_EX)


def wait_exclusive(lock: int) -> None:
    fcntl.flock(lock, fcntl.LOCK_EX)


def names_file(lock: int, path: Path) -> bool:
    """Whether the descriptor is still the file of that name, which it is not once `.data` was deleted."""
    try:
        return os.path.samestat(os.fstat(lock), path.stat())
    except OSError:
        return False


def _try(lock: int, mode: int) -> bool:
    try:
        fcntl.flock(lock, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
