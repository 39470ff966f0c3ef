"""A backfill through the real daemon while its parts are killed: it completes after restart, and pays at most twice.

Seeded; NIGHT_KILLS asks for more deaths (make test-night).
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import dagster as dg
import pytest

from benchmarks.living import Living, instance_of, living
from resources.ledger.worker import WORKER_TAG
from tests.elsewhere import Elsewhere, a_project_in

FEED = "delivery_notes"
DAYS = [f"2026-11-{day:02}" for day in (16, 17, 18, 19, 20)]
NOTES = 6  # a day
KILLS = int(os.environ.get("NIGHT_KILLS", "2"))
ASSETS = ("documents", "chunks", "embeddings", "extractions", "deliveries")
OPEN = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
IN_WORK = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]


@pytest.fixture
def project(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    with a_project_in(tmp_path, database_url) as opened:
        yield opened


@pytest.fixture
def alive(project: Elsewhere) -> Iterator[Living]:
    with living(project.folder, project.variables) as opened:
        opened.start("code", "daemon", "webserver")
        opened.until(opened.serves)
        yield opened


def stock(project: Elsewhere) -> None:
    for day in DAYS:
        folder = project.folder / "inbox" / FEED / day
        folder.mkdir(parents=True)
        for number in range(NOTES):
            (folder / f"{number}.txt").write_text(f"Note number: DN-{day}-{number}\nDelivered on: {day}\n")


def probes(alive: Living) -> list[list[str]]:
    return [
        ["dagster", "api", "grpc-health-check", "-p", str(alive.code_port)],
        ["dagster._daemon", "liveness-check"],
    ]


def probe(alive: Living, *command: str) -> int:
    """How a container's probe ends."""
    return subprocess.run(
        [sys.executable, "-m", *command], env=alive.variables, capture_output=True, check=False
    ).returncode


def runs(instance: dg.DagsterInstance, statuses: list[dg.DagsterRunStatus] | None = None) -> list[dg.RunRecord]:
    return list(instance.get_run_records(dg.RunsFilter(statuses=statuses)))


def workers(instance: dg.DagsterInstance) -> list[int]:
    named = [each.dagster_run.tags.get(WORKER_TAG, "") for each in runs(instance, OPEN)]
    return [int(name.split()[1]) for name in named if name]


def kill(alive: Living, instance: dg.DagsterInstance, what: str) -> None:
    """A worker is a run's process and its steps; the machine is everything at once."""
    if what in ("worker", "machine"):
        for pid in workers(instance):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    dead = {"worker": (), "machine": ("code", "daemon", "webserver")}.get(what, (what,))
    alive.kill(*dead)
    alive.start(*dead)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_backfill_goes_oldest_first_and_two_at_a_time_whatever_is_killed(project: Elsewhere, alive: Living) -> None:
    """Every note is delivered once, no run is left in work, no slot is left taken."""
    stock(project)
    project.provider.pause_s = 0.2
    dice = random.Random(20261120)
    deaths = [dice.choice(("worker", "code", "machine", "daemon", "webserver")) for _ in range(KILLS)]
    deaths[:2] = ["worker", "machine"]
    most = 0
    with instance_of(alive) as instance:
        alive.until(lambda: bool(instance.get_daemon_statuses()["BACKFILL"].last_heartbeat))
        assert [probe(alive, *command) for command in probes(alive)] == [0, 0], "the probes of docs/operations.md"
        alive.backfill(ASSETS, [f"{day}|{FEED}" for day in DAYS])
        for what in deaths:
            alive.until(lambda: bool(workers(instance)) or _is_over(instance))
            instant = time.monotonic() + dice.uniform(0, 6)
            while time.monotonic() < instant:
                most = max(most, len(runs(instance, IN_WORK)))
                time.sleep(0.05)
            for record in runs(instance, IN_WORK):  # a slot that its step held when it died
                instance.event_log_storage.claim_concurrency_slot("own", record.dagster_run.run_id, "step")
            kill(alive, instance, what)
        alive.until(lambda: _is_over(instance), limit_s=600)
        alive.until(lambda: not instance.event_log_storage.get_concurrency_run_ids(), limit_s=60)
        begun = [each.dagster_run.tags["dagster/partition"] for each in reversed(runs(instance)) if each.start_time]
    first = list(dict.fromkeys(begun))
    assert first == sorted(first), "oldest first"
    assert most <= 2, "two at a time"
    subjects = [event["subject"] for event in project.delivered()]
    assert len(subjects) == len(set(subjects)) == NOTES * len(DAYS)
    paid_twice = project.provider.asked - NOTES * len(DAYS)
    assert paid_twice <= 2 * NOTES * len([each for each in deaths if each in ("worker", "machine")]), paid_twice
    print(  # noqa: T201 - what a longer run found
        f"{deaths}: {len(begun)} runs for {len(DAYS)} partitions, {paid_twice} questions asked twice"
    )


def _is_over(instance: dg.DagsterInstance) -> bool:
    done = {each.dagster_run.tags["dagster/partition"] for each in runs(instance, [dg.DagsterRunStatus.SUCCESS])}
    return len(done) == len(DAYS) and not runs(instance, OPEN)
