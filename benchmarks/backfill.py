"""What a backfill costs beyond its runs: wall and CPU of the whole, beside the sum of the runs it is made of.

Real runs through the real daemon, code server and webserver, with the shipped dagster.yaml, on an embedded Postgres and
the sandbox: a month of three feeds, unless told otherwise.
"""

import argparse
import os
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
from dagster._core.storage.dagster_run import DagsterRunStatsSnapshot

from benchmarks.living import Living, cpu_s, instance_of, living, own_variables
from benchmarks.samples import generate
from resources.embedded import hold_postgres, hold_sandbox
from resources.environment import ROOT

FIRST = date(2026, 6, 1)
FEEDS = ("supplier_quotes", "deals", "supplier_messages")
ASSETS = ("documents", "chunks", "embeddings", "extractions", "deliveries")
OVER = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
HOURS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--documents", type=int, default=10, help="a partition")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="weir-backfill-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # as root the embedded server runs as another user
        hold_sandbox(ROOT)
        variables = own_variables(folder, hold_postgres(folder))
        os.environ.update(variables)
        keys = _stock(folder, options.days, options.documents)
        with living(folder, variables, quick={}) as alive:
            alive.start("code", "daemon", "webserver")
            alive.until(alive.serves)
            report(alive, keys, options.documents)


def _stock(folder: Path, days: int, documents: int) -> list[str]:
    """Other documents in each partition: the same bytes would be duplicates."""
    keys = []
    for number in range(days):
        day = (FIRST + timedelta(days=number)).isoformat()
        for feed in FEEDS:
            inbox = folder / "inbox" / feed / day
            inbox.mkdir(parents=True)
            for sample in generate(int(day.replace("-", "")), feed, documents):
                (inbox / sample.name).write_bytes(sample.content)
            keys.append(f"{day}|{feed}")
    return keys


def report(alive: Living, keys: list[str], documents: int) -> None:
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {len(keys)} partitions of {documents} documents\n")
    before, begun = _cpu(alive), time.monotonic()
    alive.backfill(ASSETS, keys)
    with instance_of(alive) as instance:
        alive.until(lambda: len(_ended(instance)) >= len(keys), limit_s=HOURS * 3600)
        wall_s, spent = time.monotonic() - begun, _cpu(alive)
        ended = _ended(instance)
        runs_s = sum(_took_s(instance, each) for each in ended)
    failed = sum(each.dagster_run.status != dg.DagsterRunStatus.SUCCESS for each in ended)
    runs_cpu, rest_cpu = (after - earlier for after, earlier in zip(spent, before, strict=True))
    cpu = runs_cpu + rest_cpu
    print(
        f"{len(ended)} runs, {failed} of them failed; each {runs_s / len(ended):.1f} s,"
        f" {runs_cpu / len(ended):.1f} CPU s\n"
        f"wall: {wall_s:.0f} s; its runs, two at a time: {runs_s / 2:.0f} s; {2 * wall_s / runs_s:.2f}x\n"
        f"CPU: {cpu:.0f} s; its runs: {runs_cpu:.0f} s; {cpu / runs_cpu:.2f}x"
    )


def _took_s(instance: dg.DagsterInstance, record: dg.RunRecord) -> float:
    """From its launch on: that a process starts and imports is the run's."""
    launched = instance.get_run_stats(record.dagster_run.run_id)
    assert isinstance(launched, DagsterRunStatsSnapshot)
    return (record.end_time or 0.0) - (launched.launch_time or record.start_time or 0.0)


def _ended(instance: dg.DagsterInstance) -> list[dg.RunRecord]:
    return list(instance.get_run_records(dg.RunsFilter(statuses=list(OVER))))


def _cpu(alive: Living) -> tuple[float, float]:
    """Of the runs, which are the code server's children; and of code server, daemon and webserver themselves."""
    own, runs = cpu_s(alive.parts["code"].pid)
    return runs, own + sum(sum(cpu_s(alive.parts[name].pid)) for name in ("daemon", "webserver"))


if __name__ == "__main__":
    main()
