"""Vectors in the lake: one table a model, only real vectors, searched within one document."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.lake import Lake, LakeVector
from resources.lake.errors import BadVector
from resources.lake.vectors import table_name
from tests.resources.lake_parts import DAY, FEED, chunks, vector

MODEL = "sandbox/embed-1"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    opened = Lake.open(str(tmp_path / "lake"))
    opened.put_chunks([*chunks("a", "north", "east", "north-east"), *chunks("b", "north")])
    return opened


def all_vectors(lake: Lake) -> None:
    lake.put_vectors(MODEL, [vector("a", 0, 0, 1), vector("a", 1, 1, 0), vector("a", 2, 0.7, 0.7)])
    lake.put_vectors(MODEL, [vector("b", 0, 0, 1)])


def test_nearest_first_within_one_document(lake: Lake) -> None:
    """The chunks come with their text and their cosine similarity; another document's are no answer."""
    all_vectors(lake)
    found = lake.search_vectors(MODEL, FEED, "a", [0, 2], 2)
    assert [chunk.text for chunk in found] == ["north", "north-east"]
    assert found[0].score == pytest.approx(1.0)
    assert found[1].score == pytest.approx(math.sqrt(0.5), abs=1e-3)


def test_what_has_a_vector_is_told_by_chunk_and_model(lake: Lake) -> None:
    """A document whose embedding was cut short shows which of its chunks still need it."""
    assert lake.which_embedded(MODEL, FEED, ["a"]) == set()
    lake.put_vectors(MODEL, [vector("a", 0, 0, 1)])
    assert lake.which_embedded(MODEL, FEED, ["a", "b"]) == {"a:0"}
    assert lake.which_embedded("another", FEED, ["a"]) == set()
    assert lake.which_embedded(MODEL, "deals", ["a"]) == set()


def test_vectors_are_read_as_they_were_written(lake: Lake) -> None:
    """By chunk, of these documents and this model."""
    all_vectors(lake)
    found = lake.read_vectors(MODEL, FEED, ["a"])
    assert {chunk_id: each.tolist() for chunk_id, each in found.items()} == {
        "a:0": pytest.approx([0, 1]),
        "a:1": pytest.approx([1, 0]),
        "a:2": pytest.approx([0.7, 0.7]),
    }
    assert lake.read_vectors(MODEL, FEED, ["nobody"]) == {}
    assert lake.read_vectors("another", FEED, ["a"]) == {}


def test_writing_vectors_again_changes_nothing(lake: Lake) -> None:
    """A crash after the write costs a repetition; a later vector takes the earlier one's place."""
    for _ in range(3):
        all_vectors(lake)
    lake.put_vectors(MODEL, [vector("a", 0, 1, 0)])
    assert lake.which_embedded(MODEL, FEED, ["a", "b"]) == {"a:0", "a:1", "a:2", "b:0"}
    assert lake.search_vectors(MODEL, FEED, "a", [0, 1], 9)[0].text == "north-east"


def test_vectors_of_chunks_that_are_gone_are_passed_over(lake: Lake) -> None:
    """After a new chunking the answer holds only chunks that exist, and as many as were asked for."""
    all_vectors(lake)
    lake.put_chunks(chunks("a", "north", "east"))
    assert [chunk.text for chunk in lake.search_vectors(MODEL, FEED, "a", [1, 1.1], 2)] == ["north", "east"]


def test_a_search_for_nothing_finds_nothing(lake: Lake) -> None:
    """No vectors, no chunks or no limit are an empty answer."""
    assert lake.search_vectors(MODEL, FEED, "a", [0, 1], 3) == []
    all_vectors(lake)
    assert lake.search_vectors(MODEL, FEED, "nobody", [0, 1], 3) == []
    assert lake.search_vectors(MODEL, FEED, "a", [0, 1], 0) == []


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_refuses_the_batch(lake: Lake, bad: float) -> None:
    """One bad vector is named, and none of its batch is written."""
    with pytest.raises(BadVector, match=r"'a:1'.*'sandbox/embed-1'.*no finite number"):
        lake.put_vectors(MODEL, [vector("a", 0, 0, 1), vector("a", 1, bad, 1)])
    assert lake.which_embedded(MODEL, FEED, ["a"]) == set()


def test_another_length_refuses_the_batch(lake: Lake) -> None:
    """A model has one length of vector: within a batch, later, and in a question."""
    with pytest.raises(BadVector, match=r"'a:1'.*has 3 numbers, not 2"):
        lake.put_vectors(MODEL, [vector("a", 0, 0, 1), vector("a", 1, 1, 2, 3)])
    all_vectors(lake)
    with pytest.raises(BadVector, match="has 3 numbers, not 2"):
        lake.put_vectors(MODEL, [vector("a", 0, 1, 2, 3)])
    with pytest.raises(BadVector, match=r"query.*has 1 numbers, not 2"):
        lake.search_vectors(MODEL, FEED, "a", [1.0], 3)
    with pytest.raises(BadVector, match="has 0 numbers"):
        lake.put_vectors("empty", [vector("a", 0)])


def test_two_models_have_nothing_to_do_with_each_other(lake: Lake) -> None:
    """Vectors of another model may have another length, and are no answer to this one's question."""
    all_vectors(lake)
    lake.put_vectors("other-3d", [vector("a", 0, 1, 2, 3)])
    assert lake.which_embedded("other-3d", FEED, ["a"]) == {"a:0"}
    assert len(lake.search_vectors(MODEL, FEED, "a", [0, 1], 9)) == 3


def test_a_chunk_given_twice_keeps_its_last_vector(lake: Lake) -> None:
    """A batch that holds a chunk twice writes it once."""
    lake.put_vectors(MODEL, [vector("a", 0, 0, 1), vector("a", 1, 1, 0), vector("a", 0, 1, 0)])
    assert lake.which_embedded(MODEL, FEED, ["a"]) == {"a:0", "a:1"}
    scores = [chunk.score for chunk in lake.search_vectors(MODEL, FEED, "a", [1, 0], 9)]
    assert scores == pytest.approx([1.0, 1.0])


def test_arrays_are_vectors_too(lake: Lake) -> None:
    """The engine that embeds may hand out numpy rows."""
    rows = np.asarray([[0, 1], [1, 0]], dtype=np.float32)
    lake.put_vectors(MODEL, [LakeVector(f"a:{place}", FEED, "a", DAY, row) for place, row in enumerate(rows)])
    assert lake.search_vectors(MODEL, FEED, "a", rows[1], 1)[0].text == "east"


def test_a_second_lake_finds_the_tables_of_the_first(lake: Lake) -> None:
    """Another process sees at once what this one wrote, also a model's first vectors."""
    other = Lake.open(lake.uri)
    assert other.which_embedded(MODEL, FEED, ["a"]) == set()
    all_vectors(lake)
    assert len(other.which_embedded(MODEL, FEED, ["a", "b"])) == 4


def test_optimizing_covers_the_models_in_use(lake: Lake) -> None:
    """Vectors are compacted with the rest."""
    all_vectors(lake)
    assert [done.table for done in lake.optimize(always=True)] == ["documents", "chunks", table_name(MODEL)]
    assert len(lake.search_vectors(MODEL, FEED, "a", [0, 1], 9)) == 3


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_table_name_is_safe_and_the_models_own(first: str, second: str) -> None:
    """Whatever a provider calls its model, the name is a table's and differs from every other model's."""
    assert set(table_name(first)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")
    assert len(table_name(first)) < 120
    assert (table_name(first) == table_name(second)) == (first == second)
