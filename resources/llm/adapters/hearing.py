"""What every wire makes of its stream: event by event the body that the same answer would have had in one piece."""

from typing import Any, Protocol

from resources.llm.messages import Terms

_GRACE_S = 1.0  # for what follows the end of an answer: its usage, its sentinel, the end of the connection's turn


class Interrupted(Exception):
    """An event of the stream says that the provider failed."""

    def __init__(self, body: Any) -> None:
        super().__init__("an error event")
        self.body = body


def text(said: Any) -> str:
    """A piece of an answer; TypeError if a server sends anything else there."""
    if not isinstance(said, str):
        raise TypeError
    return said


class Hearing(Protocol):
    """One answer, as far as it was heard."""

    pieces: int

    def take(self, data: bytes) -> None:
        """One event; Interrupted if it is an error, ValueError and its like if it cannot be read."""

    @property
    def is_whole(self) -> bool:
        """Whether the model said why it stopped: then nothing of the answer is missing."""

    def body(self) -> dict[str, Any]:
        """The answer as if it had come in one piece."""


class Watch:
    """How long silence may last now: before the first token, between two, and after the last."""

    def __init__(self, terms: Terms, now_s: float) -> None:
        self._terms = terms
        self._began_s = now_s
        self._deadline_s = now_s + terms.timeout_s
        self.first_token_s: float | None = None
        self.until_s = min(self._deadline_s, now_s + terms.first_token_s)

    def heard(self, now_s: float, *, is_whole: bool) -> None:
        """A piece of the answer came, or its end."""
        if self.first_token_s is None:
            self.first_token_s = now_s - self._began_s
        self.until_s = min(self._deadline_s, now_s + (_GRACE_S if is_whole else self._terms.stall_s))

    @property
    def complaint(self) -> str:
        """What silence until now means."""
        if self.until_s >= self._deadline_s:
            return f"no whole answer within {self._terms.timeout_s:g} s"
        if self.first_token_s is None:
            return f"no token within {self._terms.first_token_s:g} s"
        return f"silent for {self._terms.stall_s:g} s in the middle of its answer"
