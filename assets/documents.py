"""What lies in the inbox, read: bytes and text in the lake, every version of every place in the ledger."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TypeAlias, TypeVar

import dagster as dg

from assets import catalog, columns, pages
from assets.arrivals import Look, change
from assets.batches import batches
from assets.checks.inline import looked, specs_of
from assets.checks.scene import Scene
from assets.feeds import feed_of, profiles
from assets.partitions import ZONE, Partition, partitions
from assets.reading import Readers
from assets.routing import Clerk
from extraction.document import Document
from extraction.parsing import PARSER_VERSION, Unreadable
from extraction.spans import spans_to_json
from resources.inbox import Entry, Gone, Inbox, InboxError, Skipped
from resources.lake import Lake, LakeDocument, NoSuchBytes
from resources.ledger import Ledger
from resources.ledger.documents import Arrival
from resources.logs import about, trail
from resources.tracing import spans

BATCH, HEAVIEST = 500, 64_000_000  # documents, bytes: what is in memory at a time
FEW = 25  # documents that are not worth another process

T = TypeVar("T")
Reading: TypeAlias = tuple[Arrival, LakeDocument]


@dataclass(slots=True)
class Tally:
    """What one run of this asset did."""

    read: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    routed: dict[str, int] = field(default_factory=dict)
    not_readable: list[str] = field(default_factory=list)
    by_status: dict[str, int] = field(default_factory=dict)

    def count(self, statuses: Sequence[str]) -> None:
        for status in statuses:
            self.by_status[status] = self.by_status.get(status, 0) + 1


@dg.asset(
    partitions_def=partitions,
    group_name="pipeline",
    kinds={"lancedb", "postgres"},
    code_version=PARSER_VERSION,
    metadata={"dagster/column_schema": columns.columns_of(columns.DOCUMENTS)},
    check_specs=specs_of("documents"),
    description=f"{__doc__}\n\n{pages.TRUTH}",
)
async def documents(
    context: dg.AssetExecutionContext,
    inbox: dg.ResourceParam[Inbox],
    lake: dg.ResourceParam[Lake],
    ledger: dg.ResourceParam[Ledger],
) -> dg.MaterializeResult:  # type: ignore[type-arg]  # with checks, Dagster knows it by its bare name alone
    partition = Partition.parse(context.partition_key)
    feed = feed_of(partition.feed)
    with Readers() as readers:
        clerk = Clerk(partition, context.run.run_id, inbox, lake, ledger, profiles()) if feed.settings.intake else None
        reader = Reader(partition, context.run.run_id, inbox, lake, ledger, readers, clerk)
        tally = await asyncio.to_thread(reader.read_partition, context.log.info)
    spans().flush()
    for sentence in tally.not_readable[: pages.ROWS]:
        context.log.warning(f"documents: not read, tried again by the next run: {sentence}")
    page = pages.Page(feed, ledger, partition, context.run.run_id, "documents")
    version = catalog.data_version(ledger.documents.current(partition.date, partition.feed))
    scene = Scene(feed, ledger, partition, lake, unopened=tally.not_readable)
    return dg.MaterializeResult(
        metadata=page.documents(tally),
        data_version=version,
        check_results=await looked("documents", scene, context.log.warning),
    )


class Reader:
    """Takes one partition from the inbox into the lake and the ledger."""

    def __init__(
        self,
        partition: Partition,
        run_id: str,
        inbox: Inbox,
        lake: Lake,
        ledger: Ledger,
        readers: Readers,
        clerk: Clerk | None = None,
    ) -> None:
        self._partition, self._run_id = partition, run_id
        self._inbox, self._lake, self._ledger = inbox, lake, ledger
        self._readers, self._clerk = readers, clerk
        self._tally = Tally()

    def read_partition(self, tell: pages.Tell) -> Tally:
        entries, look = self._look()
        day, feed = self._partition.date, self._partition.feed
        todo = change(entries, self._ledger.places.of_partition(day, feed))
        self._tally.unchanged = todo.unchanged
        seen = 0
        for batch in batches(todo.to_read, BATCH, lambda entry: entry.size, HEAVIEST):
            self._take_in(batch, look)
            seen += len(batch)
            tell(f"documents: {seen} of {len(todo.to_read)} read")
        self._withdraw(todo.withdrawn)
        self._mend_the_lake()
        if self._clerk:
            self._tally.routed = self._clerk.route()
        return self._tally

    def _look(self) -> tuple[list[Entry], Look]:
        """The files this partition owns. Files of other days are noted, so that their day is known for good."""
        day, feed = self._partition.date, self._partition.feed
        begun = self._ledger.places.first_looked_at(feed)
        found = list(self._inbox.entries(feed, date.fromisoformat(day), self._skip)) if self._inbox.exists(feed) else []
        look = Look(datetime.now(UTC), begun, self._ledger.places.days([entry.place for entry in found]), ZONE)
        for batch in batches(found, 1000):
            self._ledger.places.note(feed, [look.place(entry) for entry in batch])
        return [entry for entry in found if look.day_of(entry).isoformat() == day], look

    def _skip(self, skipped: Skipped) -> None:
        self._tally.not_readable.append(f"{skipped.place}: {skipped.reason}")

    def _take_in(self, batch: Sequence[Entry], look: Look) -> None:
        """Bytes and text into the lake first: what the ledger knows of, the lake holds."""
        read = self._side_by_side(lambda entry: self._read(entry, look), batch)
        if not read:
            return
        self._lake.put_documents([stored for _, stored in read])
        fresh = self._ledger.documents.arrive(
            self._partition.date, self._partition.feed, self._run_id, [arrival for arrival, _ in read]
        )
        self._tally.read += len(read)
        self._tally.count(list(fresh.values()))

    def _side_by_side(self, read: Callable[[T], Reading | None], things: Sequence[T]) -> list[Reading]:
        """As many at a time as there are readers, one more while a picture is read; few things start few readers."""
        hands = min(self._readers.at_once, 1 + len(things) // FEW) + 1
        with ThreadPoolExecutor(hands) as threads:
            return [each for each in threads.map(read, things) if each is not None]

    def _read(self, entry: Entry, look: Look) -> Reading | None:
        try:
            content = self._inbox.read(entry.place)
        except Gone:
            return None
        except InboxError as problem:
            # One file that this user may not read keeps nothing from the others; the next run looks again.
            self._tally.not_readable.append(str(problem))
            return None
        return self._understand(entry.place, content, look.read_mark(entry))

    def _understand(self, place: str, content: bytes, mark: str) -> Reading:
        doc_id = hashlib.sha256(content).hexdigest()
        day, feed = self._partition.date, self._partition.feed
        arrival = Arrival(place, doc_id, mark, len(content))
        stored = LakeDocument(feed, doc_id, day, place, "", PARSER_VERSION, "", "[]", content)
        try:
            document = self._followed(place, doc_id, content)
        except Unreadable as why:
            return replace(arrival, cause=why.cause, message=str(why), remedy=why.remedy), stored
        stretches = spans_to_json(document.spans)
        return arrival, replace(stored, mime=document.mime, text=document.text, spans=stretches)

    def _followed(self, place: str, doc_id: str, content: bytes) -> Document:
        """Read, and told to whoever follows documents on their way: here it begins."""
        facts = {"feed": self._partition.feed, "partition": self._partition.key, "run_id": self._run_id}
        known = {f"weir__{name}": value for name, value in facts.items()}
        with (
            about(correlation_id=doc_id, place=place, **facts),
            spans().document(doc_id, weir__place=place, weir__bytes=len(content), **known) as span,
        ):
            try:
                document = self._readers.read(place.rpartition("/")[2], content)
            except Unreadable as why:
                span.failed(str(why), why.cause)
                trail(f"cannot be read: {why}")
                raise
            trail(f"read: {document.mime}, {len(document.text)} characters")
            return document

    def _withdraw(self, places: Sequence[str]) -> None:
        """A missing folder is a missing folder, not a thousand withdrawn files."""
        if places and self._inbox.exists(self._partition.feed):
            if self._clerk:
                self._clerk.take_back(places)
            self._tally.withdrawn = len(self._ledger.documents.withdraw(self._partition.feed, places))

    def _mend_the_lake(self) -> None:
        """What the ledger knows of and the lake does not hold as this parser reads it is read again."""
        day, feed = self._partition.date, self._partition.feed
        unreadable = self._ledger.documents.unreadable(day, feed)
        places = {**self._ledger.documents.current(day, feed), **unreadable}
        asked = self._ledger.replays.to_read_again(day, feed)
        there = self._lake.which_documents(feed, list(places), PARSER_VERSION) - asked
        for batch in batches([each for each in places.items() if each[0] not in there], BATCH):
            again = self._side_by_side(lambda each: self._again(*each), batch)
            self._lake.put_documents([stored for _, stored in again])
            self._note_readings([arrival for arrival, _ in again if arrival.doc_id in unreadable], asked)

    def read_again(self, places: Mapping[str, str]) -> list[str]:
        """Documents (doc_id -> place) from the lake's bytes or the inbox into the lake; those that are in neither."""
        lost = set(places)
        for batch in batches(places.items(), BATCH):
            again = self._side_by_side(lambda each: self._again(*each), batch)
            self._lake.put_documents([stored for _, stored in again])
            lost -= {arrival.doc_id for arrival, _ in again}
        return sorted(lost)

    def _note_readings(self, again: Sequence[Arrival], asked: set[str]) -> None:
        """What could not be read is open again; what still cannot although somebody asked has a new letter."""
        day, feed, documents = self._partition.date, self._partition.feed, self._ledger.documents
        for how, some in (
            ("replayed", [each for each in again if each.doc_id in asked]),
            ("read again", [each for each in again if each.doc_id not in asked]),
        ):
            documents.readable_again(feed, [each.place for each in some if each.cause is None], how)
        in_vain = [each for each in again if each.cause and each.doc_id in asked]
        documents.still_unreadable(day, feed, self._run_id, in_vain)

    def _again(self, doc_id: str, place: str) -> Reading | None:
        try:
            # Bytes that are in the lake need not be written into it again.
            content = self._lake.read_bytes(self._partition.feed, doc_id)
            arrival, stored = self._understand(place, content, "")
            return arrival, replace(stored, content=None)
        except NoSuchBytes:
            content = self._inbox_bytes(place)
        return self._understand(place, content, "") if hashlib.sha256(content).hexdigest() == doc_id else None

    def _inbox_bytes(self, place: str) -> bytes:
        try:
            return self._inbox.read(place)
        except InboxError:
            return b""
