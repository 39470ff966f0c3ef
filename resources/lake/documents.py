"""What a document says is a row; what it was read from lies beside the table."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple

import pyarrow as pa

from resources.lake.contents import NOWHERE, Contents, Location
from resources.lake.errors import NoSuchBytes
from resources.lake.rows import (
    DOCUMENT_FIELDS,
    DOCUMENTS,
    KEY,
    LOCATION_FIELDS,
    LakeDocument,
    documents_by_key,
    documents_of,
    documents_table,
    tuples_of,
)
from resources.lake.tables import Table, of_documents


class Documents:
    def __init__(self, table: Table, contents: Contents) -> None:
        self._table = table
        self._contents = contents

    @property
    def table(self) -> Table:
        return self._table.make(DOCUMENTS)

    def put(self, rows: Sequence[LakeDocument]) -> None:
        """Bytes first, so that a row that says where its bytes are is right."""
        keyed = documents_by_key(rows)
        if keyed:
            located = self._kept(keyed.values()) | self._contents.put(keyed)
            where = [astuple(located.get(name, NOWHERE)) for name in keyed]
            self.table.merge(documents_table(keyed, where))

    def _kept(self, rows: Iterable[LakeDocument]) -> dict[bytes, Location]:
        """Where the bytes of those documents are that come without them."""
        without: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            if row.content is None:
                without[row.feed].append(row.doc_id)
        return {
            found: Location(*where)
            for feed, doc_ids in without.items()
            for table in self._tables(feed, doc_ids, (KEY, *LOCATION_FIELDS))
            for found, *where in tuples_of(table, (KEY, *LOCATION_FIELDS))
        }

    def read(self, feed: str, doc_ids: Sequence[str]) -> list[LakeDocument]:
        found = {
            document.doc_id: document
            for table in self._tables(feed, doc_ids, DOCUMENT_FIELDS)
            for document in documents_of(table)
        }
        return [found[doc_id] for doc_id in dict.fromkeys(doc_ids) if doc_id in found]

    def read_bytes(self, feed: str, doc_id: str) -> bytes:
        for table in self._tables(feed, [doc_id], LOCATION_FIELDS):
            for where in tuples_of(table, LOCATION_FIELDS):
                content = self._contents.read(Location(*where)) if where[0] else None
                if content is not None:
                    return content
        raise NoSuchBytes(feed, doc_id)

    def which(self, feed: str, doc_ids: Sequence[str], parser_version: str) -> set[str]:
        columns = ("doc_id", "parser_version")
        return {
            doc_id
            for table in self._tables(feed, doc_ids, columns)
            for doc_id, version in tuples_of(table, columns)
            if version == parser_version
        }

    def _tables(self, feed: str, doc_ids: Sequence[str], columns: Sequence[str]) -> Iterator[pa.Table]:
        table = self.table
        return (table.read(where, columns) for where in of_documents(feed, doc_ids))
