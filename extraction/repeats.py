"""Rows read in parts become one list in order; a row is a repeat where only the reminder states it again."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from extraction.document import Document
from extraction.finders import find
from extraction.grounding import values_of
from extraction.prompt import Part
from extraction.shape import Field
from extraction.source import Source


def merged(read: Sequence[tuple[Part, dict[str, Any]]], shape: Field) -> dict[str, Any]:
    """One object from the answers about the parts."""
    whole: dict[str, Any] = {}
    for part, answer in read:
        _add(whole, answer, shape, _Body(part))
    return whole


class _Body:
    """The part itself, without the reminder before it."""

    def __init__(self, part: Part) -> None:
        self.is_first = not part.head
        self._source = Source(Document(part.body, (), ""))

    def states(self, item: Any, field: Field) -> int:
        """How often the part itself can state the row: as often as its rarest value stands there."""
        leaves = list(values_of(item, field))
        found = (find(leaf.value, leaf.field.kind, self._source) for leaf in leaves)
        counts = [len(set(each.places)) for each in found if each.places or not each.grounded]
        return min(counts, default=1)


def _add(whole: dict[str, Any], answer: dict[str, Any], shape: Field, body: _Body) -> None:
    for child in shape.fields:
        value = answer.get(child.name)
        if child.item and isinstance(value, list):
            rows = whole.setdefault(child.name, [])
            rows.extend(_new(rows, value, child.item, body))
        elif child.fields and isinstance(value, dict):
            inner = whole.setdefault(child.name, {})
            _add(inner, value, child, body)
        elif whole.get(child.name) is None:
            whole[child.name] = value


def _new(rows: list[Any], more: list[Any], item: Field, body: _Body) -> list[Any]:
    known = {_key(row) for row in rows}
    if not isinstance(next(iter(more), None), dict):
        return list(dict.fromkeys(value for value in more if _key(value) not in known))
    if body.is_first:
        return more
    times: Counter[str] = Counter()
    new = []
    for row in more:
        key = _key(row)
        times[key] += 1
        if key not in known or times[key] <= body.states(row, item):
            new.append(row)
    return new


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
