"""A job may cost its worker and nothing else."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep

import pytest

from resources.environment import ROOT
from resources.workers import Died, Limit, TookTooLong, TookTooMuch, Workers
from tests.resources import workers_jobs as jobs


@pytest.fixture
def workers() -> Iterator[Workers]:
    with Workers(1, Limit(seconds=20, memory_mb=400)) as some:
        yield some


def test_an_outcome_comes_back_as_it_is(workers: Workers) -> None:
    """Values and errors cross the border; the process stays for the next job."""
    assert workers.run(jobs.add, 2, 3) == 5
    first = workers.run(jobs.whoami)
    with pytest.raises(LookupError, match="no luck"):
        workers.run(jobs.refuse, "luck")
    assert workers.run(jobs.whoami) == first != os.getpid()


def test_large_things_cross_the_border(workers: Workers) -> None:
    """More than any pipe holds at once, in both directions."""
    content = os.urandom(1 << 20) * 8
    assert workers.run(jobs.echo, content) == content


def test_a_job_that_hangs_is_ended() -> None:
    """Its time is over, it is told so, and the next job has a new process."""
    with Workers(1, Limit(seconds=0.4, memory_mb=400)) as workers:
        workers.run(jobs.add, 1, 1)
        begun = monotonic()
        with pytest.raises(TookTooLong, match=r"after 0\.4 s"):
            workers.run(jobs.hang)
        assert monotonic() - begun < 5
        assert workers.run(jobs.add, 1, 1) == 2


def test_signs_of_progress_give_a_job_more_time() -> None:
    """The limit is for one part: a document of many scanned pages takes what they take."""
    with Workers(1, Limit(seconds=0.6, memory_mb=400)) as workers:
        assert workers.run(jobs.plod, 5, 0.2, beats=True) == "arrived"
        with pytest.raises(TookTooLong):
            workers.run(jobs.plod, 1, 60.0, beats=True)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what a process allocates")
def test_a_job_that_takes_too_much_memory_is_ended(workers: Workers) -> None:
    """The machine keeps its memory, and the next job its process."""
    assert workers.run(jobs.grab, 100) == 100_000_000
    with pytest.raises(TookTooMuch, match="more than 400 MB"):
        workers.run(jobs.grab, 3_000)
    assert workers.run(jobs.add, 1, 1) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what a process allocates")
def test_memory_that_others_took_is_no_fact_about_the_job(workers: Workers) -> None:
    """A worker that has kept too much is replaced, and the job is done by a new one."""
    workers.run(jobs.keep, 250)
    assert workers.run(jobs.grab, 250) == 250_000_000


def test_a_job_that_crashes_is_told_by_its_signal(workers: Workers) -> None:
    """A fault in foreign code ends a worker, not the run."""
    with pytest.raises(Died, match="SIGSEGV"):
        workers.run(jobs.crash)
    with pytest.raises(Died, match="exit code 3"):
        workers.run(jobs.leave)
    assert workers.run(jobs.add, 1, 1) == 2


def test_a_worker_that_others_ended_is_no_fact_about_the_job(workers: Workers, tmp_path: Path) -> None:
    """The first time may be the system's doing: the job is tried once more."""
    assert workers.run(jobs.crash_once, str(tmp_path / "mark")) == "done"


def test_workers_are_no_more_than_was_said() -> None:
    """Many threads share a few processes, and each gets its own answer."""
    with Workers(2, Limit(20, 400)) as workers, ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda number: workers.run(jobs.add, number, 1), range(40))) == list(range(1, 41))
        assert len({workers.run(jobs.whoami) for _ in range(10)}) <= 2


def test_a_worker_knows_no_keys(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever takes a worker over by a document finds nothing to take away."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:secret@host/db")
    known = workers.run(jobs.variables)
    assert "PATH" in known
    assert not any("secret" in value for value in known.values())


def test_a_worker_does_not_outlive_its_master() -> None:
    """A run that is killed leaves no process behind."""
    script = (
        "from resources.workers import *; from tests.resources import workers_jobs as jobs\n"
        "workers = Workers(1, Limit(20, 400)); print(workers.run(jobs.whoami), flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    ) as master:
        assert master.stdout is not None
        worker = int(master.stdout.readline())
        master.send_signal(signal.SIGKILL)
        master.wait()
    until = monotonic() + 10
    while _is_alive(worker) and monotonic() < until:
        sleep(0.02)
    assert not _is_alive(worker)


def _is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
