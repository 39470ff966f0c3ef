"""Whoever wants to see each request as it ends (spans, samples) is told here; without a watcher, nothing is done."""

from dataclasses import dataclass
from typing import Protocol

from resources.llm.endpoints import Endpoint
from resources.llm.messages import Prompt
from resources.llm.store import Attempt


@dataclass(frozen=True, slots=True)
class Ended:
    """One request that was sent, whatever came of it."""

    attempt: Attempt
    endpoint: Endpoint
    max_tokens: int
    asked: Prompt | None
    """Nothing where texts were embedded."""
    came: str
    """The answer's text, or the sentence of the error."""


class Watch(Protocol):
    def ended(self, request: Ended) -> None:
        """Called on the event loop, so it does not wait for anything."""
