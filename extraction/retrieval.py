"""A field is searched for by what it is called and described as; the document's beginning always comes along."""

import re
from collections.abc import Iterator, Sequence

from extraction.chunking import Chunk
from extraction.settings import Retrieval
from extraction.shape import Field, leaves

_EMPTY_WORDS = (
    "a all an and any are as at by e for from g if in is it its null not of on or printed stated the this to with"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())


def rungs(retrieval: Retrieval) -> Iterator[int]:
    """How many chunks a question takes along, at first and when that was not enough."""
    size = retrieval.chunks
    while size < retrieval.widest:
        yield size
        size *= 2
    yield max(retrieval.widest, retrieval.chunks)


def query_of(field: Field) -> str:
    """The words a document would use for the field."""
    words: dict[str, None] = {}
    for path, leaf in leaves(field, field.name):
        said = re.sub(r"[_\W]+", " ", f"{path.rpartition('.')[2]} {leaf.description}").lower().split()
        words.update(dict.fromkeys(word for word in said if word not in _EMPTY))
    return " ".join((*field.words, *(word for word in words if word not in field.words)))


class Hits:
    """The chunks found so far, taken into a question in turns, so that no field crowds out another."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._all = chunks
        self._found: list[list[Chunk]] = []
        self._last = -1

    def add(self, chunks: list[Chunk]) -> None:
        self._found.append(chunks)

    def have_grown(self) -> bool:
        """Whether there is anything that was not asked about before."""
        distinct = len({chunk.chunk_id for found in self._found for chunk in found})
        grown, self._last = distinct > self._last, max(distinct, self._last)
        return grown

    def taken(self, size: int, fields: int) -> list[Chunk]:
        """The best of every field in the document's order, with the beginning, topped up where little was found."""
        most = size * max(fields, 1)
        ranked = self._in_turns() or list(self._all[:size])
        taken = {chunk.position: chunk for chunk in (*self._all[:1], *ranked)}
        kept = list(taken.values())[: most + 1]
        self._found = []
        return sorted(kept, key=lambda chunk: chunk.position)

    def _in_turns(self) -> list[Chunk]:
        longest = max(map(len, self._found), default=0)
        return [found[rank] for rank in range(longest) for found in self._found if rank < len(found)]
