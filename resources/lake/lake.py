"""The lake's whole surface: rows in and out in batches, and one document's best chunks for a question.

Every method blocks and may be called from many threads (asyncio.to_thread). Writing the same rows again
changes nothing, from however many processes. The chunks of one document come in one call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import lancedb
from lancedb.expr import col

from resources.lake.chunks import Chunks
from resources.lake.contents import Contents
from resources.lake.documents import Documents
from resources.lake.errors import speaking_of
from resources.lake.inventory import Inventory, take_inventory
from resources.lake.place import Place, find_place
from resources.lake.rows import LakeChunk, LakeDocument, LakeVector, Matrix
from resources.lake.tables import BY_DOCUMENT, WORDS, Database, Table, Tidied, batched, every_table, of_documents
from resources.lake.vectors import Vector, Vectors

# Tidying costs by the table's rows (10 µs a chunk), not tidying by each later look through each new fragment: a
# search for every document (0.5 ms), a read for some hundreds of them (0.2 ms).
WORTH_SEARCHED = 16.0
WORTH_READ = 0.1
KEEP_VERSIONS = timedelta(minutes=5)


class Lake:
    def __init__(self, place: Place, database: Database) -> None:
        def table(name: str, indices: Mapping[str, Any] = BY_DOCUMENT, worth: float = WORTH_READ) -> Table:
            return Table(database, place.uri, name, indices, worth)

        self.uri = place.uri
        self._database = database
        self._contents = Contents(place)
        self._documents = Documents(table("documents"), self._contents)
        self._chunks = Chunks(table("chunks", {**BY_DOCUMENT, "text": WORDS}, WORTH_SEARCHED))
        self._vectors = Vectors(table)

    @classmethod
    def open(cls, uri: str) -> "Lake":
        """The lake at a path or URI, made there on first use."""
        place = find_place(uri)
        with speaking_of(uri):
            database = lancedb.connect(place.tables_uri, read_consistency_interval=timedelta(0))
        return cls(place, database)

    def put_documents(self, rows: Sequence[LakeDocument]) -> None:
        """New rows, or new readings of old ones, which come without `content`: the bytes that are there stay."""
        self._documents.put(rows)

    def read_documents(self, feed: str, doc_ids: Sequence[str]) -> list[LakeDocument]:
        """Those of these documents that are there, in this order, without their bytes."""
        return self._documents.read(feed, doc_ids)

    def read_bytes(self, feed: str, doc_id: str) -> bytes:
        """The bytes a document was read from; raises NoSuchBytes."""
        return self._documents.read_bytes(feed, doc_id)

    def which_documents(self, feed: str, doc_ids: Sequence[str], parser_version: str) -> set[str]:
        """Those of these documents that are there as this parser read them."""
        return self._documents.which(feed, doc_ids, parser_version)

    def put_chunks(self, rows: Sequence[LakeChunk]) -> None:
        """The chunks of these documents, in the place of those they had."""
        self._chunks.put(rows)

    def drop_chunks(self, feed: str, doc_ids: Sequence[str]) -> None:
        """For documents that have no chunks any more."""
        self._chunks.drop(feed, doc_ids)

    def read_chunks(self, feed: str, doc_ids: Sequence[str]) -> dict[str, list[LakeChunk]]:
        """The chunks of these documents in their order; a document without any is not in the answer."""
        return self._chunks.read(feed, doc_ids)

    def which_chunked(self, feed: str, doc_ids: Sequence[str], parser_version: str | None = None) -> set[str]:
        """Those of these documents whose chunks are there, all of them and no others (and of this parser)."""
        return self._chunks.which(feed, doc_ids, parser_version)

    def search(self, feed: str, doc_id: str, query: str, limit: int) -> list[LakeChunk]:
        """The chunks of one document that hold words of the query, best first (BM25); any text is a query."""
        return self._chunks.search(feed, doc_id, query, limit)

    def put_vectors(self, model: str, rows: Sequence[LakeVector]) -> None:
        """Vectors of one embedding model; a single bad one refuses the batch (BadVector)."""
        self._vectors.put(model, rows)

    def which_embedded(self, model: str, feed: str, doc_ids: Sequence[str]) -> set[str]:
        """The ids of those chunks of these documents that have a vector of this model."""
        return self._vectors.which(model, feed, doc_ids)

    def read_vectors(self, model: str, feed: str, doc_ids: Sequence[str]) -> Mapping[str, Matrix]:
        """The vectors of this model that the chunks of these documents have, by chunk id."""
        return self._vectors.read(model, feed, doc_ids)

    def search_vectors(self, model: str, feed: str, doc_id: str, vector: Vector, limit: int) -> list[LakeChunk]:
        """The chunks of one document nearest to a vector, best first, scored by cosine similarity.

        Vectors of chunks that are gone are passed over.
        """
        chunks = {chunk.chunk_id: chunk for chunk in self._chunks.read(feed, [doc_id]).get(doc_id, [])}
        nearest = self._vectors.nearest(model, feed, doc_id, vector, max(limit, 0) and limit + len(chunks))
        found = [replace(chunks[name], score=score) for name, score in nearest.items() if name in chunks]
        return found[: max(limit, 0)]

    def inventory(self, feed: str) -> Inventory:
        """What of a feed is here, in all tables."""
        tables = self._documents.table, self._chunks.table
        return take_inventory(feed, *tables, self._every_vectors(), self._contents)

    def drop(self, feed: str, doc_ids: Sequence[str]) -> None:
        """These documents from all tables; the bytes of a batch lie in one file and stay."""
        for table in (self._documents.table, self._chunks.table, *self._every_vectors()):
            for where in of_documents(feed, doc_ids):
                table.delete(where)

    def drop_copies(self, inventory: Inventory) -> None:
        """All but one of the rows that have the same key."""
        tables = {each.name: each for each in (self._documents.table, self._chunks.table, *self._every_vectors())}
        for copies in inventory.copies:
            tables[copies.table].delete_copies(copies.rows)

    def drop_vectors(self, table: str, feed: str, chunk_ids: Sequence[str]) -> None:
        """Vectors of chunks that are gone."""
        [found] = [each for each in self._every_vectors() if each.name == table]
        for some in batched(chunk_ids):
            found.delete((col("feed") == feed) & col("chunk_id").isin(some))

    def _every_vectors(self) -> list[Table]:
        with speaking_of(self.uri):
            return self._vectors.every(every_table(self._database))

    def optimize(self, keep_versions: timedelta = KEEP_VERSIONS, always: bool = False) -> tuple[Tidied, ...]:
        """After writing, before searching: index and compact where that is worth it, drop old versions."""
        tables = [self._documents.table, self._chunks.table, *self._vectors.tables]
        return tuple(table.tidy(keep_versions, always) for table in tables if table.find())
