"""The measurement itself: what a set's values are, what is made wrong of them, and that both sides are counted."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from benchmarks.damage import another_digit, damages, invented, same, swapped, with_value, without_row
from benchmarks.gold import gold_of, inferred_shape, shapes_of
from benchmarks.values import Examiner, Report
from extraction.leaves import values_of

NOTES = [
    {"buyer": "Nordwind GmbH", "ordered_on": "2026-11-19", "total": "1214.50", "lines": [{"item": "Drill"}]},
    {"buyer": "Aldermoor Ltd", "ordered_on": "2026-10-13", "total": "99.00", "lines": [{"item": "Saw"}]},
]
TEXTS = [
    "Nordwind GmbH\nordered on 19.11.2026\n- Drill\nTotal 1.214,50 EUR\n",
    "Aldermoor Ltd\nordered on 13/10/2026\n- Saw\nTotal 99.00\n",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set of two documents."""
    (tmp_path / "docs").mkdir()
    labels = [{"doc": f"{number}.txt", "fields": fields} for number, fields in enumerate(NOTES)]
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, labels)), encoding="utf-8")
    for number, text in enumerate(TEXTS):
        (tmp_path / "docs" / f"{number}.txt").write_text(text, encoding="utf-8")
    return tmp_path


def test_types_come_from_the_gold() -> None:
    """Days are dates, decimals numbers, figures without decimals an identifier's."""
    shape = inferred_shape([{"day": "2026-01-02", "sum": "2.50", "number": "471102", "ok": True, "n": 3}])
    kinds = {field.name: field.kind for field in shape.fields}
    assert kinds == {"day": "date", "sum": "number", "number": "text", "ok": "judgement", "n": "number"}


def test_types_come_from_the_schema_where_there_is_one(folder: Path) -> None:
    """An enumeration is a judgement, whatever its values look like."""
    (folder / "schemas").mkdir()
    schema = {"type": "object", "properties": {"buyer": {"type": "string", "enum": ["Nordwind GmbH", "other"]}}}
    (folder / "schemas" / "note-schema.json").write_text(json.dumps(schema), encoding="utf-8")
    lines = [json.loads(line) for line in (folder / "labels.jsonl").read_text().splitlines()]
    (folder / "labels.jsonl").write_text("\n".join(json.dumps({**line, "schema": "note"}) for line in lines))
    shape = shapes_of(folder, gold_of(folder))["note"]
    assert {field.name: field.kind for field in shape.fields}["buyer"] == "judgement"


def test_every_kind_of_damage_is_another_value() -> None:
    """And the record is otherwise the true one."""
    shape = inferred_shape(NOTES)
    leaf = next(leaf for leaf in values_of(NOTES[0], shape) if leaf.path == "ordered_on")
    made = {each.kind: each for each in damages(leaf, NOTES[0], ["2026-10-13"], Random(1))}
    assert set(made) == {"another document's", "a digit", "placeholder", "invented"}
    for each in made.values():
        assert not same(each.value, leaf.value)
        assert {**each.record, "ordered_on": "2026-11-19"} == NOTES[0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("2026-10-05", "2026-05-10"), ("2026-10-13", None), ("2026-05-05", None), ("04/07/20", "07/04/20"), ("x", None)],
)
def test_day_and_month_are_swapped_where_both_readings_are_days(value: str, expected: str | None) -> None:
    """Any other swap would be seen by anybody."""
    assert swapped(value) == expected


@pytest.mark.parametrize("value", ["2026-11-19", "R-2026-117", 1214.5, 7, "10/13/20"])
@pytest.mark.parametrize("make", [another_digit, invented])
def test_a_made_value_stays_of_its_kind(value: Any, make: Callable[[Any, Random], Any]) -> None:
    """A day stays a day, a number a number."""
    for seed in range(20):
        made = make(value, Random(seed))
        assert type(made) is type(value)
        assert len(str(made)) == len(str(value))


def test_rows_and_values_are_reached_by_their_paths() -> None:
    """As evidence names them."""
    record = {"lines": [{"item": "a"}, {"item": "b"}]}
    assert with_value(record, "lines[1].item", "c")["lines"][1] == {"item": "c"}
    assert without_row(record, "lines", 0) == {"lines": [{"item": "b"}]}


def test_true_and_wrong_values_are_counted_beside_the_plain_search(folder: Path, capsys: Any) -> None:
    """In both halves, by field and by damage; the plain search knows no other notation."""
    report = Report()
    Examiner(folder).examine(report)
    true = [each for each in report.outcomes if each.what == "true"]
    wrong = [each for each in report.outcomes if each.what != "true"]
    assert all(each.right for each in true)
    assert not all(each.naive for each in true)
    assert {"a digit", "another document's", "invented", "placeholder"} <= {each.what for each in wrong}
    assert sum(each.right for each in wrong) > len(wrong) * 0.9
    report.print(show=5)
    assert "plain search" in capsys.readouterr().out


def test_a_document_without_text_is_named_and_left_out(folder: Path) -> None:
    """Nothing can be borne out by nothing, and nobody hides it."""
    (folder / "docs" / "0.txt").write_text("", encoding="utf-8")
    report = Report()
    Examiner(folder).examine(report)
    assert len(report.unread) == 1
    assert report.unread[0].startswith("0.txt")
