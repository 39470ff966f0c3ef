"""Released records, handed to the sink exactly as often as they were told: once. The gate decides what is released."""

import asyncio
import random
import threading
import time
from collections.abc import Callable

import dagster as dg

from assets import pages
from assets.checks.inline import looked, specs_of
from assets.checks.scene import Scene
from assets.extractions import extractions
from assets.feeds import feed_of
from assets.partitions import Partition, partitions
from resources.ledger import Ledger
from resources.ledger.outbox import Went
from resources.relay import Courier
from resources.relay.backoff import Backoff
from resources.sink import NotAllTaken, Sink, SinkError
from resources.tracing import spans

PATIENCE_S = 20.0  # of a run with a sink in trouble; the relay has more


@dg.asset(
    deps=[extractions],
    partitions_def=partitions,
    group_name="pipeline",
    kinds={"postgres", "cloudevents"},
    check_specs=specs_of("deliveries"),
    description=f"{__doc__}\n\n{pages.TRUTH}",
)
async def deliveries(
    context: dg.AssetExecutionContext, ledger: dg.ResourceParam[Ledger], sink: dg.ResourceParam[Sink]
) -> dg.MaterializeResult:  # type: ignore[type-arg]  # with checks, Dagster knows it by its bare name alone
    partition = Partition.parse(context.partition_key)
    feed = feed_of(partition.feed)
    published = await asyncio.to_thread(deliver, ledger, sink, partition, context.log.info)
    spans().flush()
    counts = ledger.outbox.counts(partition.date, partition.feed)
    page = pages.Page(feed, ledger, partition, context.run.run_id, "deliveries")
    return dg.MaterializeResult(
        metadata=page.deliveries(published, counts),
        check_results=await looked("deliveries", Scene(feed, ledger, partition), context.log.warning),
    )


def deliver(
    ledger: Ledger, sink: Sink, partition: Partition, tell: pages.Tell, sleep: Callable[[float], None] = time.sleep
) -> int:
    """Publish everything of the partition that is released; how many events went. Short trouble is waited out."""
    courier = Courier(ledger.outbox, sink, partition.feed, partition.date)
    backoff, published, waited_s = Backoff(random.random), 0, 0.0

    def count(went: Went) -> None:
        nonlocal published
        published += went.published
        if went:
            tell(f"deliveries: {published} published")

    while trouble := _trouble(ledger, courier, partition, count):
        wait_s = backoff.next_s(trouble.retry_after_s)
        waited_s += wait_s
        if waited_s > PATIENCE_S or not trouble.transient:
            raise trouble
        tell(f"deliveries: {trouble} Trying again in {wait_s:.1f} s.")
        sleep(wait_s)
    return published


def _trouble(ledger: Ledger, courier: Courier, partition: Partition, count: Callable[[Went], None]) -> SinkError | None:
    """Why not all that is released went; what was set aside is no trouble of this run, it waits for a person."""
    try:
        courier.drain(threading.Event(), count)
    except SinkError as error:
        return error
    left = ledger.outbox.counts(partition.date, partition.feed).refused
    if not left:
        return None
    [(_, _, _, why)] = ledger.outbox.refusals(partition.date, partition.feed, 1)
    return NotAllTaken(partition.key, left, why)
