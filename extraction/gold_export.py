"""What people corrected becomes gold in the feed's folder: a label a document, a newer one in an older one's place."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extraction.gold import gold_of


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document's bytes and what a person said they say."""

    doc_id: str
    name: str
    content: bytes
    fields: Mapping[str, Any]


def export_gold(folder: Path, labelled: Iterable[Labelled]) -> int:
    """Write these labels into the gold of the feed's folder, beside what is there; how many changed it."""
    kept = {each.doc_id: (each.file.name, each.fields) for each in gold_of(folder)}
    changed = 0
    (folder / "gold" / "docs").mkdir(parents=True, exist_ok=True)
    for each in labelled:
        name, fields = kept.get(each.doc_id, ("", {}))
        if name and fields == each.fields:
            continue
        name = name or _new_name(folder, each)
        (folder / "gold" / "docs" / name).write_bytes(each.content)
        kept[each.doc_id] = name, dict(each.fields)
        changed += 1
    if changed:
        _write(folder / "gold" / "labels.jsonl", kept.values())
    return changed


def _new_name(folder: Path, each: Labelled) -> str:
    """The document's own name, and more where another document has it."""
    name = re.sub(r"[/\\\0]|^\.+", "_", each.name) or each.doc_id[:12]
    taken = (folder / "gold" / "docs" / name).exists()
    return f"{Path(name).stem}-{each.doc_id[:8]}{Path(name).suffix}" if taken else name


def _write(labels: Path, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """All or nothing: a label file that is half written would break the feed."""
    lines = [json.dumps({"doc": name, "fields": fields}, ensure_ascii=False) for name, fields in rows]
    aside = labels.with_suffix(".new")
    aside.write_text("\n".join(lines) + "\n", encoding="utf-8")
    os.replace(aside, labels)
