"""The dialogue about one document: it says what it wants next and is told the outcome; it reaches nothing itself."""

from collections.abc import Callable, Generator, Sequence

from extraction import prompt
from extraction.chunking import Chunk
from extraction.conversation import Conversation, Paths, Steps
from extraction.document import Document
from extraction.feed import Feed
from extraction.reading import read_through
from extraction.retrieval import A_QUESTION
from extraction.searching import search_for
from extraction.settings import Retrieval
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
    if not is_asked_whole(doc.text, len(chunks), feed.settings.retrieval):
        record = yield from _ask_apart(talk, search_for)
        return talk.verdict(record)
    reply = yield from talk.ask(prompt.for_whole(feed.name, feed.prompt, talk.shape, doc.text), talk.shape)
    if isinstance(reply, Reply):
        return talk.verdict(reply.value)
    record = yield from _ask_apart(talk, _ask_for_less)
    return talk.verdict(record)


def is_asked_whole(text: str, chunks: int, retrieval: Retrieval) -> bool:
    """Whether a document is short, or a search would bring about everything."""
    return len(text) <= retrieval.whole_chars or chunks <= A_QUESTION


def _ask_apart(
    talk: Conversation, ask_single: Callable[[Conversation, Paths], Steps]
) -> Generator[Want, Outcome, Record | None]:
    """Single values one way, lists from every page; None if no answer had a shape."""
    single = tuple(path for path, slot in talk.slots.items() if not slot.field.has_list)
    spread = tuple(path for path, slot in talk.slots.items() if slot.field.has_list)
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
