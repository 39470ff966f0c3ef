"""Every value of a record is shown where the document states it; what it does not state is not grounded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from extraction.amounts import as_decimal
from extraction.document import Document
from extraction.finders import Found, find, kind_of
from extraction.labels import best_labelled, is_labelled_elsewhere
from extraction.rows import Row, closest, contradicted, is_elsewhere, role_of, row_of
from extraction.shape import Field
from extraction.source import Source

_LONGEST_QUOTE = 300


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value stands in the document, or why it is not grounded."""

    path: str
    value: str
    start: int | None
    end: int | None
    label: str | None
    quote: str | None
    grounded: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value of a record, with its field and the row of a list that it belongs to."""

    path: str
    value: Any
    field: Field
    row: str


@dataclass(frozen=True, slots=True)
class Sought:
    """A value and where it may stand."""

    leaf: Leaf
    found: Found


def ground(record: dict[str, Any], document: Document | Source, shape: Field) -> tuple[Evidence, ...]:
    """The evidence for every value of the record that is not null."""
    source = document if isinstance(document, Source) else Source(document)
    sought = [Sought(leaf, find(leaf.value, leaf.field.kind, source)) for leaf in values_of(record, shape)]
    rows = _rows(sought, source)
    wrong = _contradictions(sought, rows, source)
    return tuple(_evidence(each, rows.get(each.leaf.row), wrong.get(each.leaf.path), source) for each in sought)


def values_of(value: Any, field: Field, path: str = "", row: str = "") -> Iterator[Leaf]:
    """The values of a record in their order."""
    if value is None:
        return
    if isinstance(value, dict):
        for child in _option(value, field).fields:
            below = f"{path}.{child.name}" if path else child.name
            yield from values_of(value.get(child.name), child, below, row)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            place = f"{path}[{number}]"
            yield from values_of(each, field.item or field, place, place)
    else:
        yield Leaf(path, value, _option(value, field), row)


def _option(value: Any, field: Field) -> Field:
    """Of several types, the one that the value has."""
    if field.kind != "union":
        return field
    if isinstance(value, dict):
        return max(field.fields, key=lambda option: len(value.keys() & {child.name for child in option.fields}))
    plain = [option for option in field.fields if option.kind not in ("object", "list")]
    wanted = "text" if isinstance(value, str) else "number"
    return next((option for option in plain if option.kind == wanted), (plain or [field])[0])


def _rows(sought: Sequence[Sought], source: Source) -> dict[str, Row]:
    """Where each row of a list stands, in the order of the rows."""
    founds: dict[str, list[Found]] = {}
    for each in sought:
        if each.leaf.row and each.found.places:
            founds.setdefault(each.leaf.row, []).append(each.found)
    rows: dict[str, Row] = {}
    last: dict[str, int] = {}
    for path, values in founds.items():
        table = path.rpartition("[")[0]
        rows[path] = row_of(values, last.get(table, 0), source)
        last[table] = rows[path].anchor
    return rows


def _contradictions(sought: Sequence[Sought], rows: dict[str, Row], source: Source) -> dict[str, str]:
    """The values that their row's own arithmetic speaks against."""
    parts: dict[str, dict[str, Leaf]] = {}
    for each in sought:
        role = role_of(each.leaf.field.words) if each.leaf.row in rows and each.leaf.field.kind == "number" else None
        if role:
            parts.setdefault(each.leaf.row, {}).setdefault(role, each.leaf)
    wrong = {}
    for path, leaves in parts.items():
        values = {role: number for role, leaf in leaves.items() if (number := as_decimal(leaf.value)) is not None}
        if found := contradicted(values, rows[path], source):
            role, mended = found
            wrong[leaves[role].path] = f"the row states {mended:f}, with which it adds up"
    return wrong


def _evidence(sought: Sought, row: Row | None, wrong: str | None, source: Source) -> Evidence:
    leaf, found = sought.leaf, sought.found
    evidence = Evidence(leaf.path, str(leaf.value), None, None, None, None, found.grounded, found.reason)
    if not found.places:
        return evidence
    if doubt := wrong or _doubt(sought, row, source):
        return replace(evidence, grounded=False, reason=doubt)
    start, end = closest(found.places, row.anchor) if row else best_labelled(found.places, leaf.field, source)
    quote = source.text[start : min(end, start + _LONGEST_QUOTE)]
    return replace(evidence, start=start, end=end, label=source.document.label_at(start), quote=quote)


def _doubt(sought: Sought, row: Row | None, source: Source) -> str | None:
    """Why a value that is printed is another's."""
    field, places = sought.leaf.field, sought.found.places
    number = as_decimal(sought.leaf.value) if row and field.kind == "number" else None
    if row and number is not None and is_elsewhere(number, places, row, source):
        return "printed, but not in this row"
    kind = kind_of(sought.leaf.value, field.kind)
    if row is None and kind in ("number", "date") and is_labelled_elsewhere(places, replace(field, kind=kind), source):
        return "printed, but the label stands beside another value"
    return None
