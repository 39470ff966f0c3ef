"""Of several places a value belongs to the one beside its label; a label beside another value speaks against it."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache

from extraction.shape import Kind, words_of
from extraction.source import Place, Source
from extraction.words import folded

_REACH = 160  # characters within which a label speaks for a value
_BESIDE = 80  # characters within which it stands right before it
_NOWHERE_NEAR = 0.1
_MOST = 32
_CONNECTING = frozenset(["of", "from", "to", "at", "by", "in", "on", "until", "for", "the", "per"])
# Words that label a dozen values of one document; alone they tell none from another.
_GENERIC_WORDS = "date day amount number total sum value price time name id no"
_GENERIC = frozenset(map(folded, _GENERIC_WORDS.split()))

Starts = Sequence[int]


class Label:
    """The words that a field is called by, and where each of them stands in a document."""

    def __init__(self, name: str, source: Source) -> None:
        words = _words(name)
        self._source = source
        self._starts: list[Starts] = [source.words.begins(word) for word in words]
        self._tells = bool(words) and all(self._starts) and not _GENERIC.issuperset(words)

    def best(self, places: Sequence[Place]) -> Place:
        """The place beside the label; the first, if none is."""
        if len(places) == 1:
            return places[0]
        return max(places, key=lambda place: (sum(nearness(starts, place[0]) for starts in self._starts), -place[0]))

    def is_beside(self, places: Sequence[Place]) -> bool:
        """Whether a word of the label stands right before one of the places."""
        return any(_is_beside(starts, start) for starts in self._starts for start, _ in places[:_MOST])

    def is_elsewhere(self, places: Sequence[Place], kind: Kind) -> bool:
        """Whether the whole label stands right before another value of a kind, and nowhere near these places."""
        if not self._tells or any(
            nearness(starts, start) > _NOWHERE_NEAR for start, _ in places for starts in self._starts
        ):
            return False
        known = self._source.date_starts if kind == "date" else self._source.number_starts
        behind = ((bisect_right(known, at), bisect_left(known, at + _BESIDE)) for at in min(self._starts, key=len))
        return any(
            all(_is_beside(starts, start) for starts in self._starts)
            for first, end in behind
            for start in known[first:end]
        )


@lru_cache(maxsize=4_096)
def _words(name: str) -> tuple[str, ...]:
    """The words of a field's name that label a value, folded."""
    return tuple(folded(word) for word in words_of(name) if word not in _CONNECTING)


def _is_beside(labels: Starts, start: int) -> bool:
    """Whether a label stands right before a value."""
    at = bisect_left(labels, start)
    return at > 0 and start - labels[at - 1] < _BESIDE


def nearness(labels: Starts, start: int) -> float:
    """1 for a label right before the value, 0 for one out of reach; what stands behind counts less."""
    at = bisect_left(labels, start)
    before = 1 - (start - labels[at - 1]) / _REACH if at else 0.0
    behind = 0.5 - (labels[at] - start) / _REACH if at < len(labels) else 0.0
    return max(before, behind, 0.0)
