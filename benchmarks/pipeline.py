"""What a run costs, and what a document costs, beside the least a document can cost, in one run of this command.

Real runs of all five assets with their checks, as processes of their own, on an embedded Postgres and the sandbox
without latency. CPU is that of the run's process alone, as the operating system counts it; the servers are not in it.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.processes import Cost, measure
from benchmarks.samples import generate
from resources.embedded import hold_postgres, hold_sandbox
from resources.environment import ROOT
from resources.ledger.connections import connect

DAYS = {100: "2026-01-01", 1_000: "2026-02-01", 10_000: "2026-03-01"}
EMPTY_DAYS = ("2026-04-01", "2026-04-02", "2026-04-03")


@dataclass(frozen=True, slots=True)
class Bench:
    """One project of the benchmark's own, in a folder that goes with it."""

    folder: Path
    feed: str
    database: str
    sandbox: str

    @property
    def variables(self) -> dict[str, str]:
        return {
            "DAGSTER_HOME": str(ROOT),
            "DATABASE_URL": self.database,
            "LAKE_URI": str(self.folder / "lake"),
            "INBOX_URI": str(self.folder / "inbox"),
            "DELIVERY_URL": str(self.folder / "delivered"),
        }

    def stock(self, day: str, count: int) -> None:
        """Generated documents of another seed for each day: no two partitions hold the same bytes."""
        folder = self.folder / "inbox" / self.feed / day
        folder.mkdir(parents=True)
        for sample in generate(int(day.replace("-", "")), self.feed, count):
            (folder / sample.name).write_bytes(sample.content)

    def run(self, day: str) -> Cost:
        command = [sys.executable, "-m", "dagster", "asset", "materialize", "-m", "pipeline_defs.definitions"]
        command += ["--select", "group:pipeline", "--partition", f"{day}|{self.feed}"]
        return measure(command, self.variables, self.folder / f"run-{day}.log")

    def bare(self, way: str, day: str, count: int) -> tuple[Cost, dict[str, float]]:
        log = self.folder / f"{way}.log"
        command = [sys.executable, "-m", "benchmarks.bare", way, str(self.folder / "inbox" / self.feed / day)]
        command += ["--count", str(count), "--url", self.sandbox, "--feed", str(ROOT / "feeds" / self.feed)]
        command += ["--lake", str(self.folder / "lake" / "tables"), "--database", self.database]
        cost = measure(command, self.variables, log)
        return cost, json.loads(log.read_text().strip().splitlines()[-1])

    def calls(self) -> int:
        with connect(self.database) as connection:
            row = connection.execute("select count(*) from weir.llm_calls where not cache_hit").fetchone()
        return int(row[0]) if row else 0

    def statuses(self, day: str) -> str:
        with connect(self.database) as connection:
            rows = connection.execute(
                "select status, count(*) from weir.documents where date = %s group by 1 order by 1", [day]
            ).fetchall()
        return ", ".join(f"{number} {status}" for status, number in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", choices=sorted(DAYS), default=sorted(DAYS))
    parser.add_argument("--feed", default="supplier_quotes")
    parser.add_argument("--bare", type=int, default=1_000, help="documents for the other side")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder:
        Path(folder).chmod(0o755)  # as root the embedded server runs as another user
        url = hold_postgres(Path(folder))
        report(Bench(Path(folder), options.feed, url, hold_sandbox(ROOT)), sorted(options.sizes), options.bare)


def report(bench: Bench, sizes: list[int], bare: int) -> None:
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, feed {bench.feed}\n")
    bench.run(EMPTY_DAYS[0])  # the first run migrates the ledger
    empty = [bench.run(day) for day in EMPTY_DAYS]
    fixed = median(cost.cpu_s for cost in empty)
    print(f"empty partition: {median(cost.wall_s for cost in empty):.1f} s wall, {fixed:.1f} CPU s (median of 3)\n")
    spent = {0: fixed}
    for size in sizes:
        spent[size] = _one_size(bench, size, spent)
    _the_other_side(bench, sizes, spent, min(bare, sizes[-1]))
    _again(bench, sizes, spent)


def further(spent: Mapping[int, float], size: int) -> float:
    """CPU seconds of each document beyond those of the next smaller run."""
    smaller = max(each for each in spent if each < size)
    return (spent[size] - spent[smaller]) / (size - smaller)


def _one_size(bench: Bench, size: int, spent: Mapping[int, float]) -> float:
    bench.stock(DAYS[size], size)
    cost = bench.run(DAYS[size])
    average = (cost.cpu_s - spent[0]) / size
    each = further({**spent, size: cost.cpu_s}, size)
    print(
        f"{size:6} documents: {cost.wall_s:6.1f} s wall, {cost.cpu_s:6.1f} CPU s, peak {cost.peak_mb:.0f} MB; CPU ms a "
        f"document {average * 1e3:5.2f} on average, {each * 1e3:5.2f} each further one ({bench.statuses(DAYS[size])})",
        flush=True,
    )
    return cost.cpu_s


def _the_other_side(bench: Bench, sizes: list[int], spent: Mapping[int, float], count: int) -> None:
    size = next(each for each in sizes if each >= count)
    ours = (spent[size] - spent[0]) / size
    print(f"\nthe same documents without a pipeline ({count} of them), and how often that goes into ours at {size}:")
    for way in ("floor", "sdk", "pydantic-ai"):
        cost, seen = bench.bare(way, DAYS[size], count)
        each = seen["cpu_s"] / count
        print(
            f"  {way:12} {each * 1e3:6.2f} CPU ms a document, peak {cost.peak_mb:.0f} MB, "
            f"{seen['answered']:.0f} answered, {seen['lost']:.0f} lost: ours is {ours / each:.2f}x on average, "
            f"{further(spent, size) / each:.2f}x each further one",
            flush=True,
        )


def _again(bench: Bench, sizes: list[int], spent: Mapping[int, float]) -> None:
    if {100, 1_000, 10_000} <= set(spent):
        print(f"\neach further document from 1,000 to 10,000 costs {_growth(spent):.2f}x one from 100 to 1,000")
    size = 1_000 if 1_000 in sizes else sizes[0]
    before, again = bench.calls(), bench.run(DAYS[size])
    print(
        f"second run at {size}: {again.cpu_s:.1f} CPU s, {again.cpu_s / spent[size]:.1%} of the first; without the "
        f"fixed cost {(again.cpu_s - spent[0]) / (spent[size] - spent[0]):.1%}; {bench.calls() - before} LLM calls"
    )


def _growth(spent: Mapping[int, float]) -> float:
    return further(spent, 10_000) / further(spent, 1_000)


if __name__ == "__main__":
    main()
