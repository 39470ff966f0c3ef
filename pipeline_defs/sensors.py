"""Files that appear ask for their partitions, each file once; documents that wait are asked about again."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg

from assets.partitions import Partition, days
from extraction.feed import feed_names
from pipeline_defs.arrivals_tick import Cursor, Request, tick
from pipeline_defs.jobs import process_partition
from resources.environment import Environment
from resources.inbox import open_inbox
from resources.ledger import Ledger
from resources.ledger.database import database_url
from resources.ledger.verdicts import WaitingPartition

FILES_A_TICK = 5_000
ASK_AGAIN_AFTER = timedelta(minutes=10)


@dg.sensor(
    job=process_partition,
    minimum_interval_seconds=30,
    description="Asks for the partitions in which files appeared or changed, each version of a file once.",
)
def inbox_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    environment, now = Environment.read(), datetime.now(UTC)
    feeds = feed_names(environment.feeds_dir)
    with Ledger.open(database_url(environment)) as ledger:
        inbox = open_inbox(environment.inbox_uri)
        requests, cursor = tick(Cursor.read(context.cursor), inbox, ledger, feeds, now, FILES_A_TICK)
    runs = [_run(request) for request in requests if _has_partition(request.partition)]
    for request in requests:
        if not _has_partition(request.partition):
            context.log.warning(_out_of_range(request))
    return dg.SensorResult(run_requests=runs, cursor=cursor.write())


def _run(request: Request) -> dg.RunRequest:
    return dg.RunRequest(
        run_key=request.run_key, partition_key=request.partition.key, tags={"files": str(request.files)}
    )


def _has_partition(partition: Partition) -> bool:
    return days.has_partition_key(partition.date)


def _out_of_range(request: Request) -> str:
    return (
        f"{request.files} files of {request.partition.feed} lie in a folder of {request.partition.date}, a day "
        f"without a partition (the first is {days.get_first_partition_key()}, the last today): move them."
    )


@dg.sensor(
    job=process_partition,
    minimum_interval_seconds=60,
    description="Asks again for partitions in which documents wait for a provider.",
)
def waiting_documents(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest]:
    with Ledger.open(database_url(Environment.read())) as ledger:
        waiting = ledger.verdicts.waiting()
    yield from ask_again(waiting, datetime.now(UTC))


def ask_again(waiting: Sequence[WaitingPartition], now: datetime) -> Iterator[dg.RunRequest]:
    """Once each time the documents were last tried long enough ago."""
    for each in waiting:
        if now - each.last_tried >= ASK_AGAIN_AFTER:
            partition = Partition(each.date.isoformat(), each.feed)
            yield dg.RunRequest(
                run_key=f"waiting:{partition.key}:{each.last_tried.isoformat()}", partition_key=partition.key
            )
