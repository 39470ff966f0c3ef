"""An intake's documents are carried to their feeds: a copy in the feed's folder of the same day, then the ledger's row.

The copy's place follows from the document's own, so whoever is killed in between does the same again. A correction
goes where the first version went, unless it plainly says that it is something else; a withdrawn file takes its copy
along.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assets.batches import batches
from assets.partitions import Partition
from assets.stored import document_of
from extraction.sorting import Profile, Sorted, routed
from resources.inbox import Inbox
from resources.lake import Lake
from resources.ledger import Ledger
from resources.ledger.routes import Route, Went

BATCH = 200


@dataclass(frozen=True, slots=True)
class Clerk:
    """Sorts the documents of one partition of an intake."""

    partition: Partition
    run_id: str
    inbox: Inbox
    lake: Lake
    ledger: Ledger
    profiles: Sequence[Profile]

    def route(self) -> dict[str, int]:
        """Carry off what plainly belongs to a feed; how many documents went to each."""
        current = self.ledger.documents.current(self.partition.date, self.partition.feed)
        went: dict[str, int] = {}
        for batch in batches(list(current.items()), BATCH):
            earlier = self.ledger.routes.known([place for _, place in batch])
            for stored in self.lake.read_documents(self.partition.feed, [doc_id for doc_id, _ in batch]):
                place = current[stored.doc_id]
                found = self._choice(routed(document_of(stored), self.profiles), earlier.get(place))
                if found and self._carry(place, stored.doc_id, found, earlier.get(place)):
                    went[found.feed] = went.get(found.feed, 0) + 1
        return went

    def _choice(self, found: Sorted | None, earlier: Went | None) -> Sorted | None:
        known = earlier is not None and any(each.name == earlier.to_feed for each in self.profiles)
        return found or (Sorted(earlier.to_feed, "an earlier version went there") if earlier and known else None)

    def _carry(self, place: str, doc_id: str, found: Sorted, earlier: Went | None) -> bool:
        target = f"{found.feed}/{self.partition.date}/{place}"
        self.inbox.put(target, self.lake.read_bytes(self.partition.feed, doc_id))
        date, feed = self.partition.date, self.partition.feed
        kept = self.ledger.routes.keep(Route(place, doc_id, feed, date, found.feed, target, found.words, self.run_id))
        if kept and earlier and earlier.to_place != target:
            self.inbox.remove(earlier.to_place)
        return kept

    def take_back(self, places: Sequence[str]) -> None:
        """The copies of files that were withdrawn, before the ledger forgets where they went."""
        for went in self.ledger.routes.known(places).values():
            self.inbox.remove(went.to_place)
        self.ledger.routes.forget(places)
