"""What is done again: told before it is done, asked for in the ledger, and done by runs of the partitions it lies in.

A replay is a row first: whatever happens to the one who asked, the next run of the partition does it, under the same
leases and the same gate as everything else. A letter is resolved, an extraction kept as history, by the new verdict.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

import dagster as dg

from assets.partitions import Partition, days
from extraction.feed import BrokenFeed, feed_names, load_feed
from resources.environment import Environment
from resources.ledger import Ledger
from resources.ledger.replays import Replayable, Which

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Part:
    """What of a plan lies in one partition."""

    partition: Partition
    documents: Sequence[Replayable]

    @property
    def sentence(self) -> str:
        read = sum(each.unread for each in self.documents)
        approved = sum(each.approved for each in self.documents)
        parts = [
            f"{len(self.documents) - read} asked about again" if len(self.documents) > read else "",
            f"{read} read again" if read else "",
            f"{approved} of them approved by a person, who is asked where a model says otherwise" if approved else "",
        ]
        return f"{self.partition.key}: {', '.join(filter(None, parts))}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done again."""

    documents: Sequence[Replayable]

    def parts(self) -> Iterator[Part]:
        for key, some in groupby(self.documents, lambda each: Partition(each.date.isoformat(), each.feed)):
            yield Part(key, list(some))

    @property
    def cost_usd(self) -> Decimal:
        return sum((each.cost_usd for each in self.documents), Decimal(0))

    def sentences(self) -> Iterator[str]:
        yield from (part.sentence for part in self.parts())
        known = sum(each.asked for each in self.documents)
        asked = f", {known} of them asked for already" if known else ""
        yield (
            f"{len(self.documents)} documents{asked}" if self.documents else "No document with a verdict fits all that."
        )
        if self.cost_usd:
            yield f"they cost {self.cost_usd:.4f} USD so far"


def versions_now(environment: Environment, names: Sequence[str], tell: Tell) -> dict[str, tuple[str, str]]:
    """Schema and prompt version of each feed as it is; one that does not load is told and left as it is."""
    found = {}
    for name in names or feed_names(environment.feeds_dir):
        try:
            feed = load_feed(environment.feeds_dir / name)
        except BrokenFeed as broken:
            tell(f"left as it is: {broken}")
        else:
            found[name] = (feed.schema_version, feed.prompt_version)
    return found


def plan(ledger: Ledger, which: Which, outdated: bool, environment: Environment, tell: Tell) -> Plan:
    """The documents that are meant; those of partitions that there are no more are told."""
    if outdated:
        which = replace(which, current=versions_now(environment, which.feeds, tell))
    found = ledger.replays.find(which)
    there, names = [], set(feed_names(environment.feeds_dir))
    for each in found:
        if each.feed in names and days.has_partition_key(each.date.isoformat()):
            there.append(each)
        else:
            tell(f"left as it is: {each.place} ({each.date}|{each.feed} is no partition any more)")
    return Plan(there)


def replay(
    ledger: Ledger,
    planned: Plan,
    by: str,
    reason: str,
    run: Callable[[Partition], dg.ExecuteInProcessResult],
    tell: Tell,
) -> list[str]:
    """Ask for it all, then run partition after partition; the keys of those whose run failed."""
    ledger.replays.ask(planned.documents, by, reason)
    failed = []
    for part in planned.parts():
        tell(part.sentence)
        result = run(part.partition)
        if not result.success:
            failed.append(part.partition.key)
        tell(f"{part.partition.key}: {_became(ledger, part)}; run {result.run_id}")
    return failed


def _became(ledger: Ledger, part: Part) -> str:
    """How the documents stand after the run."""
    which = Which(ids=[each.place for each in part.documents], feeds=[part.partition.feed])
    counts: dict[str, int] = {}
    for each in ledger.replays.find(which):
        counts[each.status] = counts.get(each.status, 0) + 1
    return ", ".join(f"{number} {status}" for status, number in sorted(counts.items())) or "gone meanwhile"


def run_partition(
    partition: Partition, instance: dg.DagsterInstance, tags: dict[str, str]
) -> dg.ExecuteInProcessResult:
    """A run of the whole way, of its own, as anybody would start it."""
    from pipeline_defs.definitions import defs  # the definitions hold the job that calls this

    job = defs.resolve_job_def("process_partition")
    return job.execute_in_process(partition_key=partition.key, instance=instance, tags=tags, raise_on_error=False)
