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

_ALL = 32  # a value in so many places may stand in more than are looked up
_OFTEN = 10**9


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
        self._source = Source(Document(part.body, (), ""))
        self._finder = Finder(self._source)

    def states(self, item: Any, field: Field) -> tuple[int, int]:
        """On how many lines the part itself states all of a row, and how often it can at most: as its rarest value."""
        found = [self._finder.find(leaf.value, leaf.field.kind) for leaf in values_of(item, field)]
        places = [set(each.places) for each in found if each.places or not each.grounded]
        telling = [each for each in places if len(each) < _ALL]
        if not telling:
            return (_OFTEN, _OFTEN) if places else (1, 1)
        lines = [{self._source.line_at(start) for start, _ in each} for each in telling]
        return len(set.intersection(*lines)), min(map(len, telling))


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
    stated = [body.states(row, item) for row in more]
    whole = any(lines for lines, _ in stated)  # the rows of this part are lines of it
    times: Counter[str] = Counter()
    new = []
    for row, (lines, most) in zip(reversed(more), reversed(stated), strict=True):
        # The reminder comes first: of rows too many, those were its.
        times[_key(row)] += 1
        if _key(row) not in known or times[_key(row)] <= (lines if whole else most):
            new.append(row)
    return new[::-1]


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
