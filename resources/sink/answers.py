"""What a webhook's answer means for an event: taken, never, later; or nothing, because it speaks of the endpoint alone.

An answer that every event of a batch meets is the endpoint's trouble: a wrong address, an outage. What one event meets
while others are taken is that event's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from http.client import responses

from resources.sink.errors import (
    Failing,
    Nonsense,
    NotAccepted,
    NotLetIn,
    NotReachable,
    Overloaded,
    SinkError,
)

LATER = {408, 409, 425}  # taken up already, or too early: this event, later
OVERLOADED = {429, 503}
GATEWAY = {502, 504}
LONGEST_S = 3_600.0  # however long somebody asks to be left alone: a mistyped header must not end delivery
ADDRESS = {401, 402, 403, 404, 405, 407, 410, 421, 451}  # of the address and who may use it, rather than of an event


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` is 0 where no answer came; `words` then say why."""

    status: int
    words: str = ""
    retry_after_s: float | None = None
    nonsense: bool = False

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        if not self.status:
            return self.words
        status = f"{self.status} {responses.get(self.status, '')}".strip()
        return f"{status}: {self.words}" if self.words else status


def judge(answers: Mapping[str, Answer], place: str) -> dict[str, SinkError]:
    """Why events were not taken, by their ids."""
    someone = any(answer.taken for answer in answers.values())
    return {
        name: _blame_event(name, answer, place) if someone else _blame_endpoint(name, answer, place)
        for name, answer in answers.items()
        if not answer.taken
    }


def _blame_event(name: str, answer: Answer, place: str) -> SinkError:
    if answer.status in OVERLOADED:
        return Overloaded(place, answer.text, answer.retry_after_s)
    if answer.status == 0 or answer.status >= 500 or answer.status in LATER:
        return Failing(name, place, answer.text, answer.retry_after_s)
    return NotAccepted(name, place, answer.text)


def _blame_endpoint(name: str, answer: Answer, place: str) -> SinkError:
    if answer.nonsense or (answer.status and not 400 <= answer.status < 600):
        return Nonsense(place, answer.text)
    if not answer.status:
        return NotReachable(place, answer.text)
    if answer.status in OVERLOADED | GATEWAY:
        return Overloaded(place, answer.text, answer.retry_after_s)
    if answer.status in ADDRESS:
        return NotLetIn(place, answer.text)
    return _blame_event(name, answer, place)


def retry_after(value: str | None, now: Callable[[], float]) -> float | None:
    """Seconds or a date, as HTTP allows, an hour at the most; None where it is neither."""
    text = (value or "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text), LONGEST_S)
    try:
        at = parsedate_to_datetime(text)
        left_s = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now()
    except (ValueError, OverflowError):
        return None
    return min(max(0.0, left_s), LONGEST_S)
