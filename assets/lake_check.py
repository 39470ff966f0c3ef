"""Whether the lake holds what the ledger knows of: what is missing, what nobody owns, what is there twice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from resources.lake.inventory import Held, Inventory
from resources.ledger.documents import Version

KINDS = {
    "missing": "documents of the ledger that are not in the lake",
    "without bytes": "documents whose bytes are not in the lake",
    "not cut": "documents whose chunks are missing or not whole",
    "not embedded": "documents of whose chunks some have a vector and others have none",
    "stale vectors": "documents with vectors of chunks that are gone",
    "orphaned": "documents in the lake that the ledger does not know",
    "copies": "rows that are there although another one with their key is",
}


@dataclass(frozen=True, slots=True)
class Differences:
    """Doc_ids by what is the matter with them."""

    feed: str
    documents: int
    found: Mapping[str, Sequence[str]]
    copies: int = 0
    places: Mapping[str, str] = field(default_factory=dict, repr=False)
    dates: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def numbers(self) -> dict[str, int]:
        return {**{kind: len(self.found[kind]) for kind in KINDS if kind != "copies"}, "copies": self.copies}

    @property
    def agree(self) -> bool:
        return not any(self.numbers.values())

    def examples(self, limit: int) -> Iterator[tuple[str, str]]:
        """What is the matter, and with which place (or doc_id, where the ledger has none)."""
        for kind, doc_ids in self.found.items():
            for doc_id in doc_ids[:limit]:
                yield kind, self.places.get(doc_id, doc_id)


def compare(feed: str, versions: Sequence[Version], lake: Inventory, date: str | None = None) -> Differences:
    """Ledger and lake, of a feed or of one of its days. Older versions need not be there, but have their owner."""
    owned = {each.doc_id for each in versions}
    mine = {each.doc_id: each for each in versions if each.current and date in (None, each.date)}
    held = {doc_id: lake.documents[doc_id] for doc_id in mine if doc_id in lake.documents}
    readable = {doc_id: each for doc_id, each in held.items() if mine[doc_id].readable}
    found = {
        "missing": [doc_id for doc_id in mine if doc_id not in held],
        "without bytes": [doc_id for doc_id, each in held.items() if not each.bytes_there],
        "not cut": [doc_id for doc_id, each in readable.items() if not (each.whole or each.blank)],
        "not embedded": [doc_id for doc_id, each in readable.items() if _is_half_embedded(each)],
        "stale vectors": [doc_id for doc_id, each in held.items() if any(stale(each).values())],
        "orphaned": [doc_id for doc_id, day in lake.dates().items() if doc_id not in owned and date in (None, day)],
    }
    places = {doc_id: each.place for doc_id, each in mine.items()}
    dates = {**lake.dates(), **{doc_id: each.date for doc_id, each in mine.items()}}
    return Differences(feed, len(mine), found, lake.number_of_copies, places, dates)


def _is_half_embedded(held: Held) -> bool:
    return any(chunk_ids and held.chunk_ids - chunk_ids for chunk_ids in held.vectors.values())


def stale(held: Held) -> dict[str, set[str]]:
    """Of each table the vectors whose chunks are gone."""
    return {table: chunk_ids - held.chunk_ids for table, chunk_ids in held.vectors.items()}
