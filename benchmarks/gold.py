"""A folder of documents with the truth about them: `docs/`, `labels.jsonl`, and schemas if it has any.

What a value is comes from the set's own JSON schema where a label names one, else from the gold itself: a field whose
values are all ISO days is a date, one whose values all have decimals a number, any other what JSON says it is.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from extraction.shape import Field, Unaskable, shape_from

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")
_MONEY = re.compile(r"[A-Z]{3}")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Gold:
    """A document's file, and what it says."""

    file: Path
    fields: Json
    schema: str | None

    @property
    def half(self) -> str:
        """Errors of one half were shown while the checks were written; labels and totals of both were seen."""
        return "seen" if int(sha256(self.file.name.encode()).hexdigest(), 16) % 2 else "held out"


def gold_of(folder: Path) -> list[Gold]:
    """The labelled documents of a folder."""
    lines = (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    labels = [json.loads(line) for line in lines if line.strip()]
    return [Gold(folder / "docs" / each["doc"], each["fields"], each.get("schema")) for each in labels]


def shapes_of(folder: Path, gold: Sequence[Gold]) -> dict[str | None, Field]:
    """The shape of the records of each schema that the labels name."""
    shapes = {}
    for name in dict.fromkeys(each.schema for each in gold):
        inferred = inferred_shape([each.fields for each in gold if each.schema == name])
        file = folder / "schemas" / f"{name}-schema.json"
        shapes[name] = _told(inferred, _declared(file)) if name and file.exists() else inferred
    return shapes


def _declared(file: Path) -> Mapping[str, Field]:
    """The fields of a JSON schema by their names: a gold record seldom has its schema's shape to the letter."""
    try:
        return dict(_by_name(shape_from(json.loads(file.read_text(encoding="utf-8")))))
    except (Unaskable, KeyError, TypeError):
        return {}


def _by_name(field: Field) -> Iterator[tuple[str, Field]]:
    for child in (*field.fields, *([field.item] if field.item else [])):
        yield child.name, child
        yield from _by_name(child)


def _told(field: Field, declared: Mapping[str, Field]) -> Field:
    """The shape of the gold with what the schema says of each field."""
    known = declared.get(field.name)
    item = _told(field.item, declared) if field.item else None
    fields = tuple(_told(child, declared) for child in field.fields)
    told = replace(field, item=item, fields=fields)
    if known is None or fields or item:
        return told
    kind = known.kind if known.kind in ("judgement", "summary", "currency") else field.kind
    return replace(told, kind=kind, description=known.description, choices=known.choices)


def inferred_shape(values: Sequence[Any], name: str = "") -> Field:
    """The shape that values of one field have in common."""
    held = [value for value in values if value is not None]
    if any(isinstance(value, dict) for value in held):
        below = [value for value in held if isinstance(value, dict)]
        keys = dict.fromkeys(key for value in below for key in value)
        fields = tuple(inferred_shape([value.get(key) for value in below], key) for key in keys)
        return Field(name, "object", required=False, nullable=True, fields=fields)
    if any(isinstance(value, list) for value in held):
        items = [item for value in held for item in (value if isinstance(value, list) else [value])]
        return Field(name, "list", "array", required=False, nullable=True, item=inferred_shape(items, name))
    return _leaf(held, name)


def _leaf(values: Sequence[Any], name: str) -> Field:
    plain = Field(name, "text", "string", required=False, nullable=True)
    said = _said(values, [str(value) for value in values], plain)
    if said == "flag":
        return replace(plain, kind="judgement", json_type="boolean")
    if said == "day":
        return replace(plain, kind="date", format="date")
    if said == "number":
        return replace(plain, kind="number", json_type="number")
    return replace(plain, kind="currency") if said == "currency" else plain


def _said(values: Sequence[Any], texts: Sequence[str], field: Field) -> str | None:
    if not values:
        return None
    if all(isinstance(value, bool) for value in values):
        return "flag"
    if all(_DAY.fullmatch(text) for text in texts):
        return "day"
    if all(isinstance(value, int | float) for value in values):
        return "number"
    if all(_DECIMAL.fullmatch(text) for text in texts) and any("." in text for text in texts):
        return "number"
    return "currency" if "currency" in field.words and all(map(_MONEY.fullmatch, texts)) else None
