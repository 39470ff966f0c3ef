"""What of a feed is in the lake: counted without reading texts, copies told apart, bytes looked for."""

from pathlib import Path

import lancedb
import pytest

from resources.lake import Lake
from resources.lake.place import find_place
from tests.resources.lake_parts import DAY, FEED, chunks, document, vector


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake.open(str(tmp_path / "lake"))
    lake.put_documents([document("a"), document("b"), document("blank", text=" ")])
    lake.put_chunks([*chunks("a", "one", "two"), *chunks("b", "one")])
    lake.put_vectors("m", [vector("a", 0, 1, 0), vector("b", 0, 1, 0), vector("gone", 0, 1, 0)])
    return lake


def copy_rows(lake: Lake, name: str, times: int = 1) -> None:
    """As two writers did before there was a primary key."""
    table = lancedb.connect(find_place(lake.uri).tables_uri).open_table(name)
    rows = table.to_arrow()
    for _ in range(times):
        table.add(rows)


def test_a_whole_lake_is_told_whole(lake: Lake) -> None:
    """Documents with chunks and vectors by table; a blank one has nothing to cut."""
    found = lake.inventory(FEED)
    assert {doc_id: (each.whole, each.blank, each.bytes_there) for doc_id, each in found.documents.items()} == {
        "a": (True, False, True),
        "b": (True, False, True),
        "blank": (False, True, True),
    }
    [(_, embedded)] = found.documents["a"].vectors.items()
    assert embedded == {"a:0"}
    assert found.loose_vectors == {"gone": DAY}
    assert found.number_of_copies == 0


def test_another_feed_is_another_feed(lake: Lake) -> None:
    """Nothing of it is counted."""
    lake.put_documents([document("c", feed="deals")])
    assert "c" not in lake.inventory(FEED).documents
    assert set(lake.inventory("deals").documents) == {"c"}


def test_bytes_that_are_gone_or_cut_short_are_missed(lake: Lake, tmp_path: Path) -> None:
    """By the size of their file."""
    [file] = (tmp_path / "lake" / "bytes").rglob("*.bytes")
    file.write_bytes(file.read_bytes()[:-1])
    held = lake.inventory(FEED).documents
    assert sorted(each.bytes_there for each in held.values()) == [False, True, True]
    file.unlink()
    assert not any(each.bytes_there for each in lake.inventory(FEED).documents.values())


def test_a_document_without_all_its_chunks_is_not_whole(lake: Lake) -> None:
    """Or without any."""
    lake.drop_chunks(FEED, ["b"])
    lancedb.connect(find_place(lake.uri).tables_uri).open_table("chunks").delete("chunk_id = 'a:1'")
    held = lake.inventory(FEED).documents
    assert (held["a"].whole, held["b"].whole, held["b"].blank) == (False, False, False)


def test_copies_are_told_and_all_but_one_deleted(lake: Lake) -> None:
    """In every table, however often; nothing else is touched."""
    for name in ("documents", "chunks", vectors_of(lake)):
        copy_rows(lake, name, times=2)
    found = lake.inventory(FEED)
    assert found.number_of_copies == 2 * (3 + 3 + 3)
    lake.drop_copies(found)
    again = lake.inventory(FEED)
    assert again.number_of_copies == 0
    assert {doc_id: each.whole for doc_id, each in again.documents.items()} == {"a": True, "b": True, "blank": False}
    assert lake.read_bytes(FEED, "a") == b"%PDF"


def vectors_of(lake: Lake) -> str:
    [name] = {table for each in lake.inventory(FEED).documents.values() for table in each.vectors}
    return name


def test_rows_that_moved_meanwhile_are_not_mistaken_for_others(lake: Lake) -> None:
    """Compaction renumbers rows: what was told before it deletes no last row."""
    copy_rows(lake, "chunks")
    found = lake.inventory(FEED)
    lake.optimize(always=True)
    lake.drop_copies(found)
    assert {doc_id: len(each.chunk_ids) for doc_id, each in lake.inventory(FEED).documents.items()} == {
        "a": 2,
        "b": 1,
        "blank": 0,
    }


def test_what_is_dropped_is_gone_from_all_tables(lake: Lake) -> None:
    """Also from tables of models that this process never used."""
    again = Lake.open(lake.uri)
    again.drop(FEED, ["a", "gone"])
    found = again.inventory(FEED)
    assert set(found.dates()) == {"b", "blank"}


def test_single_vectors_are_dropped_by_chunk(lake: Lake) -> None:
    """Of one table."""
    lake.drop_vectors(vectors_of(lake), FEED, ["b:0"])
    held = lake.inventory(FEED).documents
    assert (bool(held["a"].vectors), bool(held["b"].vectors)) == (True, False)
