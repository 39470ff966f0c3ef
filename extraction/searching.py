"""Single values of a long document come from the few chunks that speak of them, and from more when they do not."""

import re
from collections.abc import Generator, Sequence
from functools import cached_property

from extraction import prompt
from extraction.chunking import Chunk
from extraction.conversation import Conversation, Paths, Steps
from extraction.retrieval import A_QUESTION, Index, Question, fused, packed, query_of, rungs, taken
from extraction.slots import Record, Slot, at, joined
from extraction.values import is_empty
from extraction.wants import Outcome, Search, Want, chunks_of


def search_for(talk: Conversation, paths: Paths) -> Steps:
    """Ask with few chunks, and with more for what is required and was not found in them."""
    record: Record = {}
    wanted, ranking, asked = paths, Ranking(talk.chunks), dict[str, tuple[int, ...]]()
    retrieval = talk.feed.settings.retrieval
    for size in rungs(retrieval):
        found: dict[str, tuple[int, ...]] = {}
        for path in wanted:
            ranked = yield from ranking.of(talk.slots[path], retrieval.widest if retrieval.embed else 0)
            found[path] = taken(ranked, size)
        fresh = {path: chunks for path, chunks in found.items() if asked.get(path) != chunks}
        asked |= fresh
        for question in packed(fresh, max(size, A_QUESTION)):
            record = joined(record, (yield from _ask_about(talk, question)))
        wanted = _still_open(talk, record, paths)
        if not wanted:
            break
    return record


class Ranking:
    """The chunks of one document, ranked for each slot: by words, and by vectors where the feed wants that."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._chunks = chunks
        self._known: dict[str, list[int]] = {}

    @cached_property
    def _index(self) -> Index:
        return Index([chunk.text for chunk in self._chunks])

    def of(self, slot: Slot, nearest: int = 0) -> Generator[Want, Outcome, list[int]]:
        """All chunks, best first; `nearest` of them by meaning, too."""
        if slot.path not in self._known:
            query = query_of(slot.field, slot.above)
            ranked = self._index.ranked(query)
            if nearest:
                near = chunks_of((yield Search(query.text, nearest)))
                ranked = fused(ranked, [chunk.position for chunk in near])
            self._known[slot.path] = ranked
        return self._known[slot.path]


def _ask_about(talk: Conversation, question: Question) -> Steps:
    def again(paths: Paths) -> Steps:
        return _ask_about(talk, Question(paths, question.chunks))

    chosen = [talk.chunks[place] for place in question.chunks]
    shape = talk.shape.only(question.paths)
    text = prompt.for_excerpts(talk.feed.name, talk.feed.prompt, shape, chosen, talk.doc.text)
    return (yield from talk.ask_for(text, question.paths, again))


def _still_open(talk: Conversation, record: Record, paths: Paths) -> Paths:
    """The required slots without a value that stands in the document."""
    issues = talk.judge.assess(record, paths).issues
    doubtful = [re.sub(r"\[\d+\]", "", issue.path) + "." for issue in issues]
    return tuple(
        path
        for path in paths
        if talk.slots[path].required
        and (is_empty(at(record, path)) or any(issue.startswith(f"{path}.") for issue in doubtful))
    )
