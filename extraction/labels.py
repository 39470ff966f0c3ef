"""Of several places a value belongs to the one beside its label; a label beside another value speaks against it."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from extraction.shape import Field
from extraction.source import Place, Source
from extraction.words import folded

_REACH = 160  # characters within which a label speaks for a value
_BESIDE = 0.5
_NOWHERE_NEAR = 0.1
_MOST = 32
_CONNECTING = frozenset(["of", "from", "to", "at", "by", "in", "on", "until", "for", "the", "per"])
# Words that label a dozen values of one document; alone they tell none from another.
_GENERIC = frozenset(["date", "day", "amount", "number", "total", "sum", "value", "price", "time", "name", "id", "no"])

Starts = Sequence[int]


def best_labelled(places: Sequence[Place], field: Field, source: Source) -> Place:
    """The place beside the words that the field is called by; the first, if none is."""
    if len(places) == 1:
        return places[0]
    labels = _labels(field, source)
    return max(places, key=lambda place: (sum(nearness(starts, place[0]) for starts in labels), -place[0]))


def is_labelled(places: Sequence[Place], field: Field, source: Source) -> bool:
    """Whether one of the places is beside a word that the field is called by."""
    labels = _labels(field, source)
    return any(nearness(starts, start) > _BESIDE for start, _ in places[:_MOST] for starts in labels)


def is_labelled_elsewhere(places: Sequence[Place], field: Field, source: Source) -> bool:
    """Whether the field's whole label stands right before another value of its kind, and nowhere near this one."""
    labels = _labels(field, source)
    if not labels or not all(labels) or _GENERIC.issuperset(_words(field)):
        return False
    if any(nearness(starts, place[0]) > _NOWHERE_NEAR for place in places for starts in labels):
        return False
    return any(_is_beside(place[0], labels) for place in _of_kind(field, source))


def _is_beside(start: int, labels: Sequence[Starts]) -> bool:
    return all(nearness(starts, start) > _BESIDE for starts in labels)


def _of_kind(field: Field, source: Source) -> Iterable[Place]:
    found = source.dates if field.kind == "date" else source.numbers
    return (place for places in found.values() for place in places)


def _words(field: Field) -> list[str]:
    return [word for word in field.words if word not in _CONNECTING]


def _labels(field: Field, source: Source) -> list[Starts]:
    """Where each word of the label stands."""
    words = map(folded, _words(field))
    return [[source.words.starts[place] for place in source.words.places(word)] for word in words]


def nearness(labels: Starts, start: int) -> float:
    """1 for a label right before the value, 0 for one out of reach; what stands behind counts less."""
    at = bisect_left(labels, start)
    before = 1 - (start - labels[at - 1]) / _REACH if at else 0.0
    behind = 0.5 - (labels[at] - start) / _REACH if at < len(labels) else 0.0
    return max(before, behind, 0.0)
