"""The script itself, on a folder of two small wheels in place of an index."""

import fcntl
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.deploy.install_place import Ground

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(ground: Ground) -> Ground:
    """An environment that was installed from scratch, once for all."""
    done = ground.install()
    assert done.returncode == 0, done.stderr
    assert "installing 2 of 2 packages" in done.stdout
    return ground


def shebang_works(ground: Ground) -> str:
    return subprocess.check_output([ground.venv / "bin" / "weir_probe"], text=True, env={})


def test_console_scripts_run_and_find_the_project(built: Ground) -> None:
    """On a path with spaces and umlauts, from any folder, without a variable set."""
    assert shebang_works(built) == "weir_probe 1.0\n"
    program = "from importlib.util import find_spec; print(find_spec('pipeline_defs').origin)"
    found = subprocess.check_output([built.venv / "bin" / "python", "-I", "-c", program], text=True, cwd="/", env={})
    assert Path(found.strip()).parents[1] == Path(__file__).parents[2]


def test_the_second_run_does_nothing_and_says_nothing(built: Ground) -> None:
    """It is asked before every command."""
    done = built.install()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_was_cut_short_is_completed(built: Ground) -> None:
    """A package that pip left half done is installed again, the others are not touched."""
    whole, half = built.site / "weir_other.py", built.site / "weir_probe.py"
    before = whole.stat().st_ino
    (built.site / "weir_probe-1.0.dist-info" / "RECORD").unlink()
    half.write_text("")
    (built.venv / ".weir" / "stamp").unlink()
    done = built.install()
    assert "installing 1 of 2 packages" in done.stdout
    assert shebang_works(built) == "weir_probe 1.0\n"
    assert whole.stat().st_ino == before


def test_a_lost_network_is_one_sentence_and_nothing_is_lost(built: Ground) -> None:
    """No traceback; and once the index answers again, the installation ends where it would have."""
    (built.site / "weir_probe-1.0.dist-info" / "RECORD").unlink()
    (built.venv / ".weir" / "stamp").unlink()
    nowhere = {
        "PIP_NO_INDEX": "0",
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_FIND_LINKS": "",
        "PIP_RETRIES": "1",
    }
    done = built.install(**nowhere)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "weir: the package index cannot be reached" in done.stderr
    assert Path(done.stderr.rpartition("Log: ")[2].strip()).read_text()
    assert built.install().returncode == 0


def test_a_file_that_is_not_the_locks_is_never_installed(built: Ground, tmp_path: Path) -> None:
    """A hash that differs stops everything, and names the package."""
    lock = tmp_path / "requirements.lock"
    lock.write_text("weir_probe==1.0 --hash=sha256:" + "0" * 64 + "\n")
    (built.site / "weir_probe-1.0.dist-info" / "RECORD").unlink()
    done = built.install("--lock", str(lock))
    assert "another file for weir_probe==1.0" in done.stderr
    assert built.install().returncode == 0


def test_a_second_installation_waits_for_the_first(built: Ground) -> None:
    """Two commands started at once do not write into one environment; the second finds all done."""
    stamp = built.venv / ".weir" / "stamp"
    kept = stamp.read_text()
    stamp.unlink()
    with (built.venv / ".weir" / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = subprocess.Popen(built.command(), env=built.environ(), stdout=subprocess.PIPE, text=True)
        assert second.stdout
        assert "another installation is under way" in second.stdout.readline()
        stamp.write_text(kept)
    assert second.communicate(timeout=60)[0] == ""
    assert second.returncode == 0


def test_an_interruption_is_one_line(built: Ground) -> None:
    """Ctrl-C, or a polite kill: no traceback, and the way on."""
    (built.venv / ".weir" / "stamp").rename(built.venv / ".weir" / "kept")
    with (built.venv / ".weir" / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = subprocess.Popen(
            built.command(), env=built.environ(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert waiting.stdout
        waiting.stdout.readline()
        waiting.send_signal(signal.SIGTERM)
        out, err = waiting.communicate(timeout=60)
    (built.venv / ".weir" / "kept").rename(built.venv / ".weir" / "stamp")
    assert waiting.returncode == 130
    assert out == "weir: interrupted. What is installed stays; run this again to go on.\n"
    assert err == ""


def test_somebody_elses_folder_is_left_alone(ground: Ground, tmp_path: Path) -> None:
    """Not even our own notes are written into it."""
    theirs = ground.elsewhere(tmp_path)
    theirs.venv.mkdir()
    (theirs.venv / "diary").touch()
    done = theirs.install()
    assert done.returncode == 1
    assert "made by somebody else" in done.stderr
    assert os.listdir(theirs.venv) == ["diary"]


def test_too_small_a_disk_is_told_before_anything_is_made(ground: Ground, tmp_path: Path) -> None:
    """The folder stays empty."""
    small = ground.elsewhere(tmp_path)
    done = small.install("--space-gb", "1000000")
    assert "not enough disk space" in done.stderr
    assert os.listdir(small.venv) == [".weir"]
