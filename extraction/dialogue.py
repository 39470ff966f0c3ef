"""The dialogue about one document: it says what it wants next and is told the outcome; it reaches nothing itself."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

from extraction import prompt
from extraction.chunking import Chunk
from extraction.conversation import Conversation, Paths, Steps
from extraction.document import Document
from extraction.feed import Feed
from extraction.opinions import Opinion, heard
from extraction.parts import bounds_of, room
from extraction.reading import read_through
from extraction.retrieval import A_QUESTION
from extraction.searching import search_for
from extraction.settings import FeedSettings, SecondOpinion
from extraction.shape import Field
from extraction.slots import Record, blank, joined
from extraction.verdict import Verdict, empty_document
from extraction.wants import Ask, Cut, Outcome, Reply, Search, Want

__all__ = ["Ask", "Cut", "Outcome", "Reply", "Search", "Want", "converse", "is_asked_whole"]

Talk = Generator[Want, Outcome, Verdict]


def converse(feed: Feed, doc: Document, chunks: Sequence[Chunk]) -> Talk:
    """Ask what the feed wants to know of the document, and decide what becomes of it."""
    if not doc.text.strip():
        return empty_document()
    talk = Conversation(feed, doc, chunks)
    verdict = talk.verdict((yield from _read(talk, tuple(talk.slots))))
    second = feed.settings.second_opinion
    if second is None or verdict.kind != "accepted":
        return verdict  # what a person sees anyway needs no second model
    return (yield from _ask_another(talk, verdict, second))


def _ask_another(talk: Conversation, verdict: Verdict, second: SecondOpinion) -> Talk:
    """Of an accepted record, what another model says of the fields that matter."""
    settings = talk.feed.settings.model_copy(update={"task": second.task})
    other = Conversation(replace(talk.feed, settings=settings), talk.doc, talk.chunks)
    paths = tuple(path for path in other.slots if path.partition(".")[0] in second.fields)
    said = yield from _read(other, paths)
    return heard(verdict, Opinion(paths, other.judge.read(said, paths)), talk.shape)


def _read(talk: Conversation, paths: Paths) -> Generator[Want, Outcome, Record | None]:
    """What the document says of these slots: asked whole where it fits, else for single values and lists apart."""
    if not is_asked_whole(talk.doc, talk.chunks, talk.feed.settings, talk.shape.only(paths)):
        return (yield from _ask_apart(talk, paths, search_for))
    some = None if len(paths) == len(talk.slots) else paths
    shape = talk.shape.only(some) if some else talk.shape
    reply = yield from talk.ask(prompt.for_whole(talk.feed.name, talk.feed.prompt, shape, talk.doc.text), shape, some)
    if isinstance(reply, Reply):
        answer: Record | None = reply.value
        return answer
    return (yield from _ask_apart(talk, paths, _ask_for_less))


def is_asked_whole(doc: Document, chunks: Sequence[Chunk], settings: FeedSettings, shape: Field) -> bool:
    """Whether a document is short, a search would bring about everything, or its lists need all of it in one part."""
    if len(doc.text) <= settings.retrieval.whole_chars or len(chunks) <= A_QUESTION:
        return True
    most = room(settings.retrieval.pass_chars, shape, settings.max_tokens)
    return shape.has_list and len(bounds_of(doc, chunks, most)) == 1


def _ask_apart(
    talk: Conversation, paths: Paths, ask_single: Callable[[Conversation, Paths], Steps]
) -> Generator[Want, Outcome, Record | None]:
    """Single values one way, lists from every page; None if no answer had a shape."""
    single = tuple(path for path in paths if not talk.slots[path].field.has_list)
    spread = tuple(path for path in paths if talk.slots[path].field.has_list)
    record = blank(talk.shape)
    if single:
        record = joined(record, (yield from ask_single(talk, single)))
    if spread:
        record = joined(record, (yield from read_through(talk, spread)))
    return record if talk.heard else None


def _ask_for_less(talk: Conversation, paths: Paths) -> Steps:
    """Of a short document whose answer was too long, some of the values at a time."""

    def ask(some: Paths) -> Steps:
        text = prompt.for_whole(talk.feed.name, talk.feed.prompt, talk.shape.only(some), talk.doc.text)
        return talk.ask_for(text, some, ask)

    without_lists = len(paths) < len(talk.slots)
    return ask(paths) if without_lists else talk.halved(paths, ask)
