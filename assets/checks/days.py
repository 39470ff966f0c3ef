"""The check that every day that ended was worked to its end, feed by feed: the night was not forgotten."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

import dagster as dg

from assets.checks.check import Check
from assets.checks.conditions import Conditions
from assets.checks.finding import OFFENDERS, Finding, hours
from assets.checks.standing import by_feed
from assets.partitions import ZONE, Partition
from extraction.feed import feed_names
from resources.environment import Environment
from resources.ledger import Ledger
from resources.ledger.conditions import Broken, Lasting

NIGHTLY = "nightly"  # the schedule
LATELY = 7  # days that are looked at
LAST = dg.AssetKey("deliveries")  # of the way: what made it made all before it
MADE = dg.DagsterEventType.ASSET_MATERIALIZATION

DAYS = Check(
    "every_day_is_worked_to_its_end",
    "deliveries",
    "Every day of the last week was worked after it had ended, for every feed, since there are nights.",
    "Is the schedule nightly on, and the daemon running (Deployment, Daemons)? Then materialize the partitions of the "
    "table; what was answered is not paid for again. A feed without a night: checks: {unworked_age_h: {warn: .inf, "
    "error: .inf}}.",
    limits="checks.unworked_age_h",
    standing=True,
)


def worked_days(seen: Conditions) -> Finding:
    """Each feed by its own limits, with the days that nobody worked since they ended."""
    missed = sorted(unworked(seen), key=lambda each: -each.hours)
    oldest: dict[str, Lasting] = {}
    for each in missed:
        before = oldest.get(each.feed, Lasting(each.feed, 0, each.hours))
        oldest[each.feed] = Lasting(each.feed, before.count + 1, before.oldest)
    rows = [{"partition": f"{each.date}|{each.feed}", "ended": hours(each.hours), "why": each.why} for each in missed]
    return by_feed(seen, DAYS, oldest.values(), "days not worked", hours).showing(lambda: rows[:OFFENDERS])


def unworked(seen: Conditions) -> Iterator[Broken]:
    if seen.instance is None:
        return
    log = seen.instance.event_log_storage
    latest = log.get_latest_storage_id_by_partition(LAST, MADE)
    expected = {key: end for key, end in _ended(seen, latest).items() if end <= seen.now}
    made = _made_at(seen.instance, [latest[key] for key in expected if key in latest])
    for key, end in expected.items():
        at = made.get(key)
        if at is None or at < end:
            partition = Partition.parse(key)
            why = f"last worked at {at.astimezone(ZONE):%Y-%m-%d %H:%M}, before it ended" if at else "never worked"
            yield Broken(partition.feed, partition.date, why, (seen.now - end) / timedelta(hours=1))


def _ended(seen: Conditions, latest: Mapping[str, int]) -> dict[str, datetime]:
    """The last days of each feed since it and the schedule are there, and when each ends on the wall's clock."""
    since = _nights_since(seen)
    if since is None:
        return {}
    first: dict[str, str] = {}
    for partition in map(Partition.parse, latest):
        first[partition.feed] = min(first.get(partition.feed, partition.date), partition.date)
    today = seen.now.astimezone(ZONE).date()
    days = [today - timedelta(days=back) for back in range(LATELY, 0, -1)]
    return {
        Partition(day.isoformat(), feed).key: _end(day)
        for feed in feed_names(seen.feeds_dir)
        for day in days
        if feed in first and day.isoformat() >= max(first[feed], since)
    }


def _nights_since(seen: Conditions) -> str | None:
    """The first day that a night was to work; nothing where there are no nights, only hands and arriving files."""
    if seen.instance is None:
        return None
    wanted = dg.RunsFilter(tags={"dagster/schedule_name": NIGHTLY})
    nights = seen.instance.get_runs(wanted, limit=1, ascending=True)
    return Partition.parse(nights[0].tags["dagster/partition"]).date if nights else None


def _end(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, ZONE)


def _made_at(instance: dg.DagsterInstance, storage_ids: list[int]) -> dict[str, datetime]:
    if not storage_ids:
        return {}
    wanted = dg.EventRecordsFilter(MADE, asset_key=LAST, storage_ids=storage_ids)
    records = instance.event_log_storage.get_event_records(wanted)
    return {str(each.partition_key): datetime.fromtimestamp(each.timestamp, ZONE) for each in records}


@DAYS.step()
def every_day_is_worked_to_its_end(
    context: dg.AssetCheckExecutionContext, ledger: dg.ResourceParam[Ledger]
) -> dg.AssetCheckResult:
    finding = worked_days(Conditions(ledger, Environment.read().feeds_dir, context.instance))
    context.log.info(f"{DAYS.name}: {finding.sentence}")
    return DAYS.report(finding)
