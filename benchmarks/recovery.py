"""What becomes of ten thousand documents: a twentieth cannot be read, a twentieth never validates, a twentieth meets an
outage of every provider, and the run itself is killed in the middle; beside a retry loop over documents hurt alike.

Real runs as processes of their own, an embedded Postgres, the sandbox with faults, a real webserver asked by GraphQL.
Exit code 1 where ledger, UI and sink do not add up, or a document is left without a verdict.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from benchmarks.casualties import FEED, MARK, SHARE, Mixture, put
from benchmarks.living import own_variables
from benchmarks.processes import Cost
from benchmarks.provider import Provider, Rule, running
from benchmarks.shown import Shown, shown
from resources.embedded import hold_postgres
from resources.environment import ROOT
from resources.ledger.connections import connect

HURT, DARK, OTHERS, OTHERS_DARK = "2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04"
NONSENSE: Rule = {"kind": "invalid_json", "name": "nonsense", "text": MARK, "how": "prose"}
OUTAGE: Rule = {"kind": "status", "name": "outage", "status": 503}
KILLED_AT = 0.3  # of the documents decided
LEFT_ALONE_S = 20.0  # after which a breaker lets somebody look again
TRIES = 6
LLM = """
endpoints:
  - {{name: east, provider: openai, model: east-model-1, base_url: "{east}",
      price: {{input_usd_per_mtok: 1, output_usd_per_mtok: 2}}}}
  - {{name: west, provider: openai, model: west-model-1, base_url: "{west}",
      price: {{input_usd_per_mtok: 2, output_usd_per_mtok: 4}}}}
  - {{name: vectors, provider: openai, model: vectors-model-1, base_url: "{east}", capabilities: {{embeddings: true}},
      price: {{input_usd_per_mtok: 1, output_usd_per_mtok: 0}}}}
routes:
  - {{task: extract, steps: [{{endpoint: east}}, {{endpoint: west}}], deadline_s: 20}}
embedding: {{steps: [{{endpoint: vectors}}]}}
"""


@dataclass(frozen=True, slots=True)
class Bench:
    folder: Path
    database: str
    provider: Provider

    @property
    def variables(self) -> dict[str, str]:
        own = own_variables(self.folder, self.database)
        return {**own, "LLM_CONFIG": str(self.folder / "llm.yaml"), "DAGSTER_HOME": str(ROOT)}

    def inbox(self, day: str) -> Path:
        return self.folder / "inbox" / FEED / day

    def run(self, day: str, killed_at: int | None = None) -> Cost:
        """A run of the partition to its end, or until so many of its documents are decided, when it is killed."""
        command = [sys.executable, "-m", "dagster", "asset", "materialize", "-m", "pipeline_defs.definitions"]
        command += ["--select", "group:pipeline", "--partition", f"{day}|{FEED}"]
        begun = monotonic()
        with (self.folder / f"run-{day}.log").open("ab") as log:
            process = subprocess.Popen(
                command, env=self.variables, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
            if killed_at is not None:
                self._kill(process, day, killed_at)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if not self.has_ledger:
            sys.exit(f"the run did not begin:\n{(self.folder / f'run-{day}.log').read_text(errors='replace')[-3000:]}")
        return Cost(used.ru_utime + used.ru_stime, monotonic() - begun, used.ru_maxrss / 1024)

    def _kill(self, process: "subprocess.Popen[bytes]", day: str, after: int) -> None:
        while self.decided(day) < after and not _has_ended(process.pid):
            sleep(0.5)
        os.killpg(process.pid, signal.SIGKILL)

    def bare(self, day: str, count: int) -> dict[str, float]:
        command = [sys.executable, "-m", "benchmarks.bare", "sdk", str(self.inbox(day)), "--count", str(count)]
        command += ["--url", f"{self.provider.url}/east", "--feed", str(ROOT / "feeds" / FEED)]
        done = subprocess.run(command, env=self.variables, cwd=ROOT, capture_output=True, text=True, check=True)
        counts: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
        return counts

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with connect(self.database) as connection:
            return connection.execute(query.encode(), values).fetchall()

    @property
    def has_ledger(self) -> bool:
        return bool(self.rows("select to_regclass('weir.documents') is not null")[0][0])

    def decided(self, day: str) -> int:
        if not self.has_ledger:
            return 0
        query = "select count(*) from weir.documents where date = %s and status in ('accepted', 'review')"
        return int(self.rows(query, day)[0][0])

    def statuses(self, day: str) -> dict[str, int]:
        query = "select status, count(*) from weir.documents where feed = %s and date = %s group by 1 order by 1"
        return {status: int(number) for status, number in self.rows(query, FEED, day)}

    def fates(self, day: str) -> dict[str, dict[str, int]]:
        """What became of each kind of document: a status, or of the dead their cause."""
        query = """
            select case when place like '%%/form-%%' then 'never validate'
                        when place like '%%/broken-%%' then 'unreadable'
                        when place like '%%/without-end-%%' then 'cost their reader' else 'the others' end,
                   case status when 'dead' then 'dead: ' || cause else status end, count(*)
            from weir.documents where feed = %s and date = %s group by 1, 2 order by 1, 3 desc"""
        found: dict[str, dict[str, int]] = {}
        for kind, fate, number in self.rows(query, FEED, day):
            found.setdefault(kind, {})[fate] = int(number)
        return found


def _has_ended(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def through_it(bench: Bench, count: int) -> None:
    """The day with the hurt ones, killed once; then the day of the outage, and the day after it."""
    hurt = count // SHARE
    mixture, dark = Mixture.of(count - hurt, hurt), Mixture(0, 0, hurt)
    put(bench.inbox(HURT), mixture, seed=501)
    put(bench.inbox(DARK), dark, seed=502)
    bench.provider.strike([NONSENSE])
    killed = bench.run(HURT, killed_at=int(mixture.well * KILLED_AT))
    _say("killed in the middle", killed, bench, HURT)
    _say("run again", bench.run(HURT), bench, HURT)
    bench.provider.also([OUTAGE])
    _say("every provider is down", bench.run(DARK), bench, DARK)
    bench.provider.strike([NONSENSE])
    for _ in range(TRIES):
        sleep(LEFT_ALONE_S)
        _say("they are back", bench.run(DARK), bench, DARK)
        if not _open(bench.statuses(DARK)):
            break


def _open(statuses: Mapping[str, int]) -> int:
    return statuses.get("pending", 0) + statuses.get("waiting", 0)


def _say(what: str, cost: Cost, bench: Bench, day: str) -> None:
    told = ", ".join(f"{number} {status}" for status, number in bench.statuses(day).items())
    print(f"  {day} {what:24} {cost.wall_s:7.1f} s wall {cost.cpu_s:7.1f} CPU s   {told}", flush=True)


def the_other_side(bench: Bench, count: int) -> None:
    """A retry loop meets the same: what it does not get it has lost, and what it has is kept nowhere."""
    hurt = count // SHARE
    days: list[tuple[str, Mixture, list[Rule]]] = [
        (OTHERS, Mixture(hurt, hurt, count - 3 * hurt), [NONSENSE]),
        (OTHERS_DARK, Mixture(0, 0, hurt), [NONSENSE, OUTAGE]),
    ]
    for day, mixture, rules in days:
        put(bench.inbox(day), mixture, seed=int(day[-1]) + 600)
        for file in bench.inbox(day).glob("without-end*"):
            file.unlink()  # it would not come to its end
        bench.provider.strike(rules)
        counts = bench.bare(day, mixture.total)
        told = ", ".join(f"{counts[name]:.0f} {name}" for name in ("answered", "lost", "unreadable"))
        each_ms = counts["cpu_s"] / mixture.total * 1e3
        print(f"  a retry loop, {mixture.total} documents: {told}; {each_ms:.1f} CPU ms each", flush=True)


def adds_up(bench: Bench, ui: Shown, day: str, count: int) -> bool:
    """Ledger, UI and sink say the same of a day; each document is somewhere, and each dead one has its cause."""
    statuses, partition = bench.statuses(day), f"{day}|{FEED}"
    shown = {name: ui.numbers(name, partition) for name in ("extractions", "deliveries")}
    delivered = Counter(line["subject"] for line in _lines(bench) if line["partitiondate"] == day)
    letters = bench.rows("select count(*) from weir.dead_letters where date = %s and resolved_at is null", day)[0][0]
    items = bench.rows("select count(*) from weir.review_items where date = %s and resolved_at is null", day)[0][0]
    accepted, review, dead = (statuses.get(status, 0) for status in ("accepted", "review", "dead"))
    rows = {
        "each has a verdict": (accepted + review + dead, count),
        "each dead one a letter with its cause": (letters, dead),
        "each that needs a person an item": (items, review),
        "accepted, in the UI": (shown["extractions"].get("accepted"), accepted),
        "in review, in the UI": (shown["extractions"].get("review"), review),
        "dead, in the UI": (shown["extractions"].get("dead"), dead),
        "published, in the UI": (shown["deliveries"].get("published"), accepted),
        "documents in the sink": (len(delivered), accepted),
        "lines in the sink": (delivered.total(), accepted),
    }
    print(f"\n{day}: {accepted} accepted, {review} in review, {dead} dead")
    for kind, fates in bench.fates(day).items():
        print(f"  {kind:20} {', '.join(f'{number} {fate}' for fate, number in fates.items())}")
    for what, (found, wanted) in rows.items():
        print(f"  {what:40} {found!s:>7} of {wanted:>7}{'' if found == wanted else '   DOES NOT ADD UP'}")
    print(f"  checks that fail: {', '.join(ui.failed_checks('extractions')) or 'none'}", flush=True)
    return all(found == wanted for found, wanted in rows.values())


def _lines(bench: Bench) -> list[dict[str, Any]]:
    file = bench.folder / "delivered" / f"{FEED}.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def report(bench: Bench, count: int, bare: int) -> bool:
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {count} documents of {FEED}\n", flush=True)
    hurt = count // SHARE
    begun = monotonic()
    through_it(bench, count)
    print(f"  {monotonic() - begun:.0f} s in all, breakers' rest included\n")
    the_other_side(bench, bare)
    with shown(bench.folder, bench.variables) as ui:
        return all([adds_up(bench, ui, HURT, count - hurt), adds_up(bench, ui, DARK, hurt)])


@contextmanager
def a_bench() -> Iterator[Bench]:
    """A project of the benchmark's own, with a database and a provider, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as name, running() as provider:
        folder = Path(name)
        folder.chmod(0o755)  # as root the embedded server runs as another user
        (folder / "llm.yaml").write_text(LLM.format(east=provider.at("east"), west=provider.at("west")))
        yield Bench(folder, hold_postgres(folder), provider)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--bare", type=int, default=1_000, help="documents for the other side")
    options = parser.parse_args()
    with a_bench() as bench:
        return 0 if report(bench, options.documents, min(options.bare, options.documents)) else 1


if __name__ == "__main__":
    sys.exit(main())
