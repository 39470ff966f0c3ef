"""The choice of the Python that builds, and the question whether anything is to be done."""

import ast
import os
import sys
from pathlib import Path

import pytest

from deploy import install


@pytest.fixture
def finished(tmp_path: Path) -> tuple[str, str]:
    """A lock, and an environment with the stamp that belongs to it."""
    lock, venv = tmp_path / "requirements.lock", tmp_path / ".venv"
    lock.write_text("a==1\n")
    Path(install.library(str(venv), sys.version_info[:2])).mkdir(parents=True)
    (venv / "bin").mkdir()
    (venv / "bin" / "python").symlink_to(sys.executable)
    (venv / ".weir").mkdir()
    (venv / ".weir" / "stamp").write_text(install.fingerprint(str(lock), str(venv)) + "\n")
    return str(lock), str(venv)


def fake_python(folder: Path, name: str, exit_code: int) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\nexit {exit_code}\n")
    (folder / name).chmod(0o755)


def test_an_old_python_can_read_the_script() -> None:
    """Python 3.7 and older must come as far as the sentence that says they are too old."""
    ast.parse(Path(install.__file__).read_text(), feature_version=(3, 7))


def test_a_finished_environment_is_current(finished: tuple[str, str]) -> None:
    """With the stamp that belongs to lock, place and Python, nothing is to be done."""
    assert install.is_current(*finished, this_python=False)
    assert install.is_current(*finished, this_python=True)


def test_another_lock_is_not_current(finished: tuple[str, str]) -> None:
    """A changed lock makes the stamp worthless."""
    Path(finished[0]).write_text("a==2\n")
    assert not install.is_current(*finished, this_python=False)


def test_a_moved_environment_is_not_current(finished: tuple[str, str], tmp_path: Path) -> None:
    """Console scripts name the folder they were made in, so that a moved environment is a broken one."""
    moved = tmp_path / "moved"
    os.rename(finished[1], moved)
    assert not install.is_current(finished[0], str(moved), this_python=False)


def test_an_environment_whose_python_is_gone_is_not_current(finished: tuple[str, str]) -> None:
    """A Python that was removed or replaced by an upgrade leaves an environment that does not start."""
    python = Path(finished[1], "bin", "python")
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    assert not install.is_current(*finished, this_python=False)


def test_an_environment_of_another_python_is_not_current_if_this_one_is_asked_for(finished: tuple[str, str]) -> None:
    """`make PYTHON=python3.12` means that Python."""
    here = Path(install.library(finished[1], sys.version_info[:2])).parent
    here.rename(here.with_name("python3.99"))
    assert install.is_current(*finished, this_python=False)
    assert not install.is_current(*finished, this_python=True)


def test_no_environment_is_not_current(tmp_path: Path) -> None:
    """Neither a missing lock nor a missing environment is an error at this point."""
    assert not install.is_current(str(tmp_path / "none.lock"), str(tmp_path / ".venv"), this_python=False)


def test_this_python_can_build() -> None:
    """The Python of the tests is new enough and has venv."""
    assert install.what_this_python_lacks() == ""


def test_a_python_too_old_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the version, the file, the version needed and the way out."""
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    sentence = install.what_this_python_lacks()
    assert "Python 3.10.13" in sentence
    assert sys.executable in sentence
    assert "3.11 or newer" in sentence
    assert "make PYTHON=" in sentence


def test_a_python_without_venv_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian's Python comes without ensurepip until a package is installed, and the sentence names it."""
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    assert "apt install python3-venv" in install.what_this_python_lacks()


def test_another_python_is_chosen_by_running_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shim that names a Python which is not there is passed over; the next one that works is taken."""
    fake_python(tmp_path / "bin", "python3.13", exit_code=127)
    fake_python(tmp_path / "bin", "python3.12", exit_code=0)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert install.another_python() == str(tmp_path / "bin" / "python3.12")


def test_no_other_python_leaves_the_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no Python will do, what is wrong with the first one is what the person reads."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", (3, 8, 0))
    assert "too old" in (install.hand_over([], this_python=False) or "")


def test_a_python_that_was_insisted_on_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another Python on the PATH does not help one that was named."""
    fake_python(tmp_path / "bin", "python3.12", exit_code=0)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(sys, "version_info", (3, 8, 0))
    assert "too old" in (install.hand_over([], this_python=True) or "")


def test_a_python_newer_than_known_is_tried_where_there_is_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index may have what this project has not seen yet: no sentence, pip decides."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    assert not install.hand_over([], this_python=False)


def test_the_probe_agrees_with_the_python_of_the_tests() -> None:
    """What is asked of another Python is a program that this one passes."""
    with pytest.raises(SystemExit) as end:
        exec(install.PROBE, {})  # noqa: S102
    assert not end.value.code
