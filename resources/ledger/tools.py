"""A database is dumped and restored by the tools of its own version: those of the wheel, or whatever is installed."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from resources.embedded import LocalServiceError
from resources.embedded.postgres.service import installed
from resources.ledger.errors import NoTool, ToolFailed, reason

_DEBIAN = Path("/usr/lib/postgresql")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


def run_tool(name: str, major: int, url: str, *arguments: str) -> None:
    """Run it on this database; its password is no argument, which every user of the machine could read."""
    database = conninfo_to_dict(url)
    password = str(database.pop("password", "") or "")
    command = [str(find_tool(name, major)), f"--dbname={make_conninfo('', **database)}", "--no-password", *arguments]
    variables = {**os.environ, "LC_ALL": "C", **({"PGPASSWORD": password} if password else {})}
    done = subprocess.run(command, env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ToolFailed(name, reason(done.stderr))


def find_tool(name: str, major: int) -> Path:
    """The tool of exactly this version: an older one refuses, and an older server does not read what a newer writes."""
    found: dict[int, Path] = {}
    for path in _candidates(name, major):
        if version := _version(path):
            found.setdefault(version, path)
    if major not in found:
        raise NoTool(name, major, sorted(found))
    return found[major]


def _candidates(name: str, major: int) -> Iterator[Path]:
    with suppress(LocalServiceError):  # no wheel for this platform: then the server and its tools are somebody's own
        yield installed() / "bin" / name
    yield from (Path(folder) / name for folder in os.get_exec_path())
    yield _DEBIAN / str(major) / "bin" / name


def _version(path: Path) -> int | None:
    if not os.access(path, os.X_OK):
        return None
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = _VERSION.search(done.stdout)
    return int(said[1]) if said else None


def server_version(connection: psycopg.Connection) -> int:
    return connection.info.server_version // 10_000
