"""`make demo` and `make run` as their users meet them: as processes, by what they print and how they end."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from assets.partitions import Partition
from pipeline_defs.commands.samples import DAY, SampleSet, put_into_inbox, sample_sets
from pipeline_defs.commands.summary import Outcome, Summary
from resources.environment import ROOT, Environment
from resources.ledger.gate import Release
from resources.ledger.reports import Calls

NOTHING = Calls(0, 0, 0, 0, 0, 0, 0, Decimal(0), None, None)


@pytest.fixture
def variables(tmp_path: Path, database_url: str) -> dict[str, str]:
    """A project of the test's own, answered by the sandbox."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_BASE_URL"))}
    own = {
        "DATABASE_URL": database_url,
        "LAKE_URI": str(tmp_path / "lake"),
        "INBOX_URI": str(tmp_path / "inbox"),
        "DELIVERY_URL": str(tmp_path / "delivered"),
    }
    return {**kept, **own}


def command(*arguments: str, variables: dict[str, str], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline_defs", *arguments],
        env=variables,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def test_the_demo_twice(variables: dict[str, str], tmp_path: Path) -> None:
    """Every document gets a verdict and every gate that should be open is; again costs and delivers nothing."""
    first = command("demo", variables=variables)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "bad documents, on purpose" in first.stdout
    assert "this is what a failed check looks like" in first.stdout
    lines = sum(len(file.read_bytes().splitlines()) for file in (tmp_path / "delivered").iterdir())
    assert f"delivered now: {lines} records" in first.stdout
    again = command("demo", variables=variables, cwd=tmp_path)  # from any working directory
    assert again.returncode == 0, again.stdout + again.stderr
    assert "no model was asked anything, nothing was delivered again" in again.stdout
    assert sum(len(file.read_bytes().splitlines()) for file in (tmp_path / "delivered").iterdir()) == lines


def test_a_port_in_use_is_one_sentence(variables: dict[str, str]) -> None:
    """Told before anything is done."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = command("run", "--port", str(port), variables=variables)
    assert ended.returncode == 1
    assert ended.stderr.strip() == (
        f"weir: Port {port} on 127.0.0.1 is in use: stop what uses it, or choose another with PORT={port + 1}."
    )


def test_a_database_that_cannot_be_reached_is_one_sentence(variables: dict[str, str]) -> None:
    """No traceback, no password."""
    ended = command("demo", variables={**variables, "DATABASE_URL": "postgresql://ada:geheim@127.0.0.1:1/x"})
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "geheim" not in ended.stderr
    assert ended.stderr.strip().splitlines()[-1].startswith("weir: The database at postgresql://ada:***@127.0.0.1:1/x")


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def deaf_run(variables: dict[str, str], free_port: int, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`run`, started as a shell starts what it puts into the background: with signals ignored."""
    script = f"trap '' INT TERM HUP; exec {sys.executable!r} -m pipeline_defs run --port {free_port}"
    with (tmp_path / "out").open("wb") as out:
        process = subprocess.Popen(["/bin/sh", "-c", script], env=variables, cwd=ROOT, stdout=out, stderr=out)
    yield process
    if process.poll() is None:
        process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_stops_all_it_started_also_when_signals_were_ignored(
    deaf_run: subprocess.Popen[bytes], tmp_path: Path, number: signal.Signals
) -> None:
    """CI and background jobs hand down ignored signals; Ctrl-C must end it all the same."""
    until(lambda: b"Ctrl-C stops it" in (tmp_path / "out").read_bytes() or deaf_run.poll() is not None)
    assert deaf_run.poll() is None, (tmp_path / "out").read_text()
    started = children(deaf_run.pid)
    assert started
    deaf_run.send_signal(number)
    assert deaf_run.wait(40) == 0
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started))


def children(pid: int) -> list[int]:
    """Every process below this one."""
    direct = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return direct + [below for child in direct for below in children(child)]


def until(done: Callable[[], bool], limit_s: float = 90) -> None:
    deadline = time.monotonic() + limit_s
    while not done():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


def environment(tmp_path: Path, **changed: str) -> Environment:
    return Environment.read({"INBOX_URI": str(tmp_path / "inbox"), **changed}, ROOT)


def test_samples_are_put_into_the_inbox_once(tmp_path: Path) -> None:
    """A file that lies there unchanged keeps its mark, so that nobody reads it again."""
    [samples] = [each for each in sample_sets(environment(tmp_path)) if each.partition == Partition(DAY, "deals")]
    assert put_into_inbox(environment(tmp_path), samples) == len(list(samples.files()))
    assert put_into_inbox(environment(tmp_path), samples) == 0


def test_a_damaged_sample_is_put_there_again(tmp_path: Path) -> None:
    """The demo shows the same day whatever was done to its inbox."""
    folder = tmp_path / "samples"
    folder.mkdir()
    (folder / "a.txt").write_text("one")
    samples = SampleSet(Partition(DAY, "deals"), folder, bad=False)
    put_into_inbox(environment(tmp_path), samples)
    (tmp_path / "inbox" / "deals" / DAY / "a.txt").write_text("two")
    assert put_into_inbox(environment(tmp_path), samples) == 1


def outcome(bad: bool = False, state: str = "open", **counts: int) -> Outcome:
    gate = Release(state, "checks", "why", datetime(2026, 11, 19, tzinfo=UTC))  # type: ignore[arg-type]
    return Outcome("label", Partition(DAY, "deals"), bad, "run", counts, 1, 0, gate, (), None)


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (outcome(accepted=3, review=1, dead=1), 0),
        (outcome(accepted=3, waiting=1), 1),
        (outcome(accepted=3, pending=1), 1),
        (outcome(state="closed", accepted=3), 1),
        (outcome(bad=True, state="closed", review=3), 0),
    ],
)
def test_the_exit_code_says_whether_all_is_as_it_should_be(found: Outcome, code: int) -> None:
    """Every document has a verdict, every gate that should be open is; bad documents may close theirs."""
    assert Summary([found], NOTHING, (None, None), "here", 1.0).exit_code == code


def test_a_quiet_summary_says_so() -> None:
    """Nothing asked, nothing delivered: in words, not in zeros."""
    text = Summary([outcome(accepted=3)], NOTHING, (None, None), "here", 1.0).text(None)
    assert "no model was asked anything, nothing was delivered again" in text
