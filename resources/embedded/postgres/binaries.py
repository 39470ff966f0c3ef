"""The server's user needs binaries it can reach: those of the wheel, or a copy in a place made for it."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from resources.embedded.errors import NoBinaries
from resources.embedded.postgres.account import Account
from resources.embedded.postgres.service import INSTALLATION, WHEEL

_NEEDED = ("bin/initdb", "bin/postgres", "lib/postgresql", "share/postgresql")


def reachable(installation: Path, account: Account, spare: Callable[[], Path]) -> Path:
    """The installation itself if the account can run it, else a copy of it in the spare folder."""
    if runs(installation, account):
        return installation
    if not runs(installation, replace(account, switch=False)):
        raise NoBinaries(f"{installation / 'bin' / 'postgres'} does not run here")
    copy = _copied(installation, spare())
    if not runs(copy, account):
        raise NoBinaries(f"{copy / 'bin' / 'postgres'} does not run here as {account.name}")
    return copy


def runs(installation: Path, account: Account) -> bool:
    tools = (installation / "bin" / name for name in ("postgres", "initdb"))
    return all(account.succeeds(str(tool), "--version") for tool in tools)


def _copied(installation: Path, spare: Path) -> Path:
    target = spare / f"binaries-{_fingerprint(installation)}"
    if not target.is_dir():
        _forget_older(spare)
        draft = Path(tempfile.mkdtemp(prefix="new-", dir=spare))
        _copy(installation, draft)
        draft.rename(target)
    return target / WHEEL / INSTALLATION


def _copy(installation: Path, draft: Path) -> None:
    # Their libraries are found relative to them, in a folder that the wheel keeps beside its package.
    libraries = installation.parent.with_name(f"{WHEEL}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name)
    for part in _NEEDED:
        source, target = installation / part, draft / WHEEL / INSTALLATION / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy2(source, target)
    _open_to_all(draft)


def _open_to_all(folder: Path) -> None:
    for above, _, files in os.walk(folder):
        Path(above).chmod(0o755)
        for name in files:
            path = Path(above) / name
            path.chmod(0o755 if os.access(path, os.X_OK) and path.stat().st_mode & 0o100 else 0o644)


def _fingerprint(installation: Path) -> str:
    found = (installation / "bin" / "postgres").stat()
    return hashlib.sha256(f"{found.st_size} {found.st_mtime_ns}".encode()).hexdigest()[:12]


def _forget_older(spare: Path) -> None:
    for old in spare.glob("binaries-*"):
        shutil.rmtree(old, ignore_errors=True)
