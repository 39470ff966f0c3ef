"""Every value of a record is shown where the document states it; what it does not state is not grounded."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from extraction.document import Document
from extraction.finders import Found, find
from extraction.shape import Field
from extraction.source import Place, Source
from extraction.words import folded

_REACH = 160  # characters within which a label speaks for a value
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


def ground(record: dict[str, Any], document: Document | Source, shape: Field) -> tuple[Evidence, ...]:
    """The evidence for every value of the record that is not null."""
    source = document if isinstance(document, Source) else Source(document)
    sought = [(leaf, find(leaf.value, leaf.field.kind, source)) for leaf in values_of(record, shape)]
    anchors = _anchors(sought)
    return tuple(_evidence(leaf, found, anchors.get(leaf.row), source) for leaf, found in sought)


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


def _anchors(sought: Sequence[tuple[Leaf, Found]]) -> dict[str, int]:
    """Where each row of a list is: at the value that stands in the fewest places, after the row before it."""
    rows: dict[str, list[Found]] = {}
    for leaf, found in sought:
        if leaf.row and found.places:
            rows.setdefault(leaf.row, []).append(found)
    anchors: dict[str, int] = {}
    last: dict[str, int] = {}
    for row, founds in rows.items():
        table = row.rpartition("[")[0]
        surest = min(founds, key=lambda found: len(found.places))
        starts = sorted(start for start, _ in surest.places)
        after = bisect_left(starts, last.get(table, 0))
        anchors[row] = last[table] = starts[after] if after < len(starts) else starts[0]
    return anchors


def _evidence(leaf: Leaf, found: Found, anchor: int | None, source: Source) -> Evidence:
    value = str(leaf.value)
    if not found.places:
        return Evidence(leaf.path, value, None, None, None, None, found.grounded, found.reason)
    start, end = _chosen(found.places, leaf.field, anchor, source)
    quote = source.text[start : min(end, start + _LONGEST_QUOTE)]
    label = source.document.label_at(start)
    return Evidence(leaf.path, value, start, end, label, quote, found.grounded, found.reason)


def _chosen(places: Sequence[Place], field: Field, anchor: int | None, source: Source) -> Place:
    """Of several places the one in the same row, or beside the words the field is called by."""
    if len(places) == 1:
        return places[0]
    if anchor is not None:
        return min(places, key=lambda place: abs(place[0] - anchor))
    words = [word for word in map(folded, field.words) if len(word) > 2]
    labels = [[source.words.all[place].start for place in source.words.places(word)] for word in words]
    return max(places, key=lambda place: (sum(_nearness(starts, place[0]) for starts in labels), -place[0]))


def _nearness(labels: list[int], start: int) -> float:
    """1 for a label right before the value, 0 for one out of reach; what stands behind counts less."""
    at = bisect_left(labels, start)
    before = 1 - (start - labels[at - 1]) / _REACH if at else 0.0
    behind = 0.5 - (labels[at] - start) / _REACH if at < len(labels) else 0.0
    return max(before, behind, 0.0)
