"""What the standing checks look at: the whole ledger, the runs of the last days, and every feed's own limits."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from assets.partitions import Partition
from extraction.broken_feed import BrokenFeed
from extraction.limits import Checks
from extraction.manifest import read_manifest
from resources.alerts import ui_url
from resources.ledger import Ledger
from resources.ledger.conditions import Broken

JOB = "process_partition"
RUNS = 1_000  # that are looked at
DAYS = timedelta(days=14)


@dataclass
class Conditions:
    """What the standing checks look at; `feeds_dir` holds whose limits count."""

    ledger: Ledger
    feeds_dir: Path
    instance: dg.DagsterInstance | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def limits(self, feed: str) -> Checks:
        """A feed that does not load is judged by what is right for most."""
        try:
            return read_manifest(self.feeds_dir / feed / "feed.yaml").checks
        except BrokenFeed:
            return Checks()


def failed_runs(seen: Conditions) -> list[Broken]:
    """Partitions whose last run of these days failed; not those whose gate it looked at, which tells for itself."""
    if seen.instance is None:
        return []
    wanted = dg.RunsFilter(job_name=JOB, updated_after=seen.now - DAYS)
    last: dict[str, dg.RunRecord] = {}
    for record in seen.instance.get_run_records(wanted, limit=RUNS, order_by="id", ascending=False):
        if key := record.dagster_run.tags.get("dagster/partition"):
            last.setdefault(key, record)
    failed = {key: each for key, each in last.items() if each.dagster_run.status == dg.DagsterRunStatus.FAILURE}
    return [_broken(seen, key, record) for key, record in failed.items() if not _reached_its_gate(seen, key, record)]


def _reached_its_gate(seen: Conditions, key: str, record: dg.RunRecord) -> bool:
    partition = Partition.parse(key)
    release = seen.ledger.gate.state(partition.date, partition.feed)
    return release is not None and release.at.timestamp() >= (record.start_time or seen.now.timestamp())


def _broken(seen: Conditions, key: str, record: dg.RunRecord) -> Broken:
    partition = Partition.parse(key)
    for_s = seen.now.timestamp() - (record.end_time or seen.now.timestamp())
    why = f"its run failed: {ui_url()}/runs/{record.dagster_run.run_id}"
    return Broken(partition.feed, partition.date, why, for_s / 3600)
