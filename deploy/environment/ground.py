"""Whether this machine can carry the environment, asked before a byte is fetched."""

import os
import shutil
import sys
from pathlib import Path

from .faults import NoRoom, NotWritable, NoWheelsHere

OLDEST_GLIBC = (2, 28)  # LanceDB and PyArrow are built against it
A_GLIBC_IMAGE = (
    "Use a Linux with glibc 2.28 or newer, such as Debian 12 or Ubuntu 22.04 (a container: python:3.12-slim)."
)


def libc() -> str:
    """`glibc 2.36`, or nothing where the C library is another."""
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (ValueError, OSError):
        return ""


def check_platform(platform: str = sys.platform, libc_name: str | None = None) -> None:
    """The lock is of wheels only, and two of them exist for few platforms: said here, not after 300 MB."""
    if platform == "win32":
        raise NoWheelsHere("Windows itself", "Run it inside WSL 2.")
    if platform == "linux":
        _check_libc(libc() if libc_name is None else libc_name)


def _check_libc(name: str) -> None:
    words = name.split()
    if words[:1] != ["glibc"]:
        raise NoWheelsHere("musl (Alpine Linux)", A_GLIBC_IMAGE)
    if tuple(int(part) for part in words[1].split(".")[:2]) < OLDEST_GLIBC:
        raise NoWheelsHere(name, A_GLIBC_IMAGE)


def check_room(folder: Path, needed_gb: float) -> None:
    free_gb = shutil.disk_usage(folder).free / 1e9
    if free_gb < needed_gb:
        raise NoRoom(str(folder), needed_gb, free_gb)


def make_folder(folder: Path) -> None:
    """Makes the folder, or says in a sentence why it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".writable").touch()
        (folder / ".writable").unlink()
    except OSError as error:
        raise NotWritable(str(folder), error.strerror or str(error)) from error
