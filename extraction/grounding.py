"""Every value of a record is shown where the document states it; what it does not state is not grounded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from extraction.amounts import as_decimal
from extraction.document import Document
from extraction.finders import Finder, Found, kind_of
from extraction.labels import best_labelled, is_labelled_elsewhere
from extraction.rows import Row, agrees, beside_each_other, closest, is_elsewhere, is_whole, mended, role_of, row_of
from extraction.shape import Field
from extraction.source import Place, Source

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
    finder = Finder(source)
    sought = [Sought(leaf, finder.find(leaf.value, leaf.field.kind)) for leaf in values_of(record, shape)]
    rows = _rows(sought, source)
    settled, wrong = _arithmetic(sought, rows, source)
    doubts = {each.leaf.path: _doubt(each, rows.get(each.leaf.row), source) for each in sought} | wrong
    doubts |= dict.fromkeys(settled)
    return tuple(_evidence(each, rows.get(each.leaf.row), doubts[each.leaf.path], source) for each in sought)


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
    """Where each row of every list stands, in the order of the rows."""
    places: dict[str, list[Sequence[Place]]] = {}
    # What says most comes first: of values that stand in as few places, it tells where the row is.
    for each in sorted(sought, key=lambda each: (each.leaf.field.kind == "number", -len(str(each.leaf.value)))):
        if each.leaf.row and each.found.places:
            places.setdefault(each.leaf.row, []).append(each.found.places)
    tables: dict[str, dict[str, Row]] = {}
    for path in dict.fromkeys(each.leaf.row for each in sought if each.leaf.row in places):
        table = tables.setdefault(path.rpartition("[")[0], {})
        last = next(reversed(table.values())).anchor if table else 0
        table[path] = row_of(places[path], last, source)
    return {path: row for table in tables.values() for path, row in beside_each_other(table).items()}


def _arithmetic(sought: Sequence[Sought], rows: dict[str, Row], source: Source) -> tuple[set[str], dict[str, str]]:
    """The paths of values that their row's arithmetic bears out, and those it speaks against, with the reason."""
    parts: dict[str, dict[str, Leaf]] = {}
    for each in sought:
        role = role_of(each.leaf.field.words) if each.leaf.row in rows and each.leaf.field.kind == "number" else None
        if role:
            parts.setdefault(each.leaf.row, {}).setdefault(role, each.leaf)
    settled: set[str] = set()
    wrong: dict[str, str] = {}
    for path, leaves in parts.items():
        values = {role: number for role, leaf in leaves.items() if (number := as_decimal(leaf.value)) is not None}
        if is_whole(values) and agrees(values, rows[path], source):
            settled.update(leaf.path for leaf in leaves.values())
        elif is_whole(values) and (found := mended(values, rows[path], source)):
            wrong[leaves[found[0]].path] = f"the row states {found[1]:.10g}, with which it adds up"
    return settled, wrong


def _evidence(sought: Sought, row: Row | None, doubt: str | None, source: Source) -> Evidence:
    leaf, found, value = sought.leaf, sought.found, str(sought.leaf.value)
    if doubt or not found.places:
        grounded = found.grounded and not doubt
        return Evidence(leaf.path, value, None, None, None, None, grounded, doubt or found.reason)
    start, end = closest(found.places, row.anchor) if row else best_labelled(found.places, leaf.field, source)
    quote = source.text[start : min(end, start + _LONGEST_QUOTE)]
    label = source.document.label_at(start)
    return Evidence(leaf.path, value, start, end, label, quote, found.grounded, found.reason)


def _doubt(sought: Sought, row: Row | None, source: Source) -> str | None:
    """Why a value that is printed is another's."""
    field, places = sought.leaf.field, sought.found.places
    if not places:
        return None
    number = as_decimal(sought.leaf.value) if row and field.kind == "number" else None
    if row and number is not None and is_elsewhere(number, places, row, source):
        return "printed, but not in this row"
    kind = kind_of(sought.leaf.value, field.kind)
    if row is None and kind in ("number", "date") and is_labelled_elsewhere(places, replace(field, kind=kind), source):
        return "printed, but the label stands beside another value"
    return None
