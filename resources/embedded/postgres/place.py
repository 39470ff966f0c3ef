"""A cluster lives in `.data`, or in a system folder where the user that root runs it as cannot go to `.data`.

A pointer in `.data` names that folder. It also names the checkout it was made for: a copy of a checkout does
not share the database of the original, a checkout that was moved keeps its own.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from resources.embedded.errors import (
    ForeignCluster,
    ForeignFolder,
    LostCluster,
    UnreachableFolder,
    UnwritableFolder,
)
from resources.embedded.folder import write_atomically
from resources.embedded.postgres.account import Account, owner_of, server_account
from resources.embedded.postgres.binaries import reachable

POINTER = "pointer.json"


@dataclass(frozen=True, slots=True)
class Place:
    data: Path
    installation: Path
    account: Account


def find_place(folder: Path, installation: Path, system_home: Path) -> Place:
    account = server_account()
    spare = system_home / hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    home = _home(folder, spare, account)
    data = home / "data"
    if data.is_dir():
        account = _owner(data, account)
    spare = spare if home == folder else home
    return Place(data, reachable(installation, account, lambda: _made(spare)), account)


def _owner(data: Path, usual: Account) -> Account:
    owner = owner_of(data)
    if owner is None:
        raise ForeignCluster(data, usual.name)
    return owner


def _home(folder: Path, spare: Path, account: Account) -> Path:
    pointed = pointed_home(folder)
    if pointed is not None:
        return pointed
    if account.reaches(folder):
        return folder
    if (folder / "data").is_dir():
        raise UnreachableFolder(folder, account.name)
    if not account.reaches(_made(spare)):
        raise UnreachableFolder(spare, account.name)
    write_pointer(folder, spare)
    return spare


def pointed_home(folder: Path) -> Path | None:
    pointer = folder / POINTER
    try:
        told = json.loads(pointer.read_text(encoding="utf-8"))
        home, made_for = Path(told["home"]), Path(told["made_for"])
    except FileNotFoundError:
        return None
    if made_for != folder and (made_for / POINTER).exists():
        return None
    if not home.is_dir():
        raise LostCluster(pointer, home)
    return home


def write_pointer(folder: Path, home: Path) -> None:
    write_atomically(folder / POINTER, json.dumps({"home": str(home), "made_for": str(folder)}))


def _made(home: Path) -> Path:
    """A folder that every user may pass, whatever our umask; one that is there stays as it is."""
    for folder in reversed([home, *home.parents]):
        if not folder.exists():
            _make_open(folder)
    _trusted(home.parent)
    _trusted(home)
    return home


def _make_open(folder: Path) -> None:
    try:
        folder.mkdir()
        folder.chmod(0o755)
    except OSError as error:
        raise UnwritableFolder(folder.parent, error.strerror or str(error)) from error


def _trusted(folder: Path) -> None:
    found = folder.lstat()
    if found.st_uid != os.geteuid():
        raise ForeignFolder(folder, found.st_uid)
    if not folder.is_dir() or folder.is_symlink():
        raise UnwritableFolder(folder, "it is no folder")
