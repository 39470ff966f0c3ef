"""Rows and their keys: nothing changes on the way through Arrow, and no two things share a key."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.lake.errors import BadRow
from resources.lake.rows import (
    CHUNKS,
    DOCUMENTS,
    KEY,
    PRIMARY_KEY,
    chunks_of,
    chunks_table,
    documents_by_key,
    documents_of,
    documents_table,
    key,
    tuples_of,
    vectors_schema,
    vectors_table,
)
from tests.resources.lake_parts import chunks, document, vector

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PARTS = st.lists(st.text() | st.integers(), max_size=4)
NOWHERE = ("", 0, 0)


@given(PARTS, PARTS)
def test_a_key_stands_for_its_parts_and_no_others(first: list[str | int], second: list[str | int]) -> None:
    """Parts cannot run into each other: ("a", "bc") is not ("ab", "c")."""
    same = [str(part) for part in first] == [str(part) for part in second]
    assert (key(*first) == key(*second)) == same
    assert len(key(*first)) == 16


def test_parts_do_not_run_into_each_other() -> None:
    """The neighbours that a joined string would confuse."""
    alike = [("a", "bc"), ("ab", "c"), ("abc",), ("a", "", "bc"), ("1:a", "bc"), ("1", ":abc"), ("a", "b", "c")]
    assert len({key(*parts) for parts in alike}) == len(alike)


@pytest.mark.parametrize("schema", [DOCUMENTS, CHUNKS, vectors_schema(3)], ids=["documents", "chunks", "vectors"])
def test_every_table_has_the_one_kind_of_key_that_protects(schema: pa.Schema) -> None:
    """Marked, never null, binary of variable size; and no other column is part of it."""
    assert schema.field(KEY).type == pa.binary()
    assert [field.name for field in schema if field.metadata == PRIMARY_KEY] == [KEY]
    assert not any(field.nullable for field in schema)


@given(text=TEXT, place=TEXT, spans=TEXT)
def test_a_document_is_the_same_after_arrow(text: str, place: str, spans: str) -> None:
    """Any text a document can hold survives, but for its bytes, which are not in the table."""
    row = replace(document("a", text=text, place=place), spans=spans)
    assert documents_of(documents_table(documents_by_key([row]), [NOWHERE])) == [replace(row, content=None)]


@given(text=TEXT, label=TEXT, position=st.integers(0, 2**40), start=st.integers(0, 2**40))
def test_a_chunk_is_the_same_after_arrow(text: str, label: str, position: int, start: int) -> None:
    """Offsets and positions are not cut to 32 bits."""
    (row,) = chunks("a", text)
    row = replace(row, label=label, position=position, start=start)
    assert chunks_of(chunks_table([row])) == [row]


def test_scores_come_with_the_chunks_of_a_search() -> None:
    """A chunk that was read has no score, one that was found has its own."""
    table = chunks_table(chunks("a", "one", "two"))
    assert [chunk.score for chunk in chunks_of(table)] == [None, None]
    assert [chunk.score for chunk in chunks_of(table, pa.chunked_array([[2.5, 1.0]]))] == [2.5, 1.0]


def test_the_last_row_of_a_key_is_the_one() -> None:
    """A merge from rows with the same key would be undefined: there is one row a key."""
    rows = documents_by_key([document("a", text="first"), document("b"), document("a", text="last")])
    assert [row.text for row in rows.values()] == ["last", "Offer 4711"]
    matrix = np.asarray([[1, 0], [0, 1], [5, 5]], dtype=np.float32)
    table = vectors_table([vector("a", 0), vector("a", 1), vector("a", 0)], matrix)
    assert list(tuples_of(table, ("chunk_id", "vector"))) == [("a:0", [5, 5]), ("a:1", [0, 1])]


@pytest.mark.parametrize(
    "bad", [{"position": "first"}, {"start": 2**70}, {"text": None}, {"text": "\udcff"}, {"label": 7}]
)
def test_what_is_no_row_says_so(bad: dict[str, object]) -> None:
    """A wrong type, a number out of range, nothing, or half a character: one sentence with the table's name."""
    rows = [replace(chunks("a", "one")[0], **bad)]  # type: ignore[arg-type]
    with pytest.raises(BadRow, match="the lake's chunks"):
        chunks_table(rows)
