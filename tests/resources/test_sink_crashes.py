"""kill -9 at any instant: every event is in the file exactly once, and every line is whole."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from resources.sink.event import as_line
from tests.resources.sink_parts import FEED, event, ids

COUNT = 40
KILLS = 6
ROOT = Path(__file__).parents[2]
LENGTH = sum(len(as_line(FEED, event(number))) for number in range(COUNT))


def start(folder: Path, bytes_to_live: int) -> subprocess.Popen[str]:
    """A process that publishes all events from the first on; it waits for `go`, its imports done."""
    command = [sys.executable, "-m", "tests.resources.sink_child", str(folder), str(COUNT), str(bytes_to_live)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def go(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.write("go\n")
    child.stdin.flush()


def kill_after(child: subprocess.Popen[str], batches: int) -> None:
    """Kill it once it has published so many batches: somewhere in the one after."""
    assert child.stdout is not None
    for _ in range(batches):
        child.stdout.readline()
    child.kill()
    child.communicate()


def finish(folder: Path) -> None:
    child = start(folder, -1)
    go(child)
    child.communicate()
    assert child.returncode == 0


@pytest.mark.parametrize("seed", range(3))
def test_killed_in_the_middle_of_a_write(tmp_path: Path, seed: int) -> None:
    """Each process dies after a seeded number of bytes, the next begins from the first event."""
    seeded = random.Random(seed)
    for _ in range(KILLS - 1):
        child = start(tmp_path, seeded.randrange(LENGTH // KILLS))
        go(child)
        child.communicate()
        assert child.returncode == -9
    finish(tmp_path)
    assert ids(tmp_path) == [f"event-{number}" for number in range(COUNT)]


@pytest.mark.parametrize("seed", range(3))
def test_killed_anywhere_while_others_publish(tmp_path: Path, seed: int) -> None:
    """Three at once on one file, two of them killed, one in a write and one wherever it is."""
    seeded = random.Random(seed)
    children = [start(tmp_path, -1), start(tmp_path, -1), start(tmp_path, seeded.randrange(LENGTH // 4))]
    for child in children:
        go(child)
    kill_after(children[0], seeded.randrange(8))
    for child in children[1:]:
        child.communicate()
    assert children[1].returncode == 0
    finish(tmp_path)
    assert ids(tmp_path) == [f"event-{number}" for number in range(COUNT)]
