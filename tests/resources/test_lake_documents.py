"""Documents in the lake: rows and bytes, written again without harm, found under any name."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.lake import Lake
from resources.lake.contents import Contents, Location
from resources.lake.errors import BadRow, NoSuchBytes
from resources.lake.place import find_place
from resources.lake.rows import documents_by_key
from tests.resources.lake_parts import FEED, document

ANY_NAME = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.open(str(tmp_path / "lake"))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return Lake.open(str(tmp_path_factory.mktemp("lake")))


def files_of_bytes(lake: Lake) -> list[Path]:
    return [path for path in Path(lake.uri, "bytes").rglob("*") if path.is_file()]


def test_rows_come_back_as_they_were_without_their_bytes(lake: Lake) -> None:
    """What was written is read, in the order asked for; bytes are read alone."""
    rows = [document("a", text="Größe 1.234,56 €\n"), document("b", content=b"\x00\xff" * 9)]
    lake.put_documents(rows)
    found = lake.read_documents(FEED, ["b", "a"])
    assert found == [replace(rows[1], content=None), replace(rows[0], content=None)]
    assert lake.read_bytes(FEED, "b") == b"\x00\xff" * 9
    assert lake.read_bytes(FEED, "a") == b"%PDF"


def test_a_document_asked_for_twice_comes_once_and_an_unknown_one_not_at_all(lake: Lake) -> None:
    """A read answers with what is there."""
    lake.put_documents([document("a")])
    assert [row.doc_id for row in lake.read_documents(FEED, ["a", "nobody", "a"])] == ["a"]
    assert lake.read_documents(FEED, []) == []
    assert lake.which_documents(FEED, [], "p1") == set()


def test_an_empty_lake_answers_with_nothing(lake: Lake) -> None:
    """Reading before anything was written is no error."""
    assert lake.read_documents(FEED, ["a"]) == []
    assert lake.which_documents(FEED, ["a"], "p1") == set()
    lake.put_documents([])


def test_writing_the_same_batch_again_changes_nothing(lake: Lake) -> None:
    """A crash after the write costs a repetition, neither a row nor a file."""
    rows = [document(str(number), content=bytes([number]) * 50) for number in range(20)]
    lake.put_documents(rows)
    before = files_of_bytes(lake)
    lake.put_documents(rows)
    assert len(lake.read_documents(FEED, [row.doc_id for row in rows])) == 20
    assert files_of_bytes(lake) == before
    assert len(before) == 1


def test_the_same_bytes_at_two_places_in_one_batch_are_one_row(lake: Lake) -> None:
    """Copies arrive together: the last row of an id is written, once."""
    lake.put_documents([document("a", place="q/1.pdf"), document("b"), document("a", place="q/2.pdf")])
    assert [row.place for row in lake.read_documents(FEED, ["a"])] == ["q/2.pdf"]
    assert lake.read_bytes(FEED, "a") == b"%PDF"
    assert [done.after.rows for done in lake.optimize() if done.table == "documents"] == [2]


def test_a_new_reading_replaces_the_text_and_keeps_the_bytes(lake: Lake) -> None:
    """A new parser version reads the bytes that are there; they are not written again."""
    lake.put_documents([document("a", text="old", content=b"the bytes"), document("b")])
    lake.put_documents([document("a", text="new", content=None, parser_version="p2")])
    assert [row.text for row in lake.read_documents(FEED, ["a"])] == ["new"]
    assert lake.read_bytes(FEED, "a") == b"the bytes"
    assert len(files_of_bytes(lake)) == 1


def test_only_those_this_parser_read_count_as_present(lake: Lake) -> None:
    """Another parser version makes a document absent, so that it is read again."""
    lake.put_documents([document("a"), document("b", parser_version="p0")])
    assert lake.which_documents(FEED, ["a", "b", "c"], "p1") == {"a"}


def test_the_same_id_in_two_feeds_is_two_documents(lake: Lake) -> None:
    """An id means something within its feed only."""
    lake.put_documents([document("a", text="mine"), document("a", text="yours", content=b"other", feed="deals")])
    assert [row.text for row in lake.read_documents("deals", ["a"])] == ["yours"]
    assert lake.read_bytes(FEED, "a") == b"%PDF"
    assert lake.read_bytes("deals", "a") == b"other"


def test_thousands_of_ids_are_one_question(lake: Lake) -> None:
    """The caller asks for a whole partition; filters stay within what the store digests."""
    ids = [f"id-{number}" for number in range(2500)]
    lake.put_documents([document(name, content=None) for name in ids[::2]])
    assert lake.which_documents(FEED, ids, "p1") == set(ids[::2])
    assert [row.doc_id for row in lake.read_documents(FEED, ids)] == ids[::2]


@given(doc_id=ANY_NAME, feed=ANY_NAME, place=ANY_NAME)
def test_any_name_is_only_a_name(shared: Lake, doc_id: str, feed: str, place: str) -> None:
    """Quotes, wildcards and path tricks in ids and feeds are found again and lead nowhere else."""
    row = document(doc_id, feed=feed, place=place, content=doc_id.encode())
    shared.put_documents([row])
    assert shared.read_documents(feed, [doc_id]) == [replace(row, content=None)]
    assert shared.read_bytes(feed, doc_id) == doc_id.encode()
    assert {path.name for path in Path(shared.uri).iterdir()} == {"bytes", "tables", "weir-lake.json"}


@pytest.mark.parametrize("doc_id", ["' OR '1'='1", "x' OR true --", "%", "a\\'b", 'quo"te', "`", "☃", "a\nb"])
def test_a_filter_is_never_sql_of_the_value(lake: Lake, doc_id: str) -> None:
    """A value with a quote in it selects its own row and no other."""
    lake.put_documents([document("innocent"), document(doc_id)])
    assert [row.doc_id for row in lake.read_documents(FEED, [doc_id])] == [doc_id]


def test_bytes_nobody_has_are_a_sentence(lake: Lake) -> None:
    """A document without bytes says which one and what to do."""
    lake.put_documents([document("a", content=None)])
    for doc_id in ("a", "unknown"):
        with pytest.raises(NoSuchBytes, match=rf"'{doc_id}' of feed 'quotes'.*materialize"):
            lake.read_bytes(FEED, doc_id)


def test_bytes_that_were_cut_off_are_missing_not_short(lake: Lake) -> None:
    """A damaged file never passes for the document."""
    lake.put_documents([document("a", content=b"first"), document("b", content=b"second")])
    (path,) = files_of_bytes(lake)
    path.write_bytes(b"first-sec")
    assert lake.read_bytes(FEED, "a") == b"first"
    with pytest.raises(NoSuchBytes):
        lake.read_bytes(FEED, "b")
    path.unlink()
    with pytest.raises(NoSuchBytes):
        lake.read_bytes(FEED, "a")


def test_empty_bytes_are_bytes(lake: Lake) -> None:
    """An empty file is a document's content like any other."""
    lake.put_documents([document("a", content=b"")])
    assert lake.read_bytes(FEED, "a") == b""


def test_a_row_that_fits_no_table_refuses_its_batch(lake: Lake) -> None:
    """Half of a surrogate pair cannot be stored: a sentence, and nothing of the batch is there."""
    with pytest.raises(BadRow, match="documents"):
        lake.put_documents([document("a"), document("b", text="\ud800")])
    assert lake.read_documents(FEED, ["a", "b"]) == []


def test_a_crash_between_bytes_and_row_leaves_no_document(tmp_path: Path) -> None:
    """Bytes are written first: a row that is there can be trusted, bytes without a row harm nobody."""
    lake = Lake.open(str(tmp_path / "lake"))
    Contents(find_place(lake.uri)).put(documents_by_key([document("a")]))
    assert lake.read_documents(FEED, ["a"]) == []
    lake.put_documents([document("a")])
    assert lake.read_bytes(FEED, "a") == b"%PDF"


def test_a_location_tells_the_part_of_the_file(tmp_path: Path) -> None:
    """The documents of a batch follow each other in one file."""
    contents = Contents(find_place(str(tmp_path / "lake")))
    located = contents.put(documents_by_key([document("a", content=b"one"), document("b", content=b"three")]))
    first, second = located.values()
    assert (first.offset, first.size, second.offset, second.size) == (0, 3, 3, 5)
    assert first.path == second.path
    assert contents.read(second) == b"three"
    assert contents.read(Location("bytes/none", 0, 1)) is None
