"""Deleting what no command makes again: only on the word, never under a running server, and all of it."""

import json
import os
import shutil
import sys
from pathlib import Path

ROOT = Path(os.path.realpath(__file__)).parents[1]


def places(data: Path) -> "list[Path]":
    """`.data`, and the folder in which a server that may not enter the checkout keeps its database."""
    return [data] + [home for home in map(pointed_home, data.glob("*/pointer.json")) if home]


def pointed_home(pointer: Path) -> "Path | None":
    """Where the pointer leads, unless this is a copy of a checkout that still has its own."""
    told = json.loads(pointer.read_text("utf-8"))
    made_for, home = Path(told["made_for"]), Path(told["home"])
    copied = made_for != pointer.parent and (made_for / pointer.name).exists()
    return home if home.is_dir() and not copied else None


def servers(folders: "list[Path]") -> "list[int]":
    """The processes that run a database in these folders, as far as their notes tell."""
    notes = (note for folder in folders for note in folder.rglob("postmaster.pid"))
    return [number for number in map(first_line, notes) if alive(number)]


def first_line(note: Path) -> int:
    try:
        return int(note.read_text("utf-8").split("\n")[0])
    except (OSError, ValueError):
        return 0


def alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return number > 0


def main(data: Path, word: str) -> int:
    if not data.exists():
        print("weir: there is no " + str(data))
        return 0
    doomed = places(data)
    running = servers(doomed)
    if running:
        print("weir: a database is running there: end make run and dagster dev first.")
        print("weir: if process " + str(running[0]) + " is no postgres, delete the postmaster.pid that names it.")
        return 1
    if (word or ask(doomed)) != "delete":
        print("weir: nothing was deleted")
        return 1
    for folder in reversed(doomed):
        shutil.rmtree(str(folder))
    print("weir: deleted")
    return 0


def ask(doomed: "list[Path]") -> str:
    print("This deletes inbox, lake, ledger, run history and deliveries to files, and nothing brings them back:")
    print("".join("  " + str(folder) + "\n" for folder in doomed), end="")
    try:
        return input('Type "delete" to go on: ').strip()
    except EOFError:
        print()
        return ""


if __name__ == "__main__":
    sys.exit(main(ROOT / ".data", sys.argv[1] if len(sys.argv) > 1 else ""))
