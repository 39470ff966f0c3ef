"""What is accepted without a person is right; what may be wrong goes to a person with the reason; the rest is dead."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from extraction.grounding import Evidence

_LONGEST_MESSAGE = 500


class Reason(NamedTuple):
    """Why a person has to look: at which field, and what is the matter with it."""

    field: str
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a document."""

    kind: Literal["accepted", "review", "dead"]
    record: dict[str, Any] | None = None
    evidence: tuple[Evidence, ...] = ()
    reasons: tuple[Reason, ...] = ()
    cause: str | None = None
    message: str | None = None
    remedy: str | None = None


def empty_document() -> Verdict:
    """A document without text is asked nothing: whatever came back would be invented."""
    message = "The document holds no text, so there is nothing to extract."
    remedy = "Provide the document with a text layer, or as the file it was printed from."
    return Verdict("dead", cause="empty", message=message, remedy=remedy)


def never_validates(complaint: str) -> Verdict:
    """No answer had the record's shape, however often it was asked for."""
    message = f"No answer had the shape of the feed's schema: {complaint[:_LONGEST_MESSAGE]}"
    remedy = (
        "Check that the document belongs to this feed; otherwise simplify schema.py or route it to a stronger model."
    )
    return Verdict("dead", cause="never_validates", message=message, remedy=remedy)


def answer_too_long(max_tokens: int) -> Verdict:
    """The record does not fit into an answer, and has no list that could be asked for in parts."""
    message = f"No endpoint could finish the answer within {max_tokens} tokens."
    remedy = "Raise max_tokens in feed.yaml, or ask for shorter values."
    return Verdict("dead", cause="truncated", message=message, remedy=remedy)


def belongs_elsewhere(feed: str, words: str) -> Verdict:
    """A document of another feed's kind is not asked about: its record would be a guess."""
    why = (
        f"this seems to belong to the feed {feed} (its title says {words!r}): move the file there, or enter it by hand"
    )
    return Verdict("review", reasons=(Reason("", why),))


def unsorted(feeds: Sequence[str]) -> Verdict:
    """A document of an intake whose top names no feed's kind plainly enough."""
    why = f"no feed could be told from its title: move the file into the folder of one of {', '.join(feeds) or 'none'}"
    return Verdict("review", reasons=(Reason("", why),))
