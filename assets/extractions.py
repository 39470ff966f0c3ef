"""Records with a verdict: each document asked about, its answer validated and grounded, one transaction each."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import dagster as dg
from pydantic import Field

from assets import catalog, pages
from assets.answers import AnswerBook
from assets.checks.inline import looked, specs_of
from assets.checks.scene import Scene
from assets.chunks import chunks
from assets.dialogues import Desk, Read, Undecided, route_version, sorted_out
from assets.embeddings import embeddings
from assets.failures import Transient
from assets.feeds import feed_of, profiles
from assets.partitions import Partition, partitions
from assets.reading import Readers
from assets.sampling import Sampler
from assets.sorter import Sorter, sorter_of
from assets.stored import document_of
from extraction.chunking import Chunk
from extraction.feed import Feed
from resources.lake import Lake, LakeChunk, LakeDocument
from resources.ledger import Ledger
from resources.ledger.errors import LeaseLost
from resources.ledger.verdicts import Finding, Lease, Refresh, Versions, Work
from resources.llm import Caller
from resources.llm.resource import LlmResource
from resources.logs import about, trail
from resources.tracing import Span, spans

CLAIM = 64  # documents taken into work at a time: bounds what is held in memory
AT_ONCE = 16  # documents asked about at the same time
HOPELESS = 2 * AT_ONCE  # so many in a row without an answer: no use asking for the rest of the partition now


class ExtractionsConfig(dg.Config):
    """How much of what was answered is asked again."""

    refresh: Literal["none", "failed", "all"] = Field(
        default="none",
        description="none: only what is new or whose schema, prompt or route changed; failed: also review and "
        "dead; all: everything, without the answer cache.",
    )


@dataclass(slots=True)
class Progress:
    """What this run did so far."""

    todo: int
    unchanged: int
    done: dict[str, int] = field(default_factory=dict)
    waits: list[str] = field(default_factory=list)
    not_in_lake: list[str] = field(default_factory=list)

    unanswered_in_a_row: int = 0

    def count(self, what: str) -> None:
        self.done[what] = self.done.get(what, 0) + 1

    @property
    def hopeless(self) -> bool:
        return self.unanswered_in_a_row >= HOPELESS

    @property
    def finished(self) -> int:
        return sum(self.done.values())


@dg.asset(
    deps=[chunks, embeddings],
    partitions_def=partitions,
    group_name="pipeline",
    kinds={"llm", "postgres"},
    code_version=catalog.version_of_records(),
    metadata={"dagster/code_references": catalog.feed_files()},
    check_specs=specs_of("extractions"),
    description=f"{__doc__}\n\n{pages.TRUTH}",
)
async def extractions(
    context: dg.AssetExecutionContext,
    config: ExtractionsConfig,
    lake: dg.ResourceParam[Lake],
    ledger: dg.ResourceParam[Ledger],
    llm: LlmResource,
) -> dg.MaterializeResult:  # type: ignore[type-arg]  # with checks, Dagster knows it by its bare name alone
    partition = Partition.parse(context.partition_key)
    feed = feed_of(partition.feed)
    lane = feed.settings.lane
    caller = Caller(context.run.run_id, feed.name, feed.tenant, None, "extractions", partition.key, lane)
    tell = context.log.warning
    sampler = Sampler(ledger.samples, llm.load().samples, feed.settings.sample_share, tell)
    watches = [sampler, *spans().watches]
    with Readers(most=1) as readers:  # it looks up places: hundreds of documents a second
        async with sampler, llm.open(AnswerBook(ledger), ledger.board, tell=tell, watches=watches) as engine:
            versions = Versions(feed.schema_version, feed.prompt_version, route_version(feed, engine))
            work = Work(partition.date, partition.feed, context.run.run_id, versions)
            desk = Desk(feed, engine, lake, caller, config.refresh != "none", readers)
            sorter = sorter_of(feed, profiles())
            shift = Shift(feed, desk, sorter, lake, ledger, work, config.refresh, context.log.info)
            progress = await shift.run()
    spans().flush()
    _fail_when_the_pipeline_is_broken(progress)
    if desk.without:
        context.log.warning(f"extractions: {desk.without}; questions were searched for by words alone")
    page = pages.Page(feed, ledger, partition, context.run.run_id, "extractions")
    models = {each.name: each.model for each in llm.load().endpoints}
    return dg.MaterializeResult(
        metadata=page.extractions(progress),
        check_results=await looked("extractions", Scene(feed, ledger, partition, lake, models), context.log.warning),
    )


def _fail_when_the_pipeline_is_broken(progress: Progress) -> None:
    """Everything finished is committed; that nobody answers any more is the pipeline's trouble, not a document's."""
    if progress.waits and (progress.hopeless or progress.finished == len(progress.waits)):
        raise Transient(
            f"No endpoint answered; {len(progress.waits)} documents wait and are asked again: {progress.waits[-1]}"
        )
    if progress.not_in_lake:
        raise Transient(
            f"{len(progress.not_in_lake)} documents are not in the lake ({progress.not_in_lake[0]}): materialize "
            "`documents` and `chunks` of this partition, which read them again."
        )


class Shift:
    """Works through the documents of a partition that are not current, a bounded number at a time."""

    def __init__(
        self,
        feed: Feed,
        desk: Desk,
        sorter: Sorter,
        lake: Lake,
        ledger: Ledger,
        work: Work,
        refresh: Refresh,
        tell: pages.Tell,
    ) -> None:
        self._feed, self._desk, self._sorter, self._lake, self._ledger = feed, desk, sorter, lake, ledger
        self._work, self._refresh, self._tell = work, refresh, tell
        self._progress = Progress(*ledger.verdicts.to_do(work, refresh))

    async def run(self) -> Progress:
        queue: asyncio.Queue[tuple[Lease, Read] | None] = asyncio.Queue(maxsize=CLAIM)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(self._work_off(queue))
                await self._fill(queue)
        finally:
            await asyncio.to_thread(self._ledger.verdicts.give_back, self._work)
        self._say()
        return self._progress

    async def _fill(self, queue: asyncio.Queue[tuple[Lease, Read] | None]) -> None:
        async for claimed in self._claimed():
            for pair in await asyncio.to_thread(self._read, claimed):
                await queue.put(pair)
            if self._progress.hopeless:
                break
        for _ in range(AT_ONCE):
            await queue.put(None)

    async def _claimed(self) -> AsyncIterator[list[Lease]]:
        after = ""
        while leases := await asyncio.to_thread(self._ledger.verdicts.claim, self._work, self._refresh, after, CLAIM):
            yield leases
            after = leases[-1].place

    def _read(self, leases: Sequence[Lease]) -> list[tuple[Lease, Read]]:
        """A batch of documents from the lake, text and chunks."""
        doc_ids = [lease.doc_id for lease in leases]
        texts = {stored.doc_id: stored for stored in self._lake.read_documents(self._feed.name, doc_ids)}
        cut = self._lake.read_chunks(self._feed.name, doc_ids)
        self._progress.not_in_lake += [lease.place for lease in leases if lease.doc_id not in texts]
        return [
            (
                lease,
                _as_read(lease, texts[lease.doc_id], cut),
            )
            for lease in leases
            if lease.doc_id in texts
        ]

    async def _work_off(self, queue: asyncio.Queue[tuple[Lease, Read] | None]) -> None:
        while (pair := await queue.get()) is not None:
            lease, read = pair
            with self._followed(lease) as span:
                try:
                    became = await self._settle(lease, await self._decide(lease, read))
                except LeaseLost as lost:
                    self._tell(str(lost))
                else:
                    self._progress.count(became)
                    span.note(weir__verdict=became)
                    trail(f"decided: {became}")
            if self._progress.finished % CLAIM == 0:
                self._say()

    @contextmanager
    def _followed(self, lease: Lease) -> Iterator[Span]:
        """What is logged, and every request that is made, is about this document."""
        work = self._work
        facts = {"feed": work.feed, "partition": f"{work.date}|{work.feed}", "run_id": work.run_id}
        known = {f"weir__{name}": value for name, value in facts.items()}
        with (
            about(correlation_id=lease.doc_id, place=lease.place, **facts),
            spans().stage("extract", lease.doc_id, weir__place=lease.place, **known) as span,
        ):
            yield span

    async def _decide(self, lease: Lease, read: Read) -> Finding | Undecided:
        """What a person approved here is in its place."""
        elsewhere = None if lease.approved else self._sorter(read.document)
        return sorted_out(elsewhere) if elsewhere else await self._desk.decide(read)

    async def _settle(self, lease: Lease, outcome: Finding | Undecided) -> str:
        """One transaction: what became of the document."""
        verdicts = self._ledger.verdicts
        if isinstance(outcome, Finding):
            await asyncio.to_thread(verdicts.commit, self._work, lease, outcome)
            self._progress.unanswered_in_a_row = 0
            return outcome.verdict
        self._progress.waits.append(outcome.why)
        self._progress.unanswered_in_a_row += 1
        patience = timedelta(hours=self._feed.settings.patience_h)
        return await asyncio.to_thread(verdicts.let_wait, self._work, lease, outcome.finding, patience)

    def _say(self) -> None:
        done = ", ".join(f"{number} {what}" for what, number in sorted(self._progress.done.items()))
        self._tell(
            f"extractions: {self._progress.finished} of {self._progress.todo} worked on"
            f"{f' ({done})' if done else ''}, {self._progress.unchanged} unchanged"
        )


def _as_read(lease: Lease, stored: LakeDocument, cut: dict[str, list[LakeChunk]]) -> Read:
    return Read(lease.place, lease.doc_id, document_of(stored), _chunks(cut, lease.doc_id), fresh=lease.replayed)


def _chunks(cut: dict[str, list[LakeChunk]], doc_id: str) -> tuple[Chunk, ...]:
    return tuple(
        Chunk(each.chunk_id, each.start, each.end, each.text, each.label, each.position) for each in cut.get(doc_id, [])
    )
