"""A question takes few chunks and the values they speak of; what was not found is asked again with more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from extraction.settings import Retrieval

A_QUESTION = 5  # chunks a question takes at most, until one value alone needs more
_LADDER = (3, 5, 10, 20, 50)
_DAMPED = 60  # how little it matters to be first rather than second in one of two rankings
_MEANING = 0.4  # what the ranking by vectors counts beside that by words


@dataclass(frozen=True, slots=True)
class Question:
    """The slots asked about together, and the chunks that speak of them, in the document's order."""

    paths: tuple[str, ...]
    chunks: tuple[int, ...]


def rungs(retrieval: Retrieval) -> Iterator[int]:
    """How many chunks a value brings along, at first and when it was not found in them."""
    yield retrieval.chunks
    yield from (step for step in _LADDER if retrieval.chunks < step < retrieval.widest)
    if retrieval.widest > retrieval.chunks:
        yield retrieval.widest


def taken(ranked: Sequence[int], size: int) -> tuple[int, ...]:
    """The document's beginning and the best chunks, in the document's order."""
    return tuple(sorted([0, *(at for at in ranked if at)][:size]))


def fused(words: Sequence[int], meaning: Sequence[int]) -> list[int]:
    """One ranking of two, by rank alone: their scores cannot be compared."""
    worth = {at: 1 / (_DAMPED + rank) for rank, at in enumerate(words)}
    for rank, at in enumerate(meaning):
        worth[at] = worth.get(at, 0.0) + _MEANING / (_DAMPED + rank)
    return sorted(worth, key=lambda at: (-worth[at], at))


def packed(found: Mapping[str, Sequence[int]], most: int) -> list[Question]:
    """As few questions as keep each to `most` chunks: values that stand in the same chunks are asked for together."""
    questions: list[Question] = []
    for path, chunks in found.items():
        place = _roomiest(questions, chunks, most)
        if place is None:
            questions.append(Question((path,), tuple(sorted(chunks))))
        else:
            old = questions[place]
            questions[place] = Question((*old.paths, path), tuple(sorted({*old.chunks, *chunks})))
    return questions


def _roomiest(questions: Sequence[Question], chunks: Sequence[int], most: int) -> int | None:
    """The question that would grow least, if any has the room."""
    grown = [(len({*each.chunks, *chunks}) - len(each.chunks), place) for place, each in enumerate(questions)]
    fitting = [(more, place) for more, place in grown if len(questions[place].chunks) + more <= most]
    return min(fitting)[1] if fitting else None
