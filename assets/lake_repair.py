"""What the lake lacks is read again, what nobody owns is deleted, what is there twice is there once: day by day.

Each day is looked at again under its lock: a run that is at work has rows in the lake before the ledger knows of them.
"""

from collections.abc import Sequence

from assets.chunks import cut_partition
from assets.documents import Reader
from assets.lake_check import Differences, compare, stale
from assets.pages import Tell
from assets.partitions import Partition
from assets.reading import Readers
from resources.inbox import Inbox
from resources.lake import Lake
from resources.ledger import Ledger

RUN_ID = "lake check"


def differences(feed: str, lake: Lake, ledger: Ledger, date: str | None = None) -> Differences:
    """What ledger and lake do not agree on, of a feed or of one of its days."""
    inventory = lake.inventory(feed)
    return compare(feed, ledger.documents.versions(feed), inventory, date)


class Repair:
    """Mends one feed's part of the lake."""

    def __init__(self, feed: str, inbox: Inbox, lake: Lake, ledger: Ledger, readers: Readers, tell: Tell) -> None:
        self._feed, self._inbox, self._lake, self._ledger = feed, inbox, lake, ledger
        self._readers, self._tell = readers, tell

    def mend(self, found: Differences) -> Differences:
        """All that can be; what is left is told, and is in the answer."""
        days = sorted({found.dates[doc_id] for doc_ids in found.found.values() for doc_id in doc_ids})
        if found.copies:
            self._lake.drop_copies(self._lake.inventory(self._feed))
        for day in days:
            self._tell(f"{day}|{self._feed}: mending")
            with self._ledger.partition_lock(
                day, self._feed, lambda: self._tell("a run is at work there: waiting for it")
            ):
                self._mend_day(day)
        return differences(self._feed, self._lake, self._ledger)

    def _mend_day(self, day: str) -> None:
        now = differences(self._feed, self._lake, self._ledger, day)
        self._lake.drop(self._feed, now.found["orphaned"])
        self._read_again(day, now, [*now.found["missing"], *now.found["without bytes"]])
        self._cut_again(day, now)
        self._drop_stale()
        if now.found["not embedded"]:
            self._tell(f"{day}|{self._feed}: materialize `embeddings` to make the vectors that are missing")

    def _read_again(self, day: str, now: Differences, doc_ids: Sequence[str]) -> None:
        partition = Partition(day, self._feed)
        reader = Reader(partition, RUN_ID, self._inbox, self._lake, self._ledger, self._readers)
        for doc_id in reader.read_again({doc_id: now.places[doc_id] for doc_id in doc_ids}):
            self._tell(f"{now.places[doc_id]}: these bytes are neither in the lake nor in the inbox any more")

    def _cut_again(self, day: str, now: Differences) -> None:
        self._lake.drop_chunks(self._feed, now.found["not cut"])
        current = list(self._ledger.documents.current(day, self._feed))
        cut_partition(self._lake, Partition(day, self._feed), current, self._tell)

    def _drop_stale(self) -> None:
        for held in self._lake.inventory(self._feed).documents.values():
            for table, chunk_ids in stale(held).items():
                if chunk_ids:
                    self._lake.drop_vectors(table, self._feed, sorted(chunk_ids))
