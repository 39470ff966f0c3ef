"""What becomes of an environment that is already there."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.environment.faults import ForeignEnvironment
from deploy.environment.standing import Origin, Standing, clear, decide, look_at

HERE = Origin("/home/ann/weir/.venv", "/usr/bin/python3.11")
OURS = Standing(empty=False, owner=None, unfinished=False, origin=HERE, now=HERE, python_exists=True, version=None)
THEIRS = replace(OURS, origin=None, version=(3, 12))


def test_nothing_there_is_built() -> None:
    """A folder that is empty is filled without a word."""
    assert decide(replace(OURS, empty=True, origin=None), None) == ("rebuild", "")


def test_ours_is_kept() -> None:
    """Whatever Python is on the PATH now: the one inside works."""
    assert decide(OURS, None) == ("keep", "")


def test_one_that_was_begun_is_built_anew() -> None:
    """Where Python itself was cut short, nothing can be trusted."""
    assert decide(replace(OURS, origin=None, unfinished=True), None) == ("rebuild", "")


def test_a_moved_checkout_is_built_anew_and_says_from_where() -> None:
    """Console scripts hold the old path."""
    step, why = decide(replace(OURS, origin=replace(HERE, folder="/old/weir/.venv")), None)
    assert (step, why) == ("rebuild", "the checkout was moved here from /old/weir")


@pytest.mark.parametrize(
    "found", [replace(OURS, python_exists=False), replace(OURS, now=replace(HERE, python="/usr/bin/python3.13"))]
)
def test_a_python_that_went_away_means_building_anew(found: Standing) -> None:
    """An upgrade of the system takes the Python away or puts another in its place."""
    step, why = decide(found, None)
    assert step == "rebuild"
    assert "/usr/bin/python3.11" in why


def test_another_python_that_was_asked_for_means_building_anew(tmp_path: Path) -> None:
    """Only an explicit wish replaces a working environment."""
    (tmp_path / "lib" / "python3.11").mkdir(parents=True)
    origin = Origin(str(tmp_path), HERE.python)
    found = replace(OURS, origin=origin, now=origin)
    assert decide(found, (3, 11)) == ("keep", "")
    assert decide(found, (3, 13)) == ("rebuild", "Python 3.13 was asked for")


def test_somebody_elses_folder_is_left_alone() -> None:
    """Not even root fills or clears an environment of another user."""
    with pytest.raises(ForeignEnvironment, match="belongs to user ann"):
        decide(replace(OURS, owner="user ann"), None)


def test_a_working_environment_of_another_making_is_completed() -> None:
    """What an editor or a person made is used, and what they installed stays."""
    assert decide(THEIRS, None)[0] == "keep"
    assert decide(THEIRS, (3, 12))[0] == "keep"


@pytest.mark.parametrize(
    ("version", "asked", "what"),
    [
        (None, None, "no virtual environment with pip"),
        ((3, 10), None, "Python 3.10"),
        ((3, 12), (3, 11), "Python 3.12"),
    ],
)
def test_an_environment_of_another_making_that_will_not_do_is_never_deleted(
    version: tuple[int, int] | None, asked: tuple[int, int] | None, what: str
) -> None:
    """The sentence says what it is, and leaves moving it away to the person."""
    with pytest.raises(ForeignEnvironment, match=rf"{what}\. Move it away or delete it"):
        decide(replace(THEIRS, version=version), asked)


def test_an_origin_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Letters of every kind survive, and no file is no origin."""
    origin = Origin("/home/jürgen/a b/.venv", "/usr/bin/python3.11")
    origin.write(tmp_path / "made")
    assert Origin.read(tmp_path / "made") == origin
    assert Origin.read(tmp_path / "none") is None


def test_an_origin_that_was_cut_short_is_none(tmp_path: Path) -> None:
    """Half a note says nothing."""
    (tmp_path / "made").write_text("/home")
    assert Origin.read(tmp_path / "made") is None


def test_looking_at_an_empty_folder(tmp_path: Path) -> None:
    """Our own notes do not count as content."""
    (tmp_path / ".weir").mkdir()
    assert look_at(tmp_path).empty


def test_looking_at_what_is_no_environment(tmp_path: Path) -> None:
    """A folder with things in it that we did not make is somebody's."""
    (tmp_path / "diary").touch()
    found = look_at(tmp_path)
    assert (found.empty, found.unfinished, found.origin, found.version) == (False, False, None, None)


def test_looking_at_one_that_was_begun(tmp_path: Path) -> None:
    """The note that we were building outlives a killed installation."""
    (tmp_path / ".weir").mkdir()
    (tmp_path / ".weir" / "building").touch()
    (tmp_path / "lib").mkdir()
    assert look_at(tmp_path).unfinished


def test_looking_at_ours(tmp_path: Path) -> None:
    """The Python inside is known by the file it really is."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / ".weir").mkdir()
    origin = Origin(str(tmp_path), os.path.realpath(sys.executable))
    origin.write(tmp_path / ".weir" / "made")
    assert look_at(tmp_path) == Standing(False, None, False, origin, origin, True, None)


def test_a_python_that_is_no_virtual_environment_counts_for_nothing(tmp_path: Path) -> None:
    """A link to the system's Python is not an environment, though it runs and has pip."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
    assert look_at(tmp_path).version is None


def test_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    """Python's venv would refuse it later, in other words."""
    (tmp_path / "real").mkdir()
    (tmp_path / ".venv").symlink_to("real")
    with pytest.raises(ForeignEnvironment, match="symbolic link"):
        look_at(tmp_path / ".venv")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_recognised(tmp_path: Path) -> None:
    """By number where the number has no name."""
    os.chown(tmp_path, 54321, -1)
    assert look_at(tmp_path).owner == "user number 54321"


def test_clearing_leaves_our_notes_and_what_links_point_to(tmp_path: Path) -> None:
    """The lock that is held lies among the notes; a link is removed, never followed."""
    venv, outside = tmp_path / ".venv", tmp_path / "outside"
    for folder in (venv / ".weir", venv / "lib" / "deep", outside):
        folder.mkdir(parents=True)
    (outside / "treasure").touch()
    (venv / "lib64").symlink_to(outside)
    clear(venv)
    assert [entry.name for entry in venv.iterdir()] == [".weir"]
    assert (outside / "treasure").exists()
