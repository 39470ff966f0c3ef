"""The benchmark of documents measures what it says, on a folder made for the purpose."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.documents import count, lines, sets_of
from benchmarks.documents_read import Read, Tally, read_gold
from benchmarks.gold import gold_of, shapes_of
from benchmarks.plain_search import PlainSearch
from benchmarks.standing import Text, values_in
from extraction.shape import Field

FILLER = "The parties keep each other informed of all that matters to the goods and their use. " * 30
PAGES = [
    "Frame Contract\nNordwind Tools Inc. and Harbour Ltd",
    *(f"{number}. General terms\n{FILLER}" for number in range(2, 24)),
    "24. Law\nThis contract is governed by the laws of the State of Utah.",
    "Item Quantity Price\n" + "".join(f"Drill {number} 40 {number}2.50\n" for number in range(1, 9)),
]
FIELDS = {
    "supplier": "Nordwind Tools Inc.",
    "jurisdiction": "Utah",
    "total": "1,234.50",
    "note": "N/A",
    "lines": [{"name": f"Drill {number}", "price": f"{number}2.50"} for number in range(1, 9)],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "contracts"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "one.txt").write_text("\n\n".join(PAGES), encoding="utf-8")
    (folder / "docs" / "none.pdf").write_bytes(b"%PDF-1.4 nothing")
    labels = [{"doc": "one.txt", "fields": FIELDS}, {"doc": "none.pdf", "fields": {"supplier": "Nobody"}}]
    (folder / "labels.jsonl").write_text("\n".join(map(json.dumps, labels)))
    return folder


def _read(folder: Path) -> list[Read]:
    gold = gold_of(folder)
    shapes = shapes_of(folder, gold)
    return [read_gold(each, shapes[each.schema], 1_000) for each in gold]


@pytest.fixture
def tally(folder: Path) -> Tally:
    tally = Tally()
    for read in _read(folder):
        count(read, tally)
    return tally


def test_values_that_the_text_states_are_counted(tally: Tally) -> None:
    """The total is not printed, N/A is no value, and what cannot be read states nothing."""
    assert tally.counts["values"] == 2 + 1 + 16 + 1
    assert tally.counts["stated"] == 2 + 16
    assert tally.counts["unread corrupt"] == 1
    assert any("'1,234.50' is not in the text" in missed for missed in tally.missed)


def test_both_sides_of_the_search_are_counted(tally: Tally) -> None:
    """The law stands under another name than the field's: words alone do not find it, its synonyms do."""
    assert tally.counts["single"] == 2
    assert tally.counts["single ours 3"] == 2
    assert tally.counts["single plain 3"] == 1


def test_rows_are_whole_in_a_part_of_the_passes(tally: Tally) -> None:
    """All eight; the first characters of the document hold none of them."""
    assert (tally.counts["rows"], tally.counts["rows in parts"], tally.counts["rows in beginning"]) == (8, 8, 0)


def test_every_line_shows_the_other_side(tally: Tally) -> None:
    """What is sent beside the whole document, our chunks beside plain ones."""
    said = "\n".join(lines(tally))
    assert "1 corrupt" in said
    assert "single values in 3 chunks   2/2 = 100.0%; plain BM25: 1/2 = 50.0%" in said
    assert "whole:" in said


def test_a_folder_of_folders_is_measured_set_by_set(folder: Path) -> None:
    """A folder without labels is none."""
    (folder.parent / "other").mkdir()
    assert list(sets_of([folder.parent])) == [folder]
    assert list(sets_of([folder])) == [folder]


def test_the_command_runs_by_its_path(folder: Path) -> None:
    """From anywhere, with the name of a set."""
    command = [sys.executable, "benchmarks/documents.py", str(folder.parent), "--set", "contracts", "--halves"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert "== contracts: 2 documents" in done.stdout
    assert "-- held out" in done.stdout


def test_a_passage_is_there_if_most_of_it_is() -> None:
    """A page break or a typing error in a clause of forty words is no reason to miss it."""
    clause = " ".join(f"word{number}" for number in range(40))
    [value] = values_in({"clause": clause}, Field("r", "object", fields=(Field("clause", "text"),)))
    assert Text(clause.replace("word9 ", "word9\n12\n")).states(value)
    assert not Text(clause[: len(clause) // 3]).states(value)


def test_the_plain_search_is_no_straw_man() -> None:
    """It ranks by rare words, with the first chunk in front."""
    search = PlainSearch(["title", "the warranty period", "the period", "the warranty period of two years"])
    assert search.ranked(Field("warranty_period", "text", description="Years of warranty."))[:2] == [0, 3]
