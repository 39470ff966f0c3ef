"""The dialogue about one document: it says what it wants next and is told the outcome; it reaches nothing itself."""

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
from extraction.verdict import Reason, Verdict, empty_document

_SMALLEST_PART = 1_500


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


Talk = Generator[Search | Ask, list[Chunk] | Reply, Verdict]
_Step = Generator[Search | Ask, list[Chunk] | Reply, dict[str, Any]]


def converse(feed: Feed, doc: Document, chunks: Sequence[Chunk]) -> Talk:
    """Ask what the feed wants to know of the document, and decide what becomes of it."""
    if not doc.text.strip():
        return empty_document()
    talk = _Conversation(feed, doc, chunks)
    if talk.fits():
        answer = yield from talk.ask_whole()
        if isinstance(answer, dict) or not talk.can_be_parted():
            return talk.judge.verdict(answer)
    record = yield from talk.ask_in_parts()
    return talk.judge.verdict(record, talk.unread)


@dataclass(slots=True)
class _Conversation:
    feed: Feed
    doc: Document
    chunks: Sequence[Chunk]
    judge: Acceptance = field(init=False)
    unread: list[Reason] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.judge = Acceptance(self.feed, Source(self.doc))

    def fits(self) -> bool:
        retrieval = self.feed.settings.retrieval
        return len(self.doc.text) <= retrieval.whole_chars or len(self.chunks) <= retrieval.chunks

    def can_be_parted(self) -> bool:
        return self.judge.shape.has_list and len(self.doc.text) > 2 * _SMALLEST_PART

    def ask_whole(self) -> Generator[Search | Ask, list[Chunk] | Reply, Any]:
        shape = self.judge.shape
        text = prompt.for_whole(self.feed.name, self.feed.prompt, shape, self.doc.text)
        reply = yield self._ask(text, shape, self.judge.accept)
        return _reply(reply).value

    def ask_in_parts(self) -> _Step:
        """Single values from the chunks that speak of them, lists from every page."""
        fields = self.judge.shape.fields
        single = tuple(field.name for field in fields if not field.has_list)
        spread = tuple(field.name for field in fields if field.has_list)
        record = (yield from self._search_for(single)) if single else {}
        if spread:
            record |= yield from self._read_through(spread)
        return record

    def _search_for(self, names: tuple[str, ...]) -> _Step:
        """Ask with few chunks, and with more for what was required and not found in them."""
        record: dict[str, Any] = {}
        wanted, hits = names, Hits(self.chunks)
        for size in rungs(self.feed.settings.retrieval):
            shape = self.judge.shape.only(wanted)
            for child in shape.fields:
                hits.add(_chunks((yield Search((query_of(child),), size))))
            if not hits.have_grown():
                continue
            text = prompt.for_excerpts(self.feed.name, self.feed.prompt, shape, hits.taken(size, len(wanted)))
            reply = _reply((yield self._ask(text, shape, self.judge.accept_part(wanted))))
            record |= {name: value for name, value in _object(reply.value).items() if name in wanted}
            wanted = self._still_missing(record)
            if not wanted:
                break
        return record

    def _still_missing(self, record: dict[str, Any]) -> tuple[str, ...]:
        fields = self.judge.shape.fields
        single = (field for field in fields if field.required and not field.has_list)
        return tuple(field.name for field in single if is_empty(record.get(field.name)))

    def _read_through(self, names: tuple[str, ...]) -> _Step:
        shape = self.judge.shape.only(names)
        parts = parts_of(self.doc, self.chunks, self.feed.settings.retrieval.pass_chars)
        read: list[tuple[prompt.Part, dict[str, Any]]] = []
        for part in parts:
            read += yield from self._read_part(part, shape, names)
        return merged(read, shape)

    def _read_part(
        self, part: prompt.Part, shape: Field, names: tuple[str, ...]
    ) -> Generator[Search | Ask, list[Chunk] | Reply, list[tuple[prompt.Part, dict[str, Any]]]]:
        """A part's rows; if its answer has no shape it may have been too long, and the part is halved."""
        text = prompt.for_part(self.feed.name, self.feed.prompt, shape, part)
        reply = _reply((yield self._ask(text, shape, self.judge.accept_part(names))))
        if isinstance(reply.value, dict):
            return [(part, reply.value)]
        if len(part.body) < 2 * _SMALLEST_PART:
            self.unread.append(Reason(names[0], f"part {part.number} of {part.of} of the document could not be read"))
            return []
        rows = []
        for half in part.halves():
            rows += yield from self._read_part(half, shape, names)
        return rows

    def _ask(self, text: str, shape: Field, accept: Accept) -> Ask:
        settings, name = self.feed.settings, self.judge.shape.name
        return Ask(settings.task, prompt.SYSTEM, text, strict_schema(shape), name, settings.max_tokens, accept)


def _reply(outcome: list[Chunk] | Reply) -> Reply:
    if isinstance(outcome, Reply):
        return outcome
    raise TypeError("a question is answered with a Reply, a search with chunks")


def _chunks(outcome: list[Chunk] | Reply) -> list[Chunk]:
    if isinstance(outcome, Reply):
        raise TypeError("a search is answered with chunks, a question with a Reply")
    return outcome


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
