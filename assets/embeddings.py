"""A vector for each chunk, one table an embedding model. Without a provider the pipeline goes on and says so."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import dagster as dg

from assets import catalog, columns, pages
from assets.answers import AnswerBook
from assets.batches import batches
from assets.checks.inline import looked, specs_of
from assets.checks.scene import Scene
from assets.chunks import chunks
from assets.feeds import feed_of
from assets.partitions import Partition, partitions
from resources.lake import Lake, LakeChunk, LakeVector
from resources.ledger import Ledger
from resources.llm import Caller, Llm, Unanswered
from resources.llm.resource import LlmResource

DOCUMENTS_AT_A_TIME = 500


@dataclass(slots=True)
class Embedding:
    """What this run embedded."""

    made: int = 0
    documents: int = 0
    model: str = ""
    without: str = ""  # why there are none


@dg.asset(
    deps=[chunks],
    partitions_def=partitions,
    group_name="pipeline",
    kinds={"lancedb", "llm"},
    code_version=catalog.version_of_vectors(),
    metadata={"dagster/column_schema": columns.columns_of(columns.VECTORS)},
    check_specs=specs_of("embeddings"),
    description=f"{__doc__}\n\n{pages.TRUTH}",
)
async def embeddings(
    context: dg.AssetExecutionContext,
    lake: dg.ResourceParam[Lake],
    ledger: dg.ResourceParam[Ledger],
    llm: LlmResource,
) -> dg.MaterializeResult:  # type: ignore[type-arg]  # with checks, Dagster knows it by its bare name alone
    partition = Partition.parse(context.partition_key)
    feed = feed_of(partition.feed)
    page = pages.Page(feed, ledger, partition, context.run.run_id, "embeddings")
    doc_ids = list(ledger.documents.current(partition.date, partition.feed))
    done = Embedding(without="" if feed.settings.retrieval.embed else "off in feed.yaml")
    scene = Scene(feed, ledger, partition, lake)
    if doc_ids and feed.settings.retrieval.embed:
        caller = Caller(
            context.run.run_id, feed.name, feed.tenant, None, "embeddings", partition.key, feed.settings.lane
        )
        async with llm.open(AnswerBook(ledger), ledger.board, tell=context.log.warning) as engine:
            scene.vectors_of = engine.embedding_model
            embedder = Embedder(engine, lake, AnswerBook(ledger), caller)
            done = await embedder.embed(partition, doc_ids, context.log.info)
        await asyncio.to_thread(lake.optimize)
        if done.without:
            context.log.warning(f"embeddings: {done.without}; retrieval goes on with full text alone")
    return dg.MaterializeResult(
        metadata=page.embeddings(done, len(doc_ids)),
        check_results=await looked("embeddings", scene, context.log.warning),
    )


class Embedder:
    def __init__(self, llm: Llm, lake: Lake, book: AnswerBook, caller: Caller) -> None:
        self._llm, self._lake, self._book, self._caller = llm, lake, book, caller
        self._model = llm.embedding_model or ""

    async def embed(self, partition: Partition, doc_ids: Sequence[str], tell: pages.Tell) -> Embedding:
        """Embed what has no vector yet, documents at a time."""
        done = Embedding()
        if not self._model:
            done.without = "no endpoint that makes vectors is on"
            return done
        for batch in batches(doc_ids, DOCUMENTS_AT_A_TIME):
            missing = await asyncio.to_thread(self._missing, partition, batch)
            try:
                done.made += await self._embed(missing, done)
                done.documents += len({each.doc_id for each in missing})
            except Unanswered as unanswered:
                await asyncio.to_thread(self._book.keep_attempts, unanswered.attempts)
                done.without = str(unanswered)
                return done
            tell(f"embeddings: {done.made} made")
        return done

    def _missing(self, partition: Partition, doc_ids: Sequence[str]) -> list[LakeChunk]:
        embedded = self._lake.which_embedded(self._model, partition.feed, doc_ids)
        cut = self._lake.read_chunks(partition.feed, doc_ids)
        return [each for doc_id in doc_ids for each in cut.get(doc_id, []) if each.chunk_id not in embedded]

    async def _embed(self, missing: Sequence[LakeChunk], done: Embedding) -> int:
        if not missing:
            return 0
        answer = await self._llm.embed([each.text for each in missing], self._caller)
        rows = [
            LakeVector(each.chunk_id, each.feed, each.doc_id, each.date, vector)
            for each, vector in zip(missing, answer.vectors, strict=True)
        ]
        await asyncio.to_thread(self._lake.put_vectors, self._model, rows)
        await asyncio.to_thread(self._book.keep_attempts, answer.attempts)
        done.model = answer.model
        return len(rows)
