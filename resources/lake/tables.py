"""One table: made once, whoever comes first; merged by key; read by filters in which a value is a value."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any, TypeVar

import lancedb
import pyarrow as pa
from lancedb.expr import Expr, col
from lancedb.index import FTS, BTree
from lancedb.query import MatchQuery

from resources.lake.errors import BrokenLake, LakeContended, OtherFormat, speaking_of
from resources.lake.rows import KEY, PRIMARY_KEY

TRIES = 8
VALUES_A_FILTER = 1000

BY_DOCUMENT: Mapping[str, Any] = {"doc_id": BTree()}
# No stemming and no stop words: the documents are in many languages. `icu/split` finds words in those that do
# not put spaces between them, and takes 1.234,56 apart in the index just as in the question.
WORDS = FTS(base_tokenizer="icu/split", stem=False, remove_stop_words=False, with_position=False)

Database = lancedb.db.DBConnection
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class State:
    """How tidy a table is."""

    rows: int
    unindexed_rows: int
    small_fragments: int


@dataclass(frozen=True, slots=True)
class Tidied:
    """What tidying one table did; the same state twice where it was not worth it."""

    table: str
    before: State
    after: State


class Table:
    def __init__(self, database: Database, uri: str, name: str, indices: Mapping[str, Any], worth: float) -> None:
        """`worth`: how much reading a row's fragment unindexed costs, as a share of tidying a row."""
        self._database = database
        self._uri = uri
        self._indices = indices
        self._worth = worth
        self._opening = threading.Lock()
        self._table: lancedb.table.Table | None = None
        self.name = name

    def make(self, schema: pa.Schema) -> "Table":
        """The table with this schema and its indices, whoever makes it."""
        with self._opening:
            if self._table is None:
                with speaking_of(self._uri):
                    self._table = self._made(schema)
        return self

    def find(self) -> bool:
        """Whether the table is there; it is not made."""
        with self._opening:
            if self._table is None:
                with speaking_of(self._uri):
                    self._table = self._existing()
        return self._table is not None

    def _made(self, schema: pa.Schema) -> lancedb.table.Table:
        table = self._existing() or self._created(schema)
        self._refuse_other_schema(table.schema, schema)
        for column, config in self._indices.items():
            self._contended(lambda: self._index(table, column, config))  # noqa: B023 (called at once)
        return table

    def _existing(self) -> lancedb.table.Table | None:
        try:
            return self._database.open_table(self.name)
        except ValueError as problem:
            if "not found" in str(problem):
                return None
            raise

    def _created(self, schema: pa.Schema) -> lancedb.table.Table:
        try:
            return self._database.create_table(self.name, schema=schema)
        except (OSError, RuntimeError, ValueError):
            faster = self._existing()
            if faster is None:
                raise
            return faster

    def _refuse_other_schema(self, found: pa.Schema, wanted: pa.Schema) -> None:
        columns = {field.name: field.type for field in found}
        for field in wanted:
            if columns.get(field.name) != field.type:
                have = columns.get(field.name, "missing")
                raise OtherFormat(self._uri, f"{self.name}.{field.name} is {have}, not {field.type}")
        if not PRIMARY_KEY.items() <= (found.field(KEY).metadata or {}).items():
            raise OtherFormat(self._uri, f"{self.name}.{KEY} is not marked as a primary key")

    @staticmethod
    def _index(table: lancedb.table.Table, column: str, config: Any) -> None:
        if not any(index.columns == [column] for index in table.list_indices()):
            table.create_index(column, config=config)

    @property
    def schema(self) -> pa.Schema:
        return self._opened.schema

    @property
    def _opened(self) -> lancedb.table.Table:
        if self._table is None:
            raise BrokenLake(self._uri, f"table {self.name!r} was used before it was made")
        return self._table

    def merge(self, rows: pa.Table) -> int:
        """Rows in, new or in the place of those with their key; how many took another's place.

        Never through an index on the key: on that way LanceDB lets two processes insert the same key.
        """
        with speaking_of(self._uri):
            merging = self._opened.merge_insert(KEY).when_matched_update_all().when_not_matched_insert_all()
            result = self._contended(lambda: merging.use_index(False).execute(rows))
        return int(result.num_updated_rows)

    def delete(self, where: Expr) -> None:
        with speaking_of(self._uri):
            self._contended(lambda: self._opened.delete(where))

    def read(self, where: Expr, columns: Sequence[str]) -> pa.Table:
        with speaking_of(self._uri):
            return _rows(self._opened.search().where(where), columns, None)

    def read_with_ids(self, where: Expr, columns: Sequence[str]) -> pa.Table:
        """The same, and for each row the number that tells it from another with its key."""
        with speaking_of(self._uri):
            return _rows(self._opened.search().where(where).with_row_id(True), columns, None)

    def delete_copies(self, copies: Sequence[tuple[bytes, Sequence[int]]]) -> None:
        """Rows named by key and number. Numbers move when somebody compacts: both must fit, so the last row stays."""
        for key, ids in copies:
            numbers = ", ".join(str(each) for each in ids)
            where = f"{KEY} = X'{key.hex()}' and _rowid in ({numbers})"
            with speaking_of(self._uri):
                self._contended(lambda where=where: self._opened.delete(where))  # type: ignore[misc]

    def best_matches(self, words: str, column: str, where: Expr, columns: Sequence[str], limit: int) -> pa.Table:
        """The best rows by BM25 among those the filter lets through, whether or not they are indexed yet."""
        with speaking_of(self._uri):
            query = _query(words, column)
            return _rows(self._opened.search(query, query_type="fts").where(where, prefilter=True), columns, limit)

    def nearest_vectors(self, vector: Any, where: Expr, columns: Sequence[str], limit: int) -> pa.Table:
        with speaking_of(self._uri):
            search: Any = self._opened.search(vector, "vector", "vector")
            return _rows(search.distance_type("cosine").where(where, prefilter=True), columns, limit)

    def count(self) -> int:
        with speaking_of(self._uri):
            return int(self._opened.count_rows())

    def tidy(self, keep_versions: timedelta, always: bool) -> Tidied:
        """Index what is new, compact, drop versions older than that: when what it saves is worth it."""
        with speaking_of(self._uri):
            before = self._state()
            if always or before.unindexed_rows * before.small_fragments * self._worth > before.rows:
                with suppress(LakeContended):  # whoever was faster may be tidying; the next run does it
                    self._contended(lambda: self._opened.optimize(cleanup_older_than=keep_versions))
            return Tidied(self.name, before, self._state())

    def _state(self) -> State:
        stats: Any = self._opened.stats()
        indices = [self._opened.index_stats(index.name) for index in self._opened.list_indices()]
        unindexed = max((found.num_unindexed_rows for found in indices if found is not None), default=0)
        return State(stats["num_rows"], unindexed, stats["fragment_stats"]["num_small_fragments"])

    def _contended(self, act: Callable[[], T]) -> T:
        """Try again when another writer was faster: each time one of them has got further."""
        for left in reversed(range(TRIES)):
            try:
                with speaking_of(self._uri):
                    return act()
            except LakeContended:
                if not left:
                    raise
        raise AssertionError("unreachable")


def every_table(database: Database) -> list[str]:
    """The names of all tables, page by page."""
    names, token = [], None
    while True:
        page = database.list_tables(page_token=token)
        names += page.tables
        token = page.page_token
        if not token:
            return names


def _query(words: str, column: str) -> Any:
    # A match query has no syntax: whatever the words hold, they are words.
    match: Any = MatchQuery
    return match(words, column)


def _rows(search: Any, columns: Sequence[str], limit: int | None) -> pa.Table:
    table: pa.Table = search.select(list(columns)).limit(limit).to_arrow()
    return table


def of_documents(feed: str, doc_ids: Iterable[str]) -> Iterator[Expr]:
    """Filters for the rows of these documents, each of a size the store digests."""
    for some in batched(doc_ids):
        yield (col("feed") == feed) & col("doc_id").isin(some)


def batched(values: Iterable[str]) -> Iterator[list[str]]:
    """As many values at a time as a filter takes, each once."""
    remaining = iter(dict.fromkeys(values))
    while some := list(islice(remaining, VALUES_A_FILTER)):
        yield some


def of_document(feed: str, doc_id: str) -> Expr:
    return (col("feed") == feed) & (col("doc_id") == doc_id)
