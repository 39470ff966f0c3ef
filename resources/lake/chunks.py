"""A document has the chunks of its last chunking and no others, and each is found by the words in it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import pyarrow as pa
from lancedb.expr import col

from resources.lake.rows import CHUNK_FIELDS, CHUNKS, LakeChunk, chunks_of, chunks_table, tuples_of
from resources.lake.tables import Table, of_document, of_documents


class Chunks:
    def __init__(self, table: Table) -> None:
        self._table = table

    @property
    def table(self) -> Table:
        return self._table.make(CHUNKS)

    def put(self, rows: Sequence[LakeChunk]) -> None:
        if rows and self.table.merge(chunks_table(rows)):
            self._drop_leftovers(rows)

    def _drop_leftovers(self, rows: Sequence[LakeChunk]) -> None:
        """A document that has fewer chunks than before keeps none of those past its new end.

        Dying before this leaves rows that disagree on the number of their siblings: `which` says so.
        """
        for (feed, end), doc_ids in _by_end(rows).items():
            for where in of_documents(feed, doc_ids):
                self._table.delete(where & (col("position") >= end))

    def drop(self, feed: str, doc_ids: Sequence[str]) -> None:
        for where in of_documents(feed, doc_ids):
            self.table.delete(where)

    def read(self, feed: str, doc_ids: Sequence[str]) -> dict[str, list[LakeChunk]]:
        found: dict[str, list[LakeChunk]] = defaultdict(list)
        for table in self._tables(feed, doc_ids, CHUNK_FIELDS):
            for chunk in chunks_of(table):
                found[chunk.doc_id].append(chunk)
        asked = dict.fromkeys(doc_ids)
        return {doc_id: sorted(found[doc_id], key=_position) for doc_id in asked if doc_id in found}

    def which(self, feed: str, doc_ids: Sequence[str], parser_version: str | None) -> set[str]:
        rows: dict[str, list[tuple[int, str]]] = defaultdict(list)
        columns = ("doc_id", "siblings", "parser_version")
        for table in self._tables(feed, doc_ids, columns):
            for doc_id, siblings, version in tuples_of(table, columns):
                rows[doc_id].append((siblings, version))
        return {doc_id for doc_id, found in rows.items() if _is_whole(found, parser_version)}

    def search(self, feed: str, doc_id: str, query: str, limit: int) -> list[LakeChunk]:
        if limit < 1 or not query.strip():
            return []
        columns = (*CHUNK_FIELDS, "_score")
        found = self.table.best_matches(query, "text", of_document(feed, doc_id), columns, limit)
        chunks = chunks_of(found, found.column("_score"))
        return sorted(chunks, key=lambda chunk: (-(chunk.score or 0.0), chunk.position))

    def _tables(self, feed: str, doc_ids: Sequence[str], columns: Sequence[str]) -> Iterator[pa.Table]:
        table = self.table
        return (table.read(where, columns) for where in of_documents(feed, doc_ids))


def _position(chunk: LakeChunk) -> int:
    return chunk.position


def _by_end(rows: Sequence[LakeChunk]) -> dict[tuple[str, int], list[str]]:
    """The documents of these rows by feed and by the position after their last one."""
    ends: dict[tuple[str, str], int] = {}
    for row in rows:
        document = row.feed, row.doc_id
        ends[document] = max(row.position + 1, ends.get(document, 0))
    documents: dict[tuple[str, int], list[str]] = defaultdict(list)
    for (feed, doc_id), end in ends.items():
        documents[feed, end].append(doc_id)
    return documents


def _is_whole(rows: Sequence[tuple[int, str]], parser_version: str | None) -> bool:
    return all(siblings == len(rows) and parser_version in (None, version) for siblings, version in rows)
