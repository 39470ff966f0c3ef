"""Corrections join the gold in the feed's folder, beside what is there, each document once."""

import json
from hashlib import sha256
from pathlib import Path

from extraction.gold import gold_of
from extraction.gold_export import Labelled, export_gold


def labelled(name: str, text: str, **fields: str) -> Labelled:
    content = text.encode()
    return Labelled(sha256(content).hexdigest(), name, content, fields)


def test_what_is_exported_is_read_as_gold(tmp_path: Path) -> None:
    """Into a folder without any gold."""
    assert export_gold(tmp_path, [labelled("a.txt", "one", total="1")]) == 1
    assert [(each.file.name, each.content, each.fields) for each in gold_of(tmp_path)] == [
        ("a.txt", b"one", {"total": "1"})
    ]


def test_a_newer_word_on_a_document_replaces_the_older(tmp_path: Path) -> None:
    """Whatever its name; other labels stay, and the same word again changes nothing."""
    export_gold(tmp_path, [labelled("a.txt", "one", total="1"), labelled("b.txt", "two", total="2")])
    again = labelled("renamed.txt", "one", total="11")
    assert (export_gold(tmp_path, [again]), export_gold(tmp_path, [again])) == (1, 0)
    assert [(each.file.name, each.fields) for each in gold_of(tmp_path)] == [
        ("a.txt", {"total": "11"}),
        ("b.txt", {"total": "2"}),
    ]


def test_two_documents_of_one_name_are_two(tmp_path: Path) -> None:
    """And a name is never a way out of the folder."""
    export_gold(tmp_path, [labelled("a.txt", "one"), labelled("a.txt", "two"), labelled("../../x", "three")])
    names = [each.file.name for each in gold_of(tmp_path)]
    assert len(set(names)) == 3
    assert all("/" not in name and not name.startswith(".") for name in names)
    assert sorted(each.content for each in gold_of(tmp_path)) == [b"one", b"three", b"two"]


def test_nothing_to_export_leaves_the_labels_alone(tmp_path: Path) -> None:
    """Not even an empty file appears."""
    assert export_gold(tmp_path, []) == 0
    assert not (tmp_path / "gold" / "labels.jsonl").exists()


def test_labels_are_lines_of_json(tmp_path: Path) -> None:
    """In the words of the documents, not in escapes."""
    export_gold(tmp_path, [labelled("a.txt", "one", buyer="Tannrode & Söhne")])
    text = (tmp_path / "gold" / "labels.jsonl").read_text(encoding="utf-8")
    assert "Söhne" in text
    assert json.loads(text)["doc"] == "a.txt"
