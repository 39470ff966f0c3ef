"""What a row of each table is, for Python and for Arrow, and that its key is one short binary column.

A key is what keeps two processes from writing the same row twice, and LanceDB's way there is narrow: the
column must carry the primary-key mark, must not be fixed-size binary, and must not be indexed (each of the three
loses the protection without a word). It is a hash, so that looking through all keys of a table stays cheap.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from resources.lake.errors import BadRow

Matrix = npt.NDArray[np.float32]

PRIMARY_KEY = {b"lance-schema:unenforced-primary-key": b"true"}
KEY = "key"


@dataclass(frozen=True, slots=True)
class LakeDocument:
    """One version of a document. `content` is written with it and read alone, through read_bytes."""

    feed: str
    doc_id: str
    date: str
    place: str
    mime: str
    parser_version: str
    text: str
    spans: str
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class LakeChunk:
    """One piece of a document's text; `score` is set by a search: greater is better."""

    chunk_id: str
    feed: str
    doc_id: str
    date: str
    position: int
    start: int
    end: int
    label: str
    text: str
    parser_version: str = ""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class LakeVector:
    chunk_id: str
    feed: str
    doc_id: str
    date: str
    vector: Sequence[float] | npt.NDArray[np.float32]


def _text(*names: str) -> list["pa.Field[Any]"]:
    return [pa.field(name, pa.string(), nullable=False) for name in names]


def _whole(*names: str) -> list["pa.Field[Any]"]:
    return [pa.field(name, pa.int64(), nullable=False) for name in names]


_KEY = pa.field(KEY, pa.binary(), nullable=False, metadata=PRIMARY_KEY)
_BODY = pa.field("text", pa.large_string(), nullable=False)

DOCUMENT_FIELDS = ("feed", "doc_id", "date", "place", "mime", "parser_version", "text", "spans")
LOCATION_FIELDS = ("bytes_path", "bytes_offset", "bytes_size")
DOCUMENTS = pa.schema(
    [
        _KEY,
        *_text("feed", "doc_id", "date", "place", "mime", "parser_version"),
        _BODY,
        *_text("spans", "bytes_path"),
        *_whole("bytes_offset", "bytes_size"),
    ]
)

# In the order of LakeChunk's own fields, up to its score.
CHUNK_FIELDS = (
    *("chunk_id", "feed", "doc_id", "date", "position", "start", "end", "label", "text"),
    "parser_version",
)
# `siblings` is how many chunks the document had when this one was written: a document whose rows disagree was
# cut off in the middle of being replaced, and counts as not chunked.
CHUNKS = pa.schema(
    [
        _KEY,
        *_text("chunk_id", "feed", "doc_id", "date"),
        *_whole("position", "start", "end"),
        *_text("label"),
        _BODY,
        *_text("parser_version"),
        *_whole("siblings"),
    ]
)


VECTOR_FIELDS = ("chunk_id", "feed", "doc_id", "date")


def vectors_schema(dimension: int) -> pa.Schema:
    vector = pa.field("vector", pa.list_(pa.float32(), dimension), nullable=False)
    return pa.schema([_KEY, *_text("chunk_id", "feed", "doc_id", "date"), vector])


def key(*parts: str | int) -> bytes:
    """Sixteen bytes that stand for these parts, and for no other parts."""
    lengths = "".join(f"{len(str(part))}:{part}" for part in parts)
    return hashlib.blake2b(lengths.encode("utf-8", "surrogatepass"), digest_size=16).digest()


Row = TypeVar("Row")


def by_key(rows: Iterable[Row], parts: Callable[[Row], tuple[str | int, ...]]) -> dict[bytes, Row]:
    """One row a key, the last: a batch that holds the same document twice (two places) writes it once."""
    return {key(*parts(row)): row for row in rows}


def documents_by_key(rows: Iterable[LakeDocument]) -> dict[bytes, LakeDocument]:
    return by_key(rows, lambda row: (row.feed, row.doc_id))


def documents_table(rows: Mapping[bytes, LakeDocument], locations: Sequence[tuple[Any, ...]]) -> pa.Table:
    columns = _columns(rows, DOCUMENT_FIELDS)
    columns |= dict(zip(LOCATION_FIELDS, map(list, zip(*locations, strict=True)), strict=True))
    return _table("documents", DOCUMENTS, columns)


def chunks_table(rows: Iterable[LakeChunk]) -> pa.Table:
    keyed = by_key(rows, lambda row: (row.feed, row.doc_id, row.position))
    columns = _columns(keyed, CHUNK_FIELDS)
    siblings = Counter((row.feed, row.doc_id) for row in keyed.values())
    columns["siblings"] = [siblings[row.feed, row.doc_id] for row in keyed.values()]
    return _table("chunks", CHUNKS, columns)


def vectors_table(rows: Iterable[LakeVector], matrix: Matrix) -> pa.Table:
    """`matrix` holds the rows' vectors, line by line."""
    keyed = by_key(enumerate(rows), lambda row: (row[1].feed, row[1].doc_id, row[1].chunk_id))
    lines = matrix[[line for line, _ in keyed.values()]]
    columns = _columns({name: row for name, (_, row) in keyed.items()}, VECTOR_FIELDS)
    columns["vector"] = pa.FixedSizeListArray.from_arrays(pa.array(lines.ravel()), matrix.shape[1])
    return _table("vectors", vectors_schema(matrix.shape[1]), columns)


def _columns(rows: Mapping[bytes, Any], names: Sequence[str]) -> dict[str, Any]:
    columns: dict[str, Any] = {name: [getattr(row, name) for row in rows.values()] for name in names}
    return {KEY: list(rows), **columns}


def _table(name: str, schema: pa.Schema, columns: dict[str, Any]) -> pa.Table:
    try:
        table = pa.Table.from_pydict(columns, schema=schema)
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as problem:
        raise BadRow(name, str(problem)) from problem
    for column in table.column_names:
        if table.column(column).null_count:
            raise BadRow(name, f"{column!r} is missing")
    return table


def tuples_of(table: pa.Table, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The rows, each with the values of these columns."""
    return zip(*(table.column(name).to_pylist() for name in columns), strict=True)


def documents_of(table: pa.Table) -> list[LakeDocument]:
    return [LakeDocument(*values) for values in tuples_of(table, DOCUMENT_FIELDS)]


def chunks_of(table: pa.Table, scores: "pa.ChunkedArray[Any] | None" = None) -> list[LakeChunk]:
    marks = scores.to_pylist() if scores is not None else [None] * table.num_rows
    rows = zip(tuples_of(table, CHUNK_FIELDS), marks, strict=True)
    return [LakeChunk(*(*values, mark)) for values, mark in rows]
