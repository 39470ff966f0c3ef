"""What of a feed is in the lake, told without reading a text: which rows, how often, and whether with their bytes."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
from lancedb.expr import col

from resources.lake.contents import Contents, Location
from resources.lake.rows import KEY, LOCATION_FIELDS, tuples_of
from resources.lake.tables import Table, of_documents

ROW_ID = "_rowid"


@dataclass(slots=True)
class Held:
    """One document that is there."""

    date: str
    bytes_there: bool = True
    chunk_ids: set[str] = field(default_factory=set)
    whole: bool = False  # its chunks are all there, and no others
    blank: bool = False  # there is no text to cut
    vectors: dict[str, set[str]] = field(default_factory=dict)  # table -> chunk ids


@dataclass(frozen=True, slots=True)
class Copies:
    """Rows that are there although another one with their key is."""

    table: str
    rows: Sequence[tuple[bytes, Sequence[int]]]  # key, and the row ids of all but the last


@dataclass(frozen=True, slots=True)
class Inventory:
    """All of one feed."""

    documents: dict[str, Held]
    loose_chunks: dict[str, str]  # of documents without a row: doc_id -> date
    loose_vectors: dict[str, str]
    copies: Sequence[Copies]

    @property
    def number_of_copies(self) -> int:
        return sum(len(ids) for each in self.copies for _, ids in each.rows)

    def dates(self) -> dict[str, str]:
        """doc_id -> date of everything that is there in any table."""
        held = {doc_id: each.date for doc_id, each in self.documents.items()}
        return {**self.loose_vectors, **self.loose_chunks, **held}


def take_inventory(
    feed: str, documents: Table, chunks: Table, vectors: Sequence[Table], contents: Contents
) -> Inventory:
    held, copies = _documents(feed, documents, contents)
    loose_chunks, more = _chunks(feed, chunks, held)
    copies += more
    _look_for_text(feed, documents, held)
    loose_vectors: dict[str, str] = {}
    for table in vectors:
        loose, more = _vectors(feed, table, held)
        loose_vectors |= loose
        copies += more
    return Inventory(held, loose_chunks, loose_vectors, copies)


def _documents(feed: str, table: Table, contents: Contents) -> tuple[dict[str, Held], list[Copies]]:
    columns = ("doc_id", "date", *LOCATION_FIELDS)
    found = _of_feed(table, feed, columns)
    rows = {doc_id: (date, Location(*where)) for doc_id, date, *where in tuples_of(found, columns)}
    missing = contents.missing([where for _, where in rows.values()])
    return {doc_id: Held(date, where not in missing) for doc_id, (date, where) in rows.items()}, _copies(table, found)


def _chunks(feed: str, table: Table, held: dict[str, Held]) -> tuple[dict[str, str], list[Copies]]:
    columns = ("doc_id", "chunk_id", "date", "siblings")
    found, loose = _of_feed(table, feed, columns), {}
    siblings: dict[str, list[int]] = defaultdict(list)
    for doc_id, chunk_id, date, number in tuples_of(found, columns):
        siblings[doc_id].append(number)
        if doc_id in held:
            held[doc_id].chunk_ids.add(chunk_id)
        else:
            loose[doc_id] = date
    for doc_id, numbers in siblings.items():
        if doc_id in held:
            held[doc_id].whole = all(number == len(numbers) for number in numbers)
    return loose, _copies(table, found)


def _look_for_text(feed: str, table: Table, held: dict[str, Held]) -> None:
    """Only of what has no chunk at all."""
    for where in of_documents(feed, [doc_id for doc_id, each in held.items() if not each.chunk_ids]):
        for doc_id, text in tuples_of(table.read(where, ("doc_id", "text")), ("doc_id", "text")):
            held[doc_id].blank = not text.strip()


def _vectors(feed: str, table: Table, held: dict[str, Held]) -> tuple[dict[str, str], list[Copies]]:
    columns = ("doc_id", "chunk_id", "date")
    found, loose = _of_feed(table, feed, columns), {}
    for doc_id, chunk_id, date in tuples_of(found, columns):
        if doc_id in held:
            held[doc_id].vectors.setdefault(table.name, set()).add(chunk_id)
        else:
            loose[doc_id] = date
    return loose, _copies(table, found)


def _of_feed(table: Table, feed: str, columns: Sequence[str]) -> pa.Table:
    return table.read_with_ids(col("feed") == feed, (KEY, *columns))


def _copies(table: Table, found: pa.Table) -> list[Copies]:
    often = {key for key, number in Counter(found.column(KEY).to_pylist()).items() if number > 1}
    ids: dict[bytes, list[int]] = defaultdict(list)
    for key, row_id in tuples_of(found, (KEY, ROW_ID)):
        if key in often:
            ids[key].append(row_id)
    rows = list(_but_the_last(ids))
    return [Copies(table.name, rows)] if rows else []


def _but_the_last(ids: dict[bytes, list[int]]) -> Iterator[tuple[bytes, list[int]]]:
    for key, found in ids.items():
        yield key, sorted(found)[:-1]
