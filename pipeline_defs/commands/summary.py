"""What happened, on one screen, and the one question behind the exit code: is all as it should be?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assets.partitions import Partition
from pipeline_defs.commands.links import Links
from resources.environment import Environment
from resources.ledger import Ledger
from resources.ledger.gate import Release
from resources.ledger.reports import Calls
from resources.sink.address import shown_url

COLUMNS = ("accepted", "review", "dead", "waiting", "pending", "duplicate")


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """One that did not pass; `blocks`, it kept the gate closed."""

    asset: str
    name: str
    sentence: str
    blocks: bool

    @property
    def word(self) -> str:
        return "failed check" if self.blocks else "warning"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one partition."""

    label: str
    partition: Partition
    bad: bool
    run_id: str
    counts: Mapping[str, int]
    delivered: int
    delivered_now: int
    gate: Release | None
    failed_checks: Sequence[FailedCheck]
    error: str | None

    @property
    def gate_is_open(self) -> bool:
        return self.gate is not None and self.gate.state == "open"

    def problems(self) -> list[str]:
        """What is not as it should be; a closed gate of the bad documents is."""
        found = [] if self.error is None else [self.error]
        undecided = self.counts.get("pending", 0) + self.counts.get("waiting", 0)
        if undecided:
            found.append(f"{undecided} documents have no verdict")
        if not self.bad and not self.gate_is_open:
            found.append(f"the gate is closed: {self.gate.reason if self.gate else 'no check has looked'}")
        return found


@dataclass(frozen=True, slots=True)
class Summary:
    outcomes: Sequence[Outcome]
    calls: Calls
    seconds: tuple[float | None, float | None]
    delivery: str
    took_s: float

    @property
    def exit_code(self) -> int:
        return 1 if any(outcome.problems() for outcome in self.outcomes) else 0

    def text(self, links: Links | None) -> str:
        lines = ["", *self._table(), "", *self._totals(), "", *self._checks()]
        if links:
            lines += ["", *links.lines(self.outcomes)]
        return "\n".join(lines)

    def _table(self) -> list[str]:
        width = max([len(outcome.label) for outcome in self.outcomes] + [len("partition")])
        head = f"{'partition':{width}}  " + "  ".join(f"{name:>9}" for name in COLUMNS) + "  delivered  gate"
        return [head, *(self._row(outcome, width) for outcome in self.outcomes)]

    def _row(self, outcome: Outcome, width: int) -> str:
        numbers = "  ".join(f"{outcome.counts.get(name, 0):9}" for name in COLUMNS)
        gate = outcome.gate.state if outcome.gate else "closed"
        return f"{outcome.label:{width}}  {numbers}  {outcome.delivered:9}  {gate}"

    def _totals(self) -> list[str]:
        calls, (p50, p99) = self.calls, self.seconds
        delivered_now = sum(outcome.delivered_now for outcome in self.outcomes)
        if not calls.calls and not delivered_now:
            return ["Everything was current: no model was asked anything, nothing was delivered again."]
        return [
            f"delivered now: {delivered_now} records to {self.delivery}",
            f"LLM: {calls.calls} calls, {calls.fallbacks} fallbacks, {calls.failed} failed, "
            f"{calls.input_tokens:,} tokens in, {calls.output_tokens:,} out, {calls.cost_usd:.4f} USD",
            f"a document took {_seconds(p50)} (p50), {_seconds(p99)} (p99); all of it {self.took_s:.0f} s",
        ]

    def _checks(self) -> list[str]:
        lines = []
        for outcome in self.outcomes:
            for check in outcome.failed_checks:
                hint = " - as it should: this is what a failed check looks like" if outcome.bad and check.blocks else ""
                said = "" if check.blocks else f": {check.sentence}"
                lines.append(f"{check.word}: {check.name} of {outcome.label}{hint}{said}")
            lines += [f"PROBLEM: {outcome.partition.key}: {problem}" for problem in outcome.problems()]
        return lines or ["every check passed"]


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f} s"


def summarize(ledger: Ledger, environment: Environment, outcomes: Sequence[Outcome], took_s: float) -> Summary:
    run_ids = [outcome.run_id for outcome in outcomes]
    return Summary(
        outcomes,
        ledger.reports.calls(run_ids),
        ledger.reports.document_seconds(run_ids),
        shown_url(environment.delivery_url),
        took_s,
    )
