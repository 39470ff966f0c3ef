"""The night asks for the day that ended: one run a feed. The morning has its pages; what lasts is looked at often."""

from collections.abc import Iterator
from datetime import date, timedelta

import dagster as dg

from assets.partitions import TIME_ZONE, ZONE, Partition
from extraction.feed import described_feeds, feed_names
from pipeline_defs.jobs import check_lake, check_standing_conditions, process_partition, report_day
from resources.environment import Environment


@dg.schedule(
    job=process_partition,
    cron_schedule="15 2 * * *",
    execution_timezone=TIME_ZONE,
    description=f"At 02:15 ({TIME_ZONE}), the day that ended: one run a feed.",
)
def nightly(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
    ended = (_today(context) - timedelta(days=1)).isoformat()
    folder = Environment.read().feeds_dir
    takers = described_feeds(folder)
    for name in sorted(feed_names(folder), key=takers.__contains__):  # intakes first: they fill the others
        key = Partition(ended, name).key
        yield dg.RunRequest(run_key=key, partition_key=key, tags={"feed": name})


@dg.schedule(
    job=report_day,
    cron_schedule="45 6 * * *",
    execution_timezone=TIME_ZONE,
    description="At 06:45: the pages of the day that ended, and of today, in whose first hours the night was worked.",
)
def morning(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
    today = _today(context)
    for day in (today - timedelta(days=1), today):
        yield dg.RunRequest(run_key=f"{today}: {day}", partition_key=day.isoformat())


conditions = dg.ScheduleDefinition(
    name="conditions",
    job=check_standing_conditions,
    cron_schedule="*/15 * * * *",
    execution_timezone=TIME_ZONE,
    description="Every 15 minutes: what lasts too long.",
)
lake_daily = dg.ScheduleDefinition(
    name="lake_daily",
    job=check_lake,
    cron_schedule="30 5 * * *",
    execution_timezone=TIME_ZONE,
    description="At 05:30, after the night: whether lake and ledger agree.",
)


def _today(context: dg.ScheduleEvaluationContext) -> date:
    """The day of the clock on the wall: on the nights in which it is set, a day is no 24 hours."""
    return context.scheduled_execution_time.astimezone(ZONE).date()
