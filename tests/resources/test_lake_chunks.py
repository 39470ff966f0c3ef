"""Chunks in the lake: those of the last chunking and no others, found by any question."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.lake import Lake
from resources.lake.rows import CHUNKS, LakeChunk, chunks_table
from resources.lake.tables import Table
from tests.resources.lake_parts import FEED, chunks


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.open(str(tmp_path / "lake"))


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Three documents; `indexed` is in the full-text index, `fresh` came after it."""
    lake = Lake.open(str(tmp_path_factory.mktemp("lake")))
    lake.put_chunks(chunks("indexed", "Angebot Nr. 4711", "Lieferzeit 14 Tage ab Werk", "Preis 1.234,56 EUR"))
    lake.put_chunks(chunks("other", "Lieferzeit Lieferzeit Lieferzeit", "Preis", "Preis auf Anfrage"))
    lake.optimize(always=True)
    lake.put_chunks(chunks("fresh", "合計金額は100円です", "Delivery within 14 days", "O'Neill & Sons, part AB-99/x"))
    return lake


def texts(found: list[LakeChunk]) -> list[str]:
    return [chunk.text for chunk in found]


def test_chunks_come_back_in_their_order(lake: Lake) -> None:
    """What was written is read, by document and position; a document without chunks is not in the answer."""
    rows = chunks("a", "one", "two", "three")
    lake.put_chunks([*reversed(rows), *chunks("b", "other")])
    assert lake.read_chunks(FEED, ["b", "a", "none"]) == {"b": chunks("b", "other"), "a": rows}
    assert list(lake.read_chunks(FEED, ["b", "a"])) == ["b", "a"]


def test_a_document_keeps_only_the_chunks_of_its_last_chunking(lake: Lake) -> None:
    """Fewer chunks than before leave none behind, and other documents are not touched."""
    lake.put_chunks([*chunks("a", "one", "two", "three"), *chunks("b", "x", "y"), *chunks("a", "q", "r", feed="deals")])
    lake.put_chunks([*chunks("a", "all in one"), *chunks("b", "x", "new", "z")])
    found = lake.read_chunks(FEED, ["a", "b"])
    assert texts(found["a"]) == ["all in one"]
    assert texts(found["b"]) == ["x", "new", "z"]
    assert len(lake.read_chunks("deals", ["a"])["a"]) == 2


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(1, 5), min_size=1), min_size=1, max_size=4))
def test_the_last_chunking_wins_whatever_came_before(shared_lake: Lake, rounds: list[dict[str, int]]) -> None:
    """After any sequence of writings each document has exactly the chunks it was last given."""
    shared_lake.drop_chunks(FEED, "abc")
    last: dict[str, int] = {}
    for number, sizes in enumerate(rounds):
        rows = [row for name, size in sizes.items() for row in chunks(name, *[f"round {number}"] * size)]
        shared_lake.put_chunks(rows)
        last |= sizes
    assert {name: len(rows) for name, rows in shared_lake.read_chunks(FEED, "abc").items()} == last
    assert shared_lake.which_chunked(FEED, "abc") == set(last)


@pytest.fixture(scope="module")
def shared_lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return Lake.open(str(tmp_path_factory.mktemp("lake")))


def test_writing_chunks_again_changes_nothing(lake: Lake) -> None:
    """A crash after the write costs a repetition."""
    for _ in range(3):
        lake.put_chunks(chunks("a", "one", "two"))
    assert texts(lake.read_chunks(FEED, ["a"])["a"]) == ["one", "two"]


def test_a_document_given_twice_in_a_batch_is_written_once(lake: Lake) -> None:
    """Copies arrive together: they have the same chunks."""
    lake.put_chunks([*chunks("a", "one", "two"), *chunks("a", "one", "two")])
    assert texts(lake.read_chunks(FEED, ["a"])["a"]) == ["one", "two"]
    assert lake.which_chunked(FEED, ["a"]) == {"a"}


def test_dropped_chunks_are_gone(lake: Lake) -> None:
    """A document without chunks any more loses those it had; others keep theirs."""
    lake.put_chunks([*chunks("a", "one"), *chunks("b", "two")])
    lake.drop_chunks(FEED, ["a", "unknown"])
    assert lake.which_chunked(FEED, ["a", "b"]) == {"b"}


def test_a_replacement_that_died_half_way_counts_as_not_chunked(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between new rows and the removal of old ones a crash may come: the next run chunks the document again."""
    lake.put_chunks([*chunks("a", "one", "two", "three"), *chunks("b", "x")])

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Table, "delete", die)
    with pytest.raises(KeyboardInterrupt):
        lake.put_chunks(chunks("a", "all in one"))
    assert lake.which_chunked(FEED, ["a", "b"]) == {"b"}
    monkeypatch.undo()
    lake.put_chunks(chunks("a", "all in one"))
    assert lake.which_chunked(FEED, ["a", "b"]) == {"a", "b"}
    assert texts(lake.read_chunks(FEED, ["a"])["a"]) == ["all in one"]


def test_chunks_of_another_parser_are_not_these(lake: Lake) -> None:
    """When asked with a parser version, only its chunks count; without one, any do."""
    lake.put_chunks([*chunks("a", "one"), *chunks("b", "two", parser_version="p0")])
    assert lake.which_chunked(FEED, ["a", "b"], "p1") == {"a"}
    assert lake.which_chunked(FEED, ["a", "b"]) == {"a", "b"}


def test_a_search_stays_in_its_document(searched: Lake) -> None:
    """The words of other documents, however many, are no answer."""
    found = searched.search(FEED, "indexed", "Lieferzeit Preis", 5)
    assert {chunk.doc_id for chunk in found} == {"indexed"}
    assert set(texts(found)) == {"Lieferzeit 14 Tage ab Werk", "Preis 1.234,56 EUR"}
    assert searched.search("deals", "indexed", "Lieferzeit", 5) == []
    assert searched.search(FEED, "nobody", "Lieferzeit", 5) == []


def test_best_first_and_no_more_than_asked_for(searched: Lake) -> None:
    """Scores fall; the limit holds; a limit of nothing finds nothing."""
    found = searched.search(FEED, "indexed", "Preis 1.234,56 EUR Lieferzeit", 5)
    scores = [chunk.score or 0.0 for chunk in found]
    assert found[0].text == "Preis 1.234,56 EUR"
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0
    assert len(searched.search(FEED, "indexed", "Preis Lieferzeit", 1)) == 1
    assert searched.search(FEED, "indexed", "Preis", 0) == []


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("delivery DAYS", "Delivery within 14 days"),
        ("合計", "合計金額は100円です"),
        ("o'neill", "O'Neill & Sons, part AB-99/x"),
        ("AB-99/x", "O'Neill & Sons, part AB-99/x"),
    ],
)
def test_what_is_not_indexed_yet_is_found_all_the_same(searched: Lake, words: str, text: str) -> None:
    """Rows written since the index was last refreshed answer like the others, in any language."""
    assert texts(searched.search(FEED, "fresh", words, 1)) == [text]


@pytest.mark.parametrize(
    "query",
    ['"', "'", "a AND (", "*:*", "NOT", "+-", "price:^2~", "\\", "\0", " \n\t", "\U0001f642", "a" * 100_000, "{}[]"],
)
def test_any_text_is_a_question(searched: Lake, query: str) -> None:
    """A question has no syntax that it could break."""
    for doc_id in ("indexed", "fresh"):
        assert searched.search(FEED, doc_id, query, 3) == []


@given(query=st.text(max_size=60), doc_id=st.sampled_from(["indexed", "fresh"]))
def test_no_question_raises(searched: Lake, query: str, doc_id: str) -> None:
    """Documents and models write the questions: whatever they hold, there is an answer."""
    assert len(searched.search(FEED, doc_id, query, 2)) <= 2


def test_optimizing_changes_no_answer(lake: Lake) -> None:
    """Indexing and compacting are about speed: the same rows come back before and after."""
    for number in range(6):
        lake.put_chunks(chunks(f"d{number}", "Preis 10", f"Angebot {number}"))
    lake.put_chunks(chunks("d0", "only this Preis"))
    ids = [f"d{number}" for number in range(6)]
    before = lake.read_chunks(FEED, ids), [texts(lake.search(FEED, name, "Preis", 3)) for name in ids]
    for done in lake.optimize(always=True):
        assert done.after.unindexed_rows == 0
        assert done.after.small_fragments <= 1
        assert done.after.rows == done.before.rows
    assert (lake.read_chunks(FEED, ids), [texts(lake.search(FEED, name, "Preis", 3)) for name in ids]) == before


def test_tidying_waits_until_it_is_worth_it(lake: Lake) -> None:
    """A handful of new rows on a large table is left; they are found without it."""
    lake.put_chunks([row for number in range(200) for row in chunks(f"old{number}", "a", "b", "c")])
    lake.optimize(always=True)
    lake.put_chunks(chunks("new", "Preis"))
    _, done = lake.optimize()
    assert done.table == "chunks"
    assert done.before == done.after
    assert done.after.unindexed_rows == 1
    assert texts(lake.search(FEED, "new", "Preis", 1)) == ["Preis"]


def test_every_row_knows_how_many_siblings_it_was_written_with() -> None:
    """The count is taken within the document, not within the batch."""
    table = chunks_table([*chunks("a", "1", "2"), *chunks("b", "3"), *chunks("a", "4", feed="deals")])
    assert table.column("siblings").to_pylist() == [2, 2, 1, 1]
    assert table.schema == CHUNKS
