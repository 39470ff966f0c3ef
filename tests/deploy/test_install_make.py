"""The commands that a person types."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


def make(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    outer = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")  # of the make that runs these tests
    environ = {name: value for name, value in os.environ.items() if name not in outer}
    command = ["make", *arguments]
    return subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, check=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with data in it, on a path with a space."""
    folder = tmp_path / "my checkout"
    (folder / ".data" / "lake" / "__pycache__").mkdir(parents=True)
    (folder / ".venv").mkdir()
    (folder / "assets" / "__pycache__").mkdir(parents=True)
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def test_help_lists_every_command_with_a_line() -> None:
    """And help is what bare `make` says, from another folder, too."""
    listed = re.findall(r"^make ([a-z-]+) +\S", make("-C", str(ROOT), cwd=Path("/")).stdout, re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert sorted(listed) == sorted(phony[1].split())


def test_every_command_of_the_project_installs_first() -> None:
    """Nobody has to know that there is an installation."""
    for command in ("run", "demo", "test", "lint", "types", "format", "samples", "bench"):
        assert "deploy/install.py" in make("-n", command).stdout


def test_a_python_is_insisted_on_only_if_it_is_named() -> None:
    """The PATH's Python may be replaced by a newer one; a named one may not."""
    assert "--this-python" not in make("-n", "install").stdout
    assert '"/opt/my python" deploy/install.py --this-python' in make("-n", "install", "PYTHON=/opt/my python").stdout


def test_a_python_that_is_not_there_is_a_sentence() -> None:
    """Before anything else."""
    done = make("install", "PYTHON=python9")
    assert done.returncode != 0
    assert "weir: there is no python9: install Python 3.11 or newer" in done.stderr


def test_a_makefile_called_from_elsewhere_is_a_sentence(tmp_path: Path) -> None:
    """Its paths are those of its own folder."""
    done = make("-f", str(ROOT / "Makefile"), "run", cwd=tmp_path)
    assert "start make in the folder of this Makefile" in done.stderr


def test_before_a_commit_the_first_half_of_the_tests_runs() -> None:
    """The hooks are the commands of `make lint types`, in their order."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    commands = [hook["entry"].replace(" --force-exclude", "") for hook in hooks]
    lines = [line.removesuffix(" .") for line in make("-n", "lint", "types").stdout.splitlines()]
    assert [line for line in lines if line in commands] == commands
    assert [line for line in make("-n", "test").stdout.splitlines() if ".venv/bin" in line][:4] == [
        f"{command} ." if "ruff" in command else command for command in commands
    ]


def test_cleaning_leaves_data_alone(checkout: Path) -> None:
    """Even what looks like a cache among them."""
    assert make("clean", cwd=checkout).returncode == 0
    assert not (checkout / ".venv").exists()
    assert not (checkout / "assets" / "__pycache__").exists()
    assert (checkout / ".data" / "lake" / "__pycache__").exists()


def test_the_script_of_ci_is_sound_and_ends_in_the_tests() -> None:
    """Its last line of output has to be that of pytest."""
    script = ROOT / ".ci" / "run"
    subprocess.run(["bash", "-n", script], check=True)  # noqa: S607
    assert script.read_text().splitlines()[-1] == "exec make test"
