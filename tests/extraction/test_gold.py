"""The gold of a feed is read strictly: a line that is no label, or whose document is not there, names itself."""

import json
from pathlib import Path

import pytest

from extraction.broken_feed import BrokenGold
from extraction.gold import gold_of, gold_version


def write(feed: Path, *lines: object) -> Path:
    (feed / "gold" / "docs").mkdir(parents=True, exist_ok=True)
    (feed / "gold" / "docs" / "a.txt").write_text("Total 5", encoding="utf-8")
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    (feed / "gold" / "labels.jsonl").write_text(text, encoding="utf-8")
    return feed


LABEL = {"doc": "a.txt", "fields": {"total": 5}}


def test_a_label_is_a_document_and_what_it_says(tmp_path: Path) -> None:
    """Empty lines are no labels; a feed without gold has none."""
    [gold] = gold_of(write(tmp_path / "feed", LABEL, ""))
    assert (gold.file.name, gold.content, gold.fields) == ("a.txt", b"Total 5", {"total": 5})
    assert gold_of(tmp_path / "nobody") == ()


@pytest.mark.parametrize("line", ["{", "[]", {"doc": "a.txt"}, {"doc": "a.txt", "fields": []}, {**LABEL, "doc": "b"}])
def test_what_is_no_label_is_named_with_its_line(tmp_path: Path, line: object) -> None:
    """And says how a label looks."""
    with pytest.raises(BrokenGold, match=r"gold/labels.jsonl, line 2: .*Write one") as caught:
        gold_of(write(tmp_path / "feed", LABEL, line))
    assert caught.value.line == 2


def test_another_label_or_document_is_another_gold(tmp_path: Path) -> None:
    """So that it is measured again."""
    first = gold_version(gold_of(write(tmp_path / "feed", LABEL)))
    assert first == gold_version(gold_of(write(tmp_path / "feed", LABEL)))
    assert first != gold_version(gold_of(write(tmp_path / "feed", {"doc": "a.txt", "fields": {"total": 6}})))
    (tmp_path / "feed" / "gold" / "docs" / "a.txt").write_text("Total 6", encoding="utf-8")
    assert first != gold_version(gold_of(tmp_path / "feed"))
