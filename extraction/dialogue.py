"""The dialogue about one document: it says what it wants next and is told the outcome; it reaches nothing itself."""

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

from extraction import prompt
from extraction.acceptance import Accept, Acceptance
from extraction.chunking import Chunk
from extraction.document import Document
from extraction.feed import Feed
from extraction.parts import parts_of
from extraction.repeats import merged
from extraction.retrieval import Hits, query_of, rungs
from extraction.shape import Field, strict_schema
from extraction.source import Source
from extraction.values import is_empty
from extraction.verdict import Reason, Verdict, answer_too_long, empty_document

_SMALLEST_PART = 1_000
_MOST_UNREAD = 2  # parts without an answer after which the rest is not tried


@dataclass(frozen=True, slots=True)
class Search:
    """Chunks of this document, at most `limit`, best first; fewer will do."""

    queries: tuple[str, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to a model; `accept` says what is wrong with an answer, None if nothing is."""

    task: str
    system: str
    prompt: str
    schema: dict[str, Any]
    schema_name: str
    max_tokens: int
    accept: Accept


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a question, after the rounds that the engine gave it."""

    value: Any
    accepted: bool
    complaint: str | None
    endpoint: str
    degraded: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """Instead of a Reply: no endpoint could finish the answer within its `max_tokens`."""


Outcome = list[Chunk] | Reply | Cut
Talk = Generator[Search | Ask, Outcome, Verdict]
Record = dict[str, Any]
Parts = list[tuple[prompt.Part, Record]]


def converse(feed: Feed, doc: Document, chunks: Sequence[Chunk]) -> Talk:
    """Ask what the feed wants to know of the document, and decide what becomes of it."""
    if not doc.text.strip():
        return empty_document()
    talk = _Conversation(feed, doc, chunks)
    if talk.fits():
        reply = yield from talk.ask_whole()
        if isinstance(reply, Reply):
            return talk.judge.verdict(reply.value)
        if not talk.judge.shape.has_list:
            return answer_too_long(feed.settings.max_tokens)
    record = yield from talk.ask_in_parts()
    return talk.judge.verdict(record, talk.unread)


@dataclass(slots=True)
class _Conversation:
    feed: Feed
    doc: Document
    chunks: Sequence[Chunk]
    judge: Acceptance = field(init=False)
    unread: list[Reason] = field(default_factory=list)
    heard: bool = False

    def __post_init__(self) -> None:
        self.judge = Acceptance(self.feed, Source(self.doc))

    def fits(self) -> bool:
        retrieval = self.feed.settings.retrieval
        return len(self.doc.text) <= retrieval.whole_chars or len(self.chunks) <= retrieval.chunks

    def ask_whole(self) -> Generator[Search | Ask, Outcome, Reply | Cut]:
        shape = self.judge.shape
        text = prompt.for_whole(self.feed.name, self.feed.prompt, shape, self.doc.text)
        return _answer((yield self._ask(text, shape, self.judge.accept)))

    def ask_in_parts(self) -> Generator[Search | Ask, Outcome, Record | None]:
        """Single values from the chunks that speak of them, lists from every page; None if nothing had a shape."""
        fields = self.judge.shape.fields
        single = tuple(field.name for field in fields if not field.has_list)
        spread = tuple(field.name for field in fields if field.has_list)
        record: Record = dict.fromkeys(field.name for field in fields)
        if single:
            record |= yield from self._search_for(single)
        if spread:
            record |= yield from self._read_through(spread)
        return record if self.heard else None

    def _search_for(self, names: tuple[str, ...]) -> Generator[Search | Ask, Outcome, Record]:
        """Ask with few chunks, and with more for what is required and was not found in them."""
        record: Record = {}
        wanted, hits = names, Hits(self.chunks)
        for size in rungs(self.feed.settings.retrieval):
            shape = self.judge.shape.only(wanted)
            for child in shape.fields:
                hits.add(_chunks((yield Search((query_of(child),), size))))
            if hits.have_grown():
                text = prompt.for_excerpts(self.feed.name, self.feed.prompt, shape, hits.taken(size, len(wanted)))
                answer = _answer((yield self._ask(text, shape, self.judge.accept_part(wanted))))
                record |= self._taken(answer, wanted) or {}
            wanted = self._still_open(record, names)
            if not wanted:
                break
        return record

    def _still_open(self, record: Record, names: tuple[str, ...]) -> tuple[str, ...]:
        """The required fields without a value that stands in the document."""
        doubtful = {re.split(r"[.\[]", issue.path)[0] for issue in self.judge.assess(record, names).issues}
        required = (field.name for field in self.judge.shape.fields if field.required and field.name in names)
        return tuple(name for name in required if name in doubtful or is_empty(record.get(name)))

    def _read_through(self, names: tuple[str, ...]) -> Generator[Search | Ask, Outcome, Record]:
        shape = self.judge.shape.only(names)
        read: Parts = []
        for part in parts_of(self.doc, self.chunks, self.feed.settings.retrieval.pass_chars):
            if len(self.unread) < _MOST_UNREAD:
                read += yield from self._read_part(part, shape, names)
            else:
                self._leave(part, names)
        return merged(read, shape)

    def _read_part(
        self, part: prompt.Part, shape: Field, names: tuple[str, ...]
    ) -> Generator[Search | Ask, Outcome, Parts]:
        """A part's rows; where they do not fit into one answer, those of its halves."""
        text = prompt.for_part(self.feed.name, self.feed.prompt, shape, part)
        answer = _answer((yield self._ask(text, shape, self.judge.accept_part(names))))
        if isinstance(answer, Cut) and len(part.body) > _SMALLEST_PART:
            first, second = part.halves()
            above = yield from self._read_part(first, shape, names)
            below = yield from self._read_part(second, shape, names)
            return above + below
        taken = self._taken(answer, names)
        if taken is None:
            self._leave(part, names)
            return []
        return [(part, taken)]

    def _taken(self, answer: Reply | Cut, names: tuple[str, ...]) -> Record | None:
        """What an answer says about these fields, if it has their shape."""
        if isinstance(answer, Cut) or not self.judge.has_shape(answer.value, names):
            return None
        self.heard = True
        return {name: value for name, value in answer.value.items() if name in names}

    def _leave(self, part: prompt.Part, names: tuple[str, ...]) -> None:
        self.unread.append(Reason(names[0], f"part {part.number} of {part.of} of the document was not read"))

    def _ask(self, text: str, shape: Field, accept: Accept) -> Ask:
        settings, name = self.feed.settings, self.judge.shape.name
        return Ask(settings.task, prompt.SYSTEM, text, strict_schema(shape), name, settings.max_tokens, accept)


def _answer(outcome: Outcome) -> Reply | Cut:
    if isinstance(outcome, Reply | Cut):
        return outcome
    raise TypeError("a question is answered with a Reply, a search with chunks")


def _chunks(outcome: Outcome) -> list[Chunk]:
    if isinstance(outcome, Reply | Cut):
        raise TypeError("a search is answered with chunks, a question with a Reply")
    return outcome
