"""A table is made once, tried again while others win, and tidied when that is worth it."""

from datetime import timedelta
from pathlib import Path

import lancedb
import pytest
from lancedb.expr import col

from resources.lake.errors import BrokenLake, LakeContended, OtherFormat
from resources.lake.rows import CHUNK_FIELDS, CHUNKS, DOCUMENTS, chunks_table
from resources.lake.tables import BY_DOCUMENT, TRIES, WORDS, Table, of_document, of_documents
from tests.resources.lake_parts import FEED, chunks

MINUTES = timedelta(minutes=5)
INDICES = {**BY_DOCUMENT, "text": WORDS}
ALL = col("feed") == FEED


def table(folder: Path, worth: float = 1.0, name: str = "chunks") -> Table:
    database = lancedb.connect(folder, read_consistency_interval=timedelta(0))
    return Table(database, str(folder), name, INDICES, worth)


def filled(folder: Path, documents: int, worth: float = 1.0) -> Table:
    made = table(folder, worth).make(CHUNKS)
    made.merge(chunks_table([row for number in range(documents) for row in chunks(f"d{number}", "one")]))
    return made


def indices(folder: Path) -> list[str]:
    found = lancedb.connect(folder).open_table("chunks").list_indices()
    return sorted(str(column) for index in found for column in index.columns)


def conflict(*_: object, **__: object) -> None:
    raise RuntimeError("Retryable commit conflict for version 3")


def test_looking_for_a_table_does_not_make_it(tmp_path: Path) -> None:
    """A question about what is there leaves nothing behind."""
    assert not table(tmp_path).find()
    assert list(tmp_path.iterdir()) == []
    filled(tmp_path, 1)
    assert table(tmp_path).find()


def test_making_a_table_again_keeps_its_rows_and_its_indices(tmp_path: Path) -> None:
    """Every process makes its tables; all but the first find them."""
    filled(tmp_path, 3)
    assert table(tmp_path).make(CHUNKS).count() == 3
    assert indices(tmp_path) == ["doc_id", "text"]


def test_whoever_comes_second_takes_the_firsts_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking and making, another process may have made it."""
    second = table(tmp_path)
    answers = iter([lambda: None])
    look = second._existing
    monkeypatch.setattr(second, "_existing", lambda: next(answers, look)())
    filled(tmp_path, 2)
    assert second.make(CHUNKS).count() == 2


def test_another_tables_schema_is_refused(tmp_path: Path) -> None:
    """Nothing is read from or written to a table that is not what its name says."""
    filled(tmp_path, 1)
    with pytest.raises(OtherFormat, match=r"chunks\.place is missing"):
        table(tmp_path).make(DOCUMENTS)


def test_a_table_has_to_be_made_before_it_is_used(tmp_path: Path) -> None:
    """A mistake of ours is a sentence too."""
    with pytest.raises(BrokenLake, match="before it was made"):
        table(tmp_path).read(ALL, CHUNK_FIELDS)


def test_merging_tells_how_many_rows_were_there(tmp_path: Path) -> None:
    """Replacing is told from adding, without a question before it."""
    made = filled(tmp_path, 2)
    again = [*chunks("d1", "new"), *chunks("d2", "more")]
    assert made.merge(chunks_table(again)) == 1
    assert made.merge(chunks_table(chunks("d3", "last"))) == 0
    assert made.count() == 4


def test_a_lost_race_is_run_again_until_it_is_won(tmp_path: Path) -> None:
    """Each conflict means that somebody else got further: soon it is our turn."""
    lost = iter([conflict] * (TRIES - 1))
    assert table(tmp_path)._contended(lambda: next(lost, lambda: "done")()) == "done"


def test_a_race_that_is_never_won_is_a_transient_error(tmp_path: Path) -> None:
    """It ends, and says that a rerun may help."""
    calls: list[int] = []

    def lose() -> None:
        calls.append(1)
        conflict()

    with pytest.raises(LakeContended) as caught:
        table(tmp_path)._contended(lose)
    assert caught.value.transient
    assert len(calls) == TRIES


def test_other_errors_are_not_tried_again(tmp_path: Path) -> None:
    """A broken store does not get better by asking eight times."""
    calls: list[int] = []

    def fail() -> None:
        calls.append(1)
        raise RuntimeError("corrupt file")

    with pytest.raises(BrokenLake):
        table(tmp_path)._contended(fail)
    assert len(calls) == 1


def test_tidying_gives_way_to_writers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run does not fail because another one writes while it tidies: the next run does it."""
    made = filled(tmp_path, 5)
    monkeypatch.setattr(made._opened, "optimize", conflict)
    done = made.tidy(MINUTES, always=True)
    assert done.before == done.after


def test_tidying_indexes_and_compacts(tmp_path: Path) -> None:
    """New rows are indexed and small files become one; the rows stay."""
    made = filled(tmp_path, 5)
    for number in range(4):
        made.merge(chunks_table(chunks(f"more{number}", "one")))
    done = made.tidy(MINUTES, always=True)
    assert (done.before.rows, done.before.unindexed_rows, done.before.small_fragments) == (9, 9, 5)
    assert (done.after.rows, done.after.unindexed_rows, done.after.small_fragments) == (9, 0, 1)


@pytest.mark.parametrize(("worth", "tidied"), [(0.4, False), (0.6, True)])
def test_tidying_weighs_what_it_saves_against_what_it_costs(tmp_path: Path, worth: float, tidied: bool) -> None:
    """It saves by new rows and new files, and costs by all rows: ten rows in two files, all of them new."""
    made = filled(tmp_path, 5, worth)
    made.merge(chunks_table([row for number in range(5) for row in chunks(f"more{number}", "one")]))
    done = made.tidy(MINUTES, always=False)
    assert (done.after.unindexed_rows == 0) is tidied


def test_nothing_new_is_nothing_to_tidy(tmp_path: Path) -> None:
    """A run without new documents costs a look."""
    made = filled(tmp_path, 5, worth=1000.0)
    made.tidy(MINUTES, always=False)
    version = made._opened.version
    assert made.tidy(MINUTES, always=False).before.unindexed_rows == 0
    assert made._opened.version == version


def test_filters_are_split_and_name_a_document_once() -> None:
    """However many documents are asked for, each filter is of a size the store digests."""
    ids = [f"d{number}" for number in range(1500)]
    filters = [where.to_sql() for where in of_documents(FEED, [*ids, *ids])]
    assert [where.count("'d") for where in filters] == [1000, 500]
    assert list(of_documents(FEED, [])) == []


def test_values_in_filters_are_quoted() -> None:
    """A quote in a value stays in the value."""
    assert "'it''s'" in of_document("it's", "x").to_sql()
