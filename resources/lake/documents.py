"""What a document says is a row; what it was read from lies beside the table."""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from resources.lake.contents import Contents
from resources.lake.rows import (
    DOCUMENT_FIELDS,
    DOCUMENTS,
    LakeDocument,
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
        """Bytes first, so that a row that is there has its bytes."""
        if rows:
            table = documents_table(rows)
            self._contents.put(rows)
            self.table.merge(table)

    def read(self, feed: str, doc_ids: Sequence[str]) -> list[LakeDocument]:
        found = {
            document.doc_id: document
            for table in self._tables(feed, doc_ids, DOCUMENT_FIELDS)
            for document in documents_of(table)
        }
        return [found[doc_id] for doc_id in dict.fromkeys(doc_ids) if doc_id in found]

    def read_bytes(self, feed: str, doc_id: str) -> bytes:
        return self._contents.read(feed, doc_id)

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
