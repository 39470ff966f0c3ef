"""The socket lies in a folder with a short path (it ends at 107 bytes) that only the server's user may enter.

Everyone may write to a folder for temporary files, so what is there is only used if it is really ours.
"""

import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from resources.embedded.errors import NoRuntimeFolder
from resources.embedded.postgres.account import Account
from resources.embedded.postgres.service import socket_path

_LONGEST_PATH_BYTES = 107
_FALLBACK = "/var/tmp"  # noqa: S108 - checked like every other


class Unsafe(Exception):
    """Why a folder is not used."""


def usual_bases() -> tuple[Path, ...]:
    return Path(tempfile.gettempdir()), Path(_FALLBACK)


def make_socket_folder(name: str, account: Account, bases: Iterable[Path]) -> Path:
    """In the first of these folders where nobody else can interfere."""
    tried = []
    for base in bases:
        try:
            return _make(base, name, account)
        except Unsafe as reason:
            tried.append(f"{base}: {reason}")
    raise NoRuntimeFolder(tried)


def _make(base: Path, name: str, account: Account) -> Path:
    folder = base / name
    _check_base(base)
    if len(os.fsencode(socket_path(folder))) > _LONGEST_PATH_BYTES:
        raise Unsafe("its path is too long")
    try:
        folder.mkdir(mode=0o700)
        account.own(folder)
    except FileExistsError:
        pass
    except OSError as error:
        raise Unsafe(error.strerror or str(error)) from error
    _check_folder(folder, account)
    return folder


def _check_base(base: Path) -> None:
    """Where others may write but not only to their own, they could exchange our folder under our hands."""
    try:
        mode = base.stat().st_mode
    except OSError as error:
        raise Unsafe(error.strerror or str(error)) from error
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        raise Unsafe("everyone may rename what is in it")


def _check_folder(folder: Path, account: Account) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise Unsafe(f"{folder.name} is no folder")
    if found.st_uid != account.uid:
        raise Unsafe(f"{folder.name} belongs to somebody else")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise Unsafe(f"{folder.name} is open to others")
    if not account.reaches(folder):
        raise Unsafe(f"{account.name} cannot reach it")
