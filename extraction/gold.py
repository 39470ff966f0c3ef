"""The gold of a feed: a few of its documents, each with the record that a person says is right."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from extraction.broken_feed import BrokenGold
from extraction.manifest import read_text


@dataclass(frozen=True, slots=True)
class Gold:
    """A document and what it says."""

    file: Path
    fields: dict[str, Any]

    @property
    def content(self) -> bytes:
        return self.file.read_bytes()

    @property
    def doc_id(self) -> str:
        return sha256(self.content).hexdigest()


def gold_of(folder: Path) -> tuple[Gold, ...]:
    """The gold in a feed's folder, empty if it has none; raises BrokenGold."""
    labels = folder / "gold" / "labels.jsonl"
    return tuple(_read(labels)) if labels.exists() else ()


def gold_version(gold: tuple[Gold, ...]) -> str:
    """Changes with every label and every document."""
    said = [f"{each.doc_id} {json.dumps(each.fields, sort_keys=True)}" for each in gold]
    return sha256("\n".join(said).encode()).hexdigest()[:12]


def _read(labels: Path) -> Iterator[Gold]:
    for number, line in enumerate(read_text(labels).splitlines(), start=1):
        if line.strip():
            yield _gold(labels, number, line)


def _gold(labels: Path, number: int, line: str) -> Gold:
    try:
        label = json.loads(line)
        file, fields = labels.parent / "docs" / label["doc"], label["fields"]
    except (ValueError, TypeError, KeyError) as error:
        raise BrokenGold(labels, number, "the line is no label") from error
    if not isinstance(fields, dict):
        raise BrokenGold(labels, number, "its fields are no object")
    if not file.is_file():
        raise BrokenGold(labels, number, f"there is no document {label['doc']!r} in gold/docs")
    return Gold(file, fields)
