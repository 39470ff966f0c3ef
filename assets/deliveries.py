"""Released records, handed to the sink exactly as often as they were told: once. The gate decides what is released."""

import asyncio
from collections.abc import Callable, Sequence

import dagster as dg

from assets import pages
from assets.extractions import extractions
from assets.feeds import feed_of
from assets.partitions import Partition, one_by_one, partitions
from resources.ledger import Ledger
from resources.ledger.outbox import Told
from resources.sink import Event, Sink

BATCH = 200


@dg.asset(
    deps=[extractions],
    partitions_def=partitions,
    backfill_policy=one_by_one,
    group_name="pipeline",
    kinds={"postgres", "cloudevents"},
    description=f"{__doc__}\n\n{pages.TRUTH}",
)
async def deliveries(
    context: dg.AssetExecutionContext, ledger: dg.ResourceParam[Ledger], sink: dg.ResourceParam[Sink]
) -> dg.MaterializeResult[None]:
    partition = Partition.parse(context.partition_key)
    feed = feed_of(partition.feed)
    published = await asyncio.to_thread(deliver, ledger, sink, partition, context.log.info)
    counts = ledger.outbox.counts(partition.date, partition.feed)
    page = pages.Page(feed, ledger, partition, context.run.run_id, "deliveries")
    return dg.MaterializeResult(metadata=page.deliveries(published, counts))


def deliver(ledger: Ledger, sink: Sink, partition: Partition, tell: pages.Tell) -> int:
    """Publish everything of the partition that is released; how many events went."""
    published = 0
    while went := ledger.outbox.publish(_hand_to(sink), BATCH, partition.feed, partition.date):
        published += went
        tell(f"deliveries: {published} published")
    return published


def _hand_to(sink: Sink) -> Callable[[Sequence[Told]], None]:
    def send(told: Sequence[Told]) -> None:
        for feed in dict.fromkeys(each.feed for each in told):
            sink.publish(feed, [event(each) for each in told if each.feed == feed])

    return send


def event(told: Told) -> Event:
    """An event as the sink sends it: the record, and what a consumer may want to know about it."""
    extensions = {
        "feed": told.feed,
        "docid": told.doc_id,
        "partitiondate": told.date.isoformat(),
        "endpoint": told.endpoint,
        "schemaversion": told.schema_version,
    }
    return Event(
        event_id=str(told.event_id),
        type=told.type,
        subject=told.place,
        time=told.created_at,
        data=told.payload,
        extensions={name: value for name, value in extensions.items() if value},
    )
