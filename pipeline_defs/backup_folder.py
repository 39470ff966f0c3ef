"""A backup is a folder that appears when it is whole: made beside its place, its list of files written last."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from pipeline_defs.commands.errors import BackupNotWritten, FolderTaken, NotABackup
from resources.ledger.dump import Dumped

LEDGER, LAKE = "ledger.dump", "lake"
_LIST = "weir-backup.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Backup:
    """A whole backup, and what is in it."""

    folder: Path
    dumped: Dumped
    files: Mapping[str, int]  # path in the folder -> bytes
    ledger_sha256: str

    @property
    def ledger(self) -> Path:
        return self.folder / LEDGER

    @property
    def lake(self) -> str:
        return str(self.folder / LAKE)

    @property
    def bytes(self) -> int:
        return sum(self.files.values())


@contextmanager
def in_the_making(folder: Path) -> Iterator[Path]:
    """Where to put it; the folder stands when all went well, and otherwise nothing does."""
    if folder.exists():
        raise FolderTaken(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f"{folder.name}.unfinished-", dir=folder.parent))
    except OSError as problem:
        raise BackupNotWritten(folder, problem.strerror or str(problem)) from problem
    try:
        yield draft
        os.rename(draft, folder)
    except OSError as problem:
        raise BackupNotWritten(folder, problem.strerror or str(problem)) from problem
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def complete(draft: Path, dumped: Dumped) -> Backup:
    """Write down what there is, once all of it is on the disk."""
    backup = Backup(draft, dumped, _files(draft), _sha256(draft / LEDGER))
    for path in backup.files:
        _sync(draft / path)
    told = {"format": _FORMAT, "files": backup.files, "ledger_sha256": backup.ledger_sha256}
    dump = {**asdict(dumped), "taken_at": dumped.taken_at.isoformat()}
    (draft / _LIST).write_text(json.dumps({**told, "dump": dump}, indent=1), encoding="utf-8")
    _sync(draft / _LIST)
    return backup


def open_backup(folder: Path) -> Backup:
    """The backup in a folder, if it is one and all of it is there."""
    try:
        told = json.loads((folder / _LIST).read_text(encoding="utf-8"))
        dumped = replace(Dumped(**told["dump"]), taken_at=datetime.fromisoformat(told["dump"]["taken_at"]))
        backup = Backup(folder, dumped, told["files"], told["ledger_sha256"])
    except FileNotFoundError:
        raise NotABackup(folder, f"there is no {_LIST} in it") from None
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise NotABackup(folder, f"its {_LIST} cannot be read: {problem}") from problem
    _refuse_damaged(backup)
    return backup


def _refuse_damaged(backup: Backup) -> None:
    found = _files(backup.folder)
    for path, size in backup.files.items():
        if found.get(path) != size:
            there = "is missing" if path not in found else f"has {found[path]:,} bytes instead of {size:,}"
            raise NotABackup(backup.folder, f"{path} {there}")
    if _sha256(backup.ledger) != backup.ledger_sha256:
        raise NotABackup(backup.folder, f"{LEDGER} is not what was written")


def _files(folder: Path) -> dict[str, int]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != _LIST)
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in paths}


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _sync(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())
