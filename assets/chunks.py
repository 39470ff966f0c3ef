"""Documents cut along their structure, with exact offsets; unchanged text keeps its chunk."""

import asyncio
from collections.abc import Sequence

import dagster as dg

from assets import columns, pages
from assets.batches import batches
from assets.checks.inline import looked, specs_of
from assets.checks.scene import Scene
from assets.documents import documents
from assets.feeds import feed_of
from assets.partitions import Partition, partitions
from assets.stored import document_of
from extraction.chunking import chunk
from extraction.parsing import PARSER_VERSION
from resources.lake import Lake, LakeChunk, LakeDocument
from resources.ledger import Ledger
from resources.tracing import spans

BATCH = 500
SHOWN = 5  # documents whose chunks are shown


@dg.asset(
    deps=[documents],
    partitions_def=partitions,
    group_name="pipeline",
    kinds={"lancedb"},
    code_version=PARSER_VERSION,
    metadata={"dagster/column_schema": columns.columns_of(columns.CHUNKS)},
    check_specs=specs_of("chunks"),
    description=f"{__doc__}\n\n{pages.TRUTH}",
)
async def chunks(
    context: dg.AssetExecutionContext, lake: dg.ResourceParam[Lake], ledger: dg.ResourceParam[Ledger]
) -> dg.MaterializeResult:  # type: ignore[type-arg]  # with checks, Dagster knows it by its bare name alone
    partition = Partition.parse(context.partition_key)
    feed = feed_of(partition.feed)
    current = list(ledger.documents.current(partition.date, partition.feed))
    made, cut = await asyncio.to_thread(cut_partition, lake, partition, current, context.log.info)
    spans().flush()
    await asyncio.to_thread(lake.optimize)
    some = [each for rows in lake.read_chunks(partition.feed, current[:SHOWN]).values() for each in rows]
    page = pages.Page(feed, ledger, partition, context.run.run_id, "chunks")
    return dg.MaterializeResult(
        metadata=page.chunks(made, len(current) - cut, some[: pages.ROWS]),
        check_results=await looked("chunks", Scene(feed, ledger, partition, lake), context.log.warning),
    )


def cut_partition(lake: Lake, partition: Partition, doc_ids: Sequence[str], tell: pages.Tell) -> tuple[int, int]:
    """Cut what is not cut yet; how many chunks that made, of how many documents."""
    done = lake.which_chunked(partition.feed, doc_ids, PARSER_VERSION)
    missing = [doc_id for doc_id in doc_ids if doc_id not in done]
    made = 0
    for batch in batches(missing, BATCH):
        rows = [row for stored in lake.read_documents(partition.feed, batch) for row in _cut(stored, partition)]
        lake.put_chunks(rows)
        made += len(rows)
        tell(f"chunks: {made} made")
    return made, len(missing)


def _cut(stored: LakeDocument, partition: Partition) -> list[LakeChunk]:
    known = {"weir__feed": partition.feed, "weir__partition": partition.key}
    with spans().stage("chunk", stored.doc_id, weir__place=stored.place, **known):
        pieces = chunk(stored.doc_id, document_of(stored))
    return [
        LakeChunk(
            each.chunk_id,
            partition.feed,
            stored.doc_id,
            partition.date,
            each.position,
            each.start,
            each.end,
            each.label,
            each.text,
            stored.parser_version,
        )
        for each in pieces
    ]
