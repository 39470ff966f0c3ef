"""A few processes side by side."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.environment.crew import Crew, Job, JobFailed
from deploy.environment.fetching import hands

WAIT_FOR_A_FILE = "import os, sys, time\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.01)"


@pytest.fixture
def held(tmp_path: Path) -> Iterator[int]:
    with (tmp_path / "lock").open("w") as file:
        yield file.fileno()


def job(folder: Path, name: str, program: str, *arguments: str) -> Job:
    return Job([sys.executable, "-I", "-c", program, *arguments], os.environ, folder / f"{name}.txt")


def nap() -> None:
    time.sleep(0.01)


def test_every_job_is_done(tmp_path: Path, held: int) -> None:
    """Each has its output in its own file."""
    jobs = [job(tmp_path, f"j{number}", f"print({number})") for number in range(4)]
    Crew(2, held, nap).run(jobs)
    assert [j.output.read_text() for j in jobs] == ["0\n", "1\n", "2\n", "3\n"]


def test_no_more_run_at_once_than_there_are_hands(tmp_path: Path, held: int) -> None:
    """The third begins when one of the two before it has ended."""
    gate = str(tmp_path / "gate")
    jobs = [job(tmp_path, name, WAIT_FOR_A_FILE, gate) for name in "abc"]
    begun: list[int] = []

    def look() -> None:
        begun.append(sum(j.output.exists() for j in jobs))
        Path(gate).touch()
        nap()

    Crew(2, held, look).run(jobs)
    assert begun[0] == 2
    assert all(j.output.exists() for j in jobs)


def test_a_failure_ends_the_others_and_carries_what_was_said(tmp_path: Path, held: int) -> None:
    """Nobody goes on working for an installation that has failed."""
    endless = job(tmp_path, "endless", WAIT_FOR_A_FILE, str(tmp_path / "never"))
    failing = job(tmp_path, "failing", "print('no such thing'); raise SystemExit(3)")
    with pytest.raises(JobFailed) as failed:
        Crew(2, held, nap).run([endless, failing])
    assert failed.value.job is failing
    assert "no such thing" in failed.value.output


def test_an_interruption_ends_all(tmp_path: Path, held: int) -> None:
    """Ctrl-C leaves no process behind."""
    noted = tmp_path / "pid"
    program = f"import os\nopen({str(noted)!r}, 'w').write(str(os.getpid()))\n{WAIT_FOR_A_FILE}"
    with pytest.raises(KeyboardInterrupt):
        Crew(1, held, interrupt_when(lambda: noted.exists() and noted.read_text() != "")).run(
            [job(tmp_path, "endless", program, str(tmp_path / "never"))]
        )
    with pytest.raises(ProcessLookupError):
        os.kill(int(noted.read_text()), 0)


def interrupt_when(ready: Callable[[], bool]) -> Callable[[], None]:
    def meanwhile() -> None:
        if ready():
            raise KeyboardInterrupt
        nap()

    return meanwhile


def test_what_is_held_is_held_by_every_process(tmp_path: Path, held: int) -> None:
    """A process that outlives us keeps the lock, so that the next installation waits for it."""
    Crew(1, held, nap).run([job(tmp_path, "asks", f"import os; print(os.fstat({held}).st_ino)")])
    assert int((tmp_path / "asks.txt").read_text()) == os.fstat(held).st_ino


@pytest.mark.parametrize(("cores", "expected"), [(None, 2), (1, 2), (2, 2), (3, 3), (64, 4)])
def test_hands_follow_the_cores_within_bounds(cores: int | None, expected: int) -> None:
    """Never one pip alone, never a crowd."""
    assert hands(cores) == expected
