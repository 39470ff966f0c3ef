"""What a dialogue may want next, and the outcomes it may be told."""

from dataclasses import dataclass
from typing import Any

from extraction.acceptance import Accept
from extraction.chunking import Chunk


@dataclass(frozen=True, slots=True)
class Search:
    """Chunks of this document, at most `limit`, those nearest in meaning first; none will do."""

    query: str
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


Want = Search | Ask
Outcome = list[Chunk] | Reply | Cut


def answer_of(outcome: Outcome) -> Reply | Cut:
    if isinstance(outcome, Reply | Cut):
        return outcome
    raise TypeError("a question is answered with a Reply, a search with chunks")


def chunks_of(outcome: Outcome) -> list[Chunk]:
    if isinstance(outcome, Reply | Cut):
        raise TypeError("a search is answered with chunks, a question with a Reply")
    return outcome
