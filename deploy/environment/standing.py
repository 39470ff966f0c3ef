"""What becomes of a .venv that is already there: kept and completed, built anew, or left to whom it belongs."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .faults import ForeignEnvironment, NotWritable

Step = Literal["keep", "rebuild"]
OLDEST = (3, 11)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where and on which Python an environment of ours was made; what it was made of must not move."""

    folder: str
    python: str

    @classmethod
    def read(cls, file: Path) -> "Origin | None":
        try:
            folder, python = file.read_text("utf-8").splitlines()
        except (OSError, ValueError):
            return None
        return cls(folder, python)

    def write(self, file: Path) -> None:
        file.write_text(f"{self.folder}\n{self.python}\n", "utf-8")


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts about a folder that decides itself from them."""

    empty: bool
    owner: str | None  # somebody else
    unfinished: bool  # we began to build here and did not come to the end
    origin: Origin | None  # as written down when it was made
    now: Origin  # as found
    python_exists: bool
    version: tuple[int, int] | None  # of an environment that somebody else made and that works, with pip


def decide(found: Standing, asked: tuple[int, int] | None) -> tuple[Step, str]:
    """What to do, and why (for the person waiting). `asked` is a Python version that was insisted on."""
    if found.owner:
        raise ForeignEnvironment(found.now.folder, f"belongs to {found.owner}")
    if found.empty or found.unfinished:
        return "rebuild", ""
    if found.origin is None:
        return _adopt(found, asked)
    return _ours(found, found.origin, asked)


def _ours(found: Standing, origin: Origin, asked: tuple[int, int] | None) -> tuple[Step, str]:
    if origin.folder != found.now.folder:
        return "rebuild", f"the checkout was moved here from {Path(origin.folder).parent}"
    if not found.python_exists or origin.python != found.now.python:
        return "rebuild", f"the Python it was made with is gone ({origin.python})"
    if asked and f"python{asked[0]}.{asked[1]}" not in os.listdir(Path(found.now.folder, "lib")):
        return "rebuild", f"Python {asked[0]}.{asked[1]} was asked for"
    return "keep", ""


def _adopt(found: Standing, asked: tuple[int, int] | None) -> tuple[Step, str]:
    """An editor's or a person's own environment is filled, never deleted."""
    if found.version is None:
        raise ForeignEnvironment(found.now.folder, "was made by somebody else, and is no virtual environment with pip")
    if found.version < OLDEST or asked not in (None, found.version):
        raise ForeignEnvironment(found.now.folder, f"was made by somebody else, with Python {_dotted(found.version)}")
    return "keep", "it was made by somebody else; its own packages stay"


def look_at(venv: Path) -> Standing:
    ours, python = venv / ".weir", venv / "bin" / "python"
    if venv.is_symlink():
        raise ForeignEnvironment(str(venv), "is a symbolic link, which Python's venv does not fill")
    if owner := _somebody_else(venv):
        return Standing(False, owner, False, None, Origin(str(venv), ""), False, None)
    origin = Origin.read(ours / "made")
    unfinished = (ours / "building").exists()
    empty = not any(entry != ours for entry in venv.iterdir())
    known = origin is not None or unfinished or empty
    return Standing(
        empty=empty,
        owner=None,
        unfinished=unfinished,
        origin=origin,
        now=Origin(str(venv), os.path.realpath(python)),
        python_exists=python.exists(),
        version=None if known else _version_with_pip(python),
    )


def clear(venv: Path) -> None:
    """Empties an environment, but for our own notes (one of them is the lock that is held)."""
    for entry in venv.iterdir():
        if entry.name != ".weir":
            _remove(entry)


def _remove(entry: Path) -> None:
    try:
        shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    except OSError as error:
        raise NotWritable(str(entry), error.strerror or str(error)) from error


def _somebody_else(venv: Path) -> str | None:
    owner = venv.stat().st_uid
    return None if owner == os.geteuid() else _name(owner)


def _name(uid: int) -> str:
    try:
        return f"user {pwd.getpwuid(uid).pw_name}"
    except KeyError:
        return f"user number {uid}"


def _version_with_pip(python: Path) -> tuple[int, int] | None:
    command = [str(python), "-I", "-c", "import sys, pip; print(*sys.version_info[:2], sys.prefix != sys.base_prefix)"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
        major, minor, isolated = answer.stdout.split()
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None
    return (int(major), int(minor)) if isolated == "True" else None


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
