"""Rows read in parts become one list in order; a row is a repeat where only the reminder states it again."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from extraction.document import Document
from extraction.finders import Finder
from extraction.leaves import values_of
from extraction.prompt import Part
from extraction.shape import Field
from extraction.source import Source


def merged(read: Sequence[tuple[Part, dict[str, Any]]], shape: Field) -> dict[str, Any]:
    """One object from the answers about the parts, which have its shape."""
    whole: dict[str, Any] = {}
    for part, answer in read:
        _add(whole, answer, shape, _Body(part))
    return whole


class _Body:
    """The part itself, without the reminder before it."""

    def __init__(self, part: Part) -> None:
        self.is_first = not part.head
        self._finder = Finder(Source(Document(part.body, (), "")))

    def states(self, item: Any, field: Field) -> int:
        """How often the part itself can state the row: as often as its rarest value stands there."""
        leaves = list(values_of(item, field))
        found = (self._finder.find(leaf.value, leaf.field.kind) for leaf in leaves)
        counts = [len(set(each.places)) for each in found if each.places or not each.grounded]
        return min(counts, default=1)


def _add(whole: dict[str, Any], answer: dict[str, Any], shape: Field, body: _Body) -> None:
    for child in shape.fields:
        value = answer.get(child.name)
        if value is None:
            continue
        if child.item:
            rows = whole.setdefault(child.name, [])
            rows.extend(_new(rows, value, child.item, body))
        elif child.kind == "object":
            _add(whole.setdefault(child.name, {}), value, child, body)
        else:
            whole.setdefault(child.name, value)


def _new(rows: list[Any], more: list[Any], item: Field, body: _Body) -> list[Any]:
    """What a part adds to the rows: of rows listed before, as many as it prints; of plain values, new ones."""
    known = {_key(row) for row in rows}
    if not item.fields:
        return list({_key(value): value for value in more if _key(value) not in known}.values())
    if body.is_first:
        return more
    times: Counter[str] = Counter()
    new = []
    for row in more:
        times[_key(row)] += 1
        if _key(row) not in known or times[_key(row)] <= body.states(row, item):
            new.append(row)
    return new


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
