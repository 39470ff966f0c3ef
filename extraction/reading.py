"""A list may go on over every page: the whole document is read part by part, and no part is dropped in silence."""

from collections.abc import Generator

from extraction import prompt
from extraction.conversation import Conversation, Paths, Steps
from extraction.parts import parts_of, room
from extraction.repeats import merged
from extraction.slots import Record
from extraction.wants import Cut, Outcome, Want

_SMALLEST_PART = 1_000
_MOST_UNREAD = 2  # parts without an answer after which the rest is not tried

Read = list[tuple[prompt.Part, Record]]


def read_through(talk: Conversation, paths: Paths) -> Steps:
    """The rows of all parts as one list."""
    read: Read = []
    settings = talk.feed.settings
    most = room(settings.retrieval.pass_chars, talk.shape.only(paths), settings.max_tokens)
    for part in parts_of(talk.doc, talk.chunks, most):
        if len(talk.unread) < _MOST_UNREAD:
            read += yield from _read_part(talk, part, paths)
        else:
            talk.leave(paths, f"{_named(part)} was not read")
    return merged(read, talk.shape.only(paths))


def _read_part(talk: Conversation, part: prompt.Part, paths: Paths) -> Generator[Want, Outcome, Read]:
    """A part's rows; where they do not fit into one answer, those of its halves."""
    shape = talk.shape.only(paths)
    answer = yield from talk.ask(prompt.for_part(talk.feed.name, talk.feed.prompt, shape, part), shape, paths)
    if isinstance(answer, Cut) and len(part.body) > _SMALLEST_PART:
        first, second = part.halves()
        above = yield from _read_part(talk, first, paths)
        return above + (yield from _read_part(talk, second, paths))
    if isinstance(answer, Cut):
        talk.leave(paths, f"what {_named(part)} lists did not fit into {talk.feed.settings.max_tokens} tokens")
        return []
    taken = talk.taken(answer, paths)
    if taken is None:
        talk.leave(paths, f"{_named(part)} was not read")
        return []
    return [(part, taken)]


def _named(part: prompt.Part) -> str:
    return f"part {part.number} of {part.of} of the document"
