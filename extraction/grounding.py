"""Every value of a record is shown where the document states it; what it does not state is not grounded."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from extraction.confidence import ADDS_UP, ADDS_UP_NOT, NONE, Confidence, Step, confidence, moved, recognised
from extraction.deadlines import deadlines
from extraction.document import Document
from extraction.doubts import Sought, doubt_about, rows_in, sums_of
from extraction.finders import Finder, Found
from extraction.labels import Label
from extraction.leaves import Leaf, values_of
from extraction.rows import Row, closest
from extraction.shape import Field
from extraction.source import Source
from extraction.unprinted import counters, factors

_LONGEST_QUOTE = 300
_COUNTS, _COUNTED = "it counts the rows", 0.7


class Evidence(NamedTuple):
    """Where a value stands in the document, or why it is not grounded, and how sure that is."""

    path: str
    value: str
    start: int | None
    end: int | None
    label: str | None
    quote: str | None
    grounded: bool
    reason: str
    confidence: float = 0.0
    why: tuple[str, ...] = ()


def ground(record: dict[str, Any], document: Document | Source, shape: Field) -> tuple[Evidence, ...]:
    """The evidence for every value of the record that is not null."""
    source = document if isinstance(document, Source) else Source(document)
    finder = Finder(source)
    leaves = list(values_of(record, shape))
    told = factors(leaves, source.words)
    labels = {name: Label(name, source) for name in dict.fromkeys(leaf.field.name for leaf in leaves)}
    sought = [_seek(leaf, finder, told.get(leaf.path), labels[leaf.field.name]) for leaf in leaves]
    counted = deadlines(sought, source)
    sought = [each._replace(found=counted.get(each.leaf.path, each.found)) for each in sought] if counted else sought
    rows = rows_in(sought, source)
    sums = sums_of(sought, rows, source)
    doubts = {each.leaf.path: doubt_about(each, rows.get(each.leaf.row), source) for each in sought} | sums.wrong
    doubts |= dict.fromkeys(sums.settled)
    steps = dict.fromkeys(sums.settled, (ADDS_UP,)) | dict.fromkeys(sums.open, (ADDS_UP_NOT,))
    shown = [
        _evidence(each, rows.get(each.leaf.row), doubts[each.leaf.path], steps.get(each.leaf.path, ()), source)
        for each in sought
    ]
    counting = frozenset(counters(leaves))
    return tuple(_counting(each) if each.path in counting and not each.grounded else each for each in shown)


def _seek(leaf: Leaf, finder: Finder, told: Found | None, label: Label) -> Sought:
    return Sought(leaf, told or finder.find(leaf.value, leaf.field.kind), label)


def _evidence(sought: Sought, row: Row | None, doubt: str | None, steps: Sequence[Step], source: Source) -> Evidence:
    leaf, found, label, value = *sought, str(sought.leaf.value)
    grounded = found.grounded and not doubt
    sure = confidence(found.reason, found.places, label, steps) if grounded else NONE
    if doubt or not found.places:
        return _nowhere(leaf.path, value, grounded, doubt or found.reason, sure)
    start, end = closest(found.places, row.anchor) if row else label.best(found.places)
    quote = source.text[start : min(end, start + _LONGEST_QUOTE)]
    span = source.document.span_at(start)
    sure = moved(sure, recognised(span, start, end)) if grounded else sure
    return Evidence(leaf.path, value, start, end, span.label if span else "", quote, grounded, found.reason, *sure)


def _counting(each: Evidence) -> Evidence:
    """A row's own number, which nobody needs to print."""
    return _nowhere(each.path, each.value, True, _COUNTS, Confidence(_COUNTED, (_COUNTS,)))


def _nowhere(path: str, value: str, grounded: bool, reason: str, sure: Confidence) -> Evidence:
    return Evidence(path, value, None, None, None, None, grounded, reason, *sure)
