"""The tools of exactly the database's version, wherever they are, and no password where others read it."""

from pathlib import Path

import pytest

from resources.embedded.postgres.service import installed
from resources.ledger import tools as module
from resources.ledger.errors import NoTool, ToolFailed
from resources.ledger.tools import find_tool, run_tool

URL = "postgresql://ada:geheim@127.0.0.1:1/deals?sslmode=disable"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing in it, and no system folder."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(module, "_DEBIAN", tmp_path / "none")
    return tmp_path


def script(folder: Path, text: str) -> Path:
    """A pg_dump of version 99."""
    file = folder / "pg_dump"
    file.write_text(
        f"""#!/bin/sh\n[ "$1" = --version ] && echo 'pg_dump (PostgreSQL) 99.1 (Debian)' && exit\n{text}\n"""
    )
    file.chmod(0o755)
    return file


def test_those_of_the_wheel_serve_its_version(path: Path) -> None:
    """Nothing has to be installed for the embedded server."""
    assert find_tool("pg_restore", 18) == installed() / "bin" / "pg_restore"


def test_another_version_is_found_where_it_is_installed(path: Path) -> None:
    """By what it says of itself."""
    there = script(path, "")
    assert find_tool("pg_dump", 99) == there


def test_another_version_does_not_do(path: Path) -> None:
    """What was looked for, what is there, and what to install."""
    script(path, "")
    with pytest.raises(NoTool, match=r"PostgreSQL 15, .*there is one of 18 and 99.*postgresql-client-15"):
        find_tool("pg_dump", 15)
    with pytest.raises(NoTool, match=r"postgresql-client-15"):
        find_tool("pg_nothing", 15)


def test_what_does_not_run_is_passed_over(path: Path) -> None:
    """A file of another machine, a script that fails."""
    (path / "pg_dump").write_bytes(b"\x7fELF nonsense")
    (path / "pg_dump").chmod(0o755)
    with pytest.raises(NoTool, match="there is one of 18"):
        find_tool("pg_dump", 99)


def test_the_password_is_no_argument(path: Path) -> None:
    """Arguments are read by every user of a machine, the environment is not."""
    script(path, f'echo "$@" > {path}/arguments; echo "$PGPASSWORD" > {path}/password')
    run_tool("pg_dump", 99, URL, "--format=custom")
    said = (path / "arguments").read_text()
    assert "geheim" not in said
    assert "dbname=deals" in said
    assert "sslmode=disable" in said
    assert (path / "password").read_text() == "geheim\n"


def test_a_failure_is_told_in_the_tools_words(path: Path) -> None:
    """The first line, without secrets."""
    script(path, "echo 'pg_dump: error: no space for ://ada:geheim@host' >&2; exit 1")
    with pytest.raises(ToolFailed, match="no space for") as caught:
        run_tool("pg_dump", 99, URL)
    assert "geheim" not in str(caught.value)


def test_a_real_one_says_why_not() -> None:
    """Nobody listens there."""
    with pytest.raises(ToolFailed, match="Connection refused"):
        run_tool("pg_dump", 18, URL)
