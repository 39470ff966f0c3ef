"""Each embedding model has a table of its own, and only real vectors of one length enter it."""

import re
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from resources.lake.errors import BadVector
from resources.lake.rows import LakeVector, Matrix, key, tuples_of, vectors_schema, vectors_table
from resources.lake.tables import Table, of_document, of_documents

PREFIX = "vectors_"

Vector = Sequence[float] | Matrix


class Vectors:
    def __init__(self, table: Callable[[str], Table]) -> None:
        self._new_table = table
        self._tables: dict[str, Table] = {}
        self._naming = threading.Lock()

    @property
    def tables(self) -> list[Table]:
        with self._naming:
            return list(self._tables.values())

    def every(self, names: Sequence[str]) -> list[Table]:
        """The tables of all models there ever were, of the names of all tables."""
        with self._naming:
            opened = {table.name: table for table in self._tables.values()}
            found = [opened.get(name) or self._new_table(name) for name in names if name.startswith(PREFIX)]
        return [table for table in found if table.find()]

    def put(self, model: str, rows: Sequence[LakeVector]) -> None:
        if rows:
            table = self._of(model)
            matrix = checked(model, rows, _dimension(table))
            table.make(vectors_schema(matrix.shape[1])).merge(vectors_table(rows, matrix))

    def which(self, model: str, feed: str, doc_ids: Sequence[str]) -> set[str]:
        table = self._of(model)
        if not table.find():
            return set()
        found = (table.read(where, ("chunk_id",)) for where in of_documents(feed, doc_ids))
        return {chunk_id for some in found for (chunk_id,) in tuples_of(some, ("chunk_id",))}

    def read(self, model: str, feed: str, doc_ids: Sequence[str]) -> dict[str, Matrix]:
        table, columns = self._of(model), ("chunk_id", "vector")
        if not table.find():
            return {}
        found: dict[str, Matrix] = {}
        for where in of_documents(feed, doc_ids):
            rows = table.read(where, columns)
            vectors: Any = rows.column("vector").combine_chunks()
            lines = vectors.flatten().to_numpy().reshape(rows.num_rows, vectors.type.list_size)
            found |= {chunk_id: line for (chunk_id,), line in zip(tuples_of(rows, columns[:1]), lines, strict=True)}
        return found

    def nearest(self, model: str, feed: str, doc_id: str, vector: Vector, limit: int) -> dict[str, float]:
        """The chunk ids of one document whose vectors are nearest, with their cosine similarity."""
        table = self._of(model)
        if limit < 1 or not table.find():
            return {}
        query = checked(model, [LakeVector("(the query)", feed, doc_id, "", vector)], _dimension(table))[0]
        columns = ("chunk_id", "_distance")
        found = table.nearest_vectors(query, of_document(feed, doc_id), columns, limit)
        return {chunk_id: 1.0 - distance for chunk_id, distance in tuples_of(found, columns)}

    def _of(self, model: str) -> Table:
        with self._naming:
            if model not in self._tables:
                self._tables[model] = self._new_table(table_name(model))
            return self._tables[model]


def table_name(model: str) -> str:
    """Readable, and another one for every other model."""
    readable = re.sub(r"[^A-Za-z0-9_.-]+", "_", model)[:80]
    return f"{PREFIX}{readable}_{key(model).hex()[:8]}"


def checked(model: str, rows: Sequence[LakeVector], dimension: int | None) -> Matrix:
    """The vectors as one matrix, of this length or (when nothing is known yet) of the first one's."""
    wanted = dimension or len(rows[0].vector)
    for row in rows:
        if len(row.vector) != wanted or not wanted:
            raise BadVector(model, row.chunk_id, f"has {len(row.vector)} numbers, not {wanted or 'any'}")
    matrix = np.asarray([row.vector for row in rows], dtype=np.float32)
    finite = np.isfinite(matrix).all(axis=1)
    if not finite.all():
        raise BadVector(model, rows[int(finite.argmin())].chunk_id, "holds a value that is no finite number")
    return matrix


def _dimension(table: Table) -> int | None:
    return int(table.schema.field("vector").type.list_size) if table.find() else None
