"""What `make clean-data` deletes, and when it does not."""

import io
import json
import os
import sys
from pathlib import Path

import pytest

from deploy.clean_data import ROOT, alive, main, places, servers
from resources.embedded.postgres.place import POINTER, write_pointer


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout" / ".data"
    (folder / "postgres" / "data").mkdir(parents=True)
    (folder / "lake").mkdir()
    return folder


@pytest.fixture
def home(data: Path, tmp_path: Path) -> Path:
    """The folder of a database that could not live in the checkout."""
    folder = tmp_path / "system" / "0123456789abcdef"
    (folder / "data").mkdir(parents=True)
    write_pointer(data / "postgres", folder)
    return folder


@pytest.mark.parametrize(("answer", "gone"), [("delete\n", True), ("yes\n", False), ("\n", False), ("", False)])
def test_data_are_deleted_only_on_the_word(
    data: Path, answer: str, gone: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody at the keyboard means no; what would go is named before."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
    assert main(data, word="") == (0 if gone else 1)
    assert data.exists() is not gone
    assert str(data) in capsys.readouterr().out


def test_data_are_deleted_unasked_if_that_is_said(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For scripts; a second time there is nothing to do."""
    assert main(data, word="delete") == 0
    assert main(data, word="delete") == 0
    assert not data.exists()
    assert "there is no" in capsys.readouterr().out


def test_a_database_outside_the_checkout_goes_with_it(data: Path, home: Path) -> None:
    """A ledger that stayed would call delivered what the next lake does not hold."""
    assert main(data, word="delete") == 0
    assert not data.exists()
    assert not home.exists()


def test_a_copy_of_a_checkout_does_not_take_the_database_of_the_first(data: Path, home: Path, tmp_path: Path) -> None:
    """A pointer says for which checkout it was made, and that one still has it."""
    copy = tmp_path / "copy" / ".data"
    (copy / "postgres").mkdir(parents=True)
    (copy / "postgres" / POINTER).write_text((data / "postgres" / POINTER).read_text())
    assert places(copy) == [copy]
    assert places(data) == [data, home]


def test_a_moved_checkout_takes_its_database_along(data: Path, home: Path, tmp_path: Path) -> None:
    """Where the checkout is not at its old place any more, its pointer is ours."""
    moved = tmp_path / "moved"
    os.rename(data.parent, moved)
    assert places(moved / ".data") == [moved / ".data", home]


def test_a_pointer_that_leads_nowhere_is_no_obstacle(data: Path) -> None:
    """Its database is gone already."""
    told = {"home": "/nowhere/at/all", "made_for": str(data / "postgres")}
    (data / "postgres" / POINTER).write_text(json.dumps(told))
    assert places(data) == [data]


def test_nothing_is_deleted_under_a_running_server(data: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whichever of the folders it runs in."""
    (home / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{home}\n")
    assert main(data, word="delete") == 1
    assert f"process {os.getpid()}" in capsys.readouterr().out
    assert data.exists()
    assert home.exists()


@pytest.mark.parametrize("note", ["999999999\n", "", "rubbish\n", "0\n"])
def test_a_stale_note_of_a_server_is_no_server(data: Path, note: str) -> None:
    """A server that was killed leaves its note behind."""
    (data / "postgres" / "data" / "postmaster.pid").write_text(note)
    assert servers([data]) == []


def test_a_process_of_somebody_else_is_alive() -> None:
    """Process 1 always is, whoever asks."""
    assert alive(1)


def test_the_data_are_those_of_the_checkout() -> None:
    """Not of the working directory."""
    assert Path(__file__).parents[2] == ROOT
