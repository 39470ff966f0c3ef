"""What each part of the ranking is worth: the same search with that part's weight set to nothing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType

from benchmarks.documents_read import Read
from benchmarks.documents_search import SIZES
from benchmarks.standing import Text, Value
from extraction.retrieval import Index, index, query, query_of, taken
from extraction.slots import Slot

PARTS: dict[str, tuple[tuple[ModuleType, str, float], ...]] = {
    "all of it": (),
    "what documents write for a name": ((query, "_WRITTEN", 0), (query, "_HINTED", 0)),
    "less of that for a part of the name": ((query, "_PARTLY", 0),),
    "names as phrases": ((query, "_PHRASE", 0), (query, "_PAIR", 0)),
    "where a phrase is defined": ((query, "_MEANS", 0),),
    "descriptions": ((query, "_DESCRIPTION", 0), (query, "_HINTED", 0)),
    "forms of words": ((index, "_STEMMED", 0),),
    "what looks like the value": ((index, "_LOOKS", 0), (index, "_LABELLED", 0)),
    "labels beside it": ((index, "_LABELLED", 0),),
    "chunks beside good ones": ((index, "_BESIDE", 0),),
    "tables of contents put back": ((index, "_CONTENTS", 1),),
    "running lines left out": ((index, "_RUNNING", 10**9),),
}


def without_lines(reads: Sequence[Read]) -> Iterator[str]:
    """Single values in 3 and 5 chunks, whole and without each part in turn."""
    searched = [(read, _single(read)) for read in reads if read.is_searched]
    for name, weights in PARTS.items():
        with _set(weights):
            counts = sum((_found(read, values) for read, values in searched), Counter[str]())
        said = ", ".join(f"{counts[f'in {size}']}/{counts['values']}" for size in SIZES)
        yield f"{'' if not weights else 'without '}{name}: {said}"


def _single(read: Read) -> list[Value]:
    return [value for value in read.stated if not value.slot.field.has_list]


@contextmanager
def _set(weights: Sequence[tuple[ModuleType, str, float]]) -> Iterator[None]:
    before = [(module, name, getattr(module, name)) for module, name, _ in weights]
    try:
        for module, name, weight in weights:
            setattr(module, name, weight)
        query_of.cache_clear()
        yield
    finally:
        for module, name, weight in before:
            setattr(module, name, weight)
        query_of.cache_clear()


def _found(read: Read, values: Sequence[Value]) -> Counter[str]:
    ranking, counts = _Ranking(read), Counter({"values": len(values)})
    for value in values:
        counts.update(f"in {size}" for size in SIZES if ranking.shown(value.slot, size).states(value))
    return counts


class _Ranking:
    """One document's chunks, each slot searched for once."""

    def __init__(self, read: Read) -> None:
        self._read, self._index = read, Index([chunk.text for chunk in read.chunks])
        self._shown: dict[tuple[str, int], Text] = {}

    def shown(self, slot: Slot, size: int) -> Text:
        if (slot.path, size) not in self._shown:
            places = taken(self._index.ranked(query_of(slot.field, slot.above)), size)
            self._shown[slot.path, size] = Text("\n".join(self._read.chunks[place].text for place in places))
        return self._shown[slot.path, size]
