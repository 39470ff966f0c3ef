"""What comes next within one call is decided from what happened so far, without a clock, a die or a socket.

The flow yields a move (look it up, ask an endpoint, wait) and is sent what came of it, with the time it came.
One deadline and one number of attempts hold for all that a call does: retries, fallbacks, validation rounds.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Literal

from resources.llm.errors import ContextTooLong, EndpointFailed, RateLimited
from resources.llm.model import Endpoint, Route, Step

Random = Callable[[], float]

_BACKOFF_BASE_S = 0.5
_BACKOFF_BASE_RATE_LIMITED_S = 1.0
_BACKOFF_MOST_S = 20.0
_SHORTEST_ATTEMPT_S = 0.05  # less than this before the deadline is not worth paying for


@dataclass(frozen=True, slots=True)
class LookUp:
    """The conversation as it now stands may have been answered before."""


@dataclass(frozen=True, slots=True)
class Ask:
    step: Step
    timeout_s: float
    fallback: bool


@dataclass(frozen=True, slots=True)
class Wait:
    delay_s: float


@dataclass(frozen=True, slots=True)
class Happened:
    """Nothing was kept (missed), the pause is over (woke), or an answer came and was judged."""

    what: Literal["missed", "woke", "accepted", "rejected"]
    now_s: float


@dataclass(frozen=True, slots=True)
class Failed:
    error: EndpointFailed
    now_s: float


@dataclass(frozen=True, slots=True)
class Settled:
    """There is an answer: an acceptable one, or the last of those that were not."""

    accepted: bool


@dataclass(frozen=True, slots=True)
class GaveUp:
    """There is none; `reasons` holds the last word of every endpoint that was asked."""

    why: str
    reasons: tuple[EndpointFailed, ...]
    transient: bool


Move = LookUp | Ask | Wait
Event = Happened | Failed
Ending = Settled | GaveUp
Flow = Generator[Move, Event, Ending]


def travel(route: Route, now_s: float, random: Random) -> Flow:
    """The way of one call through its route."""
    trip = _Trip(route, now_s, random)
    for validation_round in range(route.max_validation_rounds + 1):
        event = yield LookUp()
        end = event if _is(event, "accepted", "rejected") else (yield from _one_answer(trip, event.now_s))
        if isinstance(end, GaveUp):
            answered_before = validation_round > 0 and not end.transient
            return Settled(accepted=False) if answered_before else end
        if _is(end, "accepted"):
            return Settled(accepted=True)
    return Settled(accepted=False)


def _is(event: Event, *what: str) -> bool:
    return isinstance(event, Happened) and event.what in what


def _one_answer(trip: "_Trip", now_s: float) -> Generator[Move, Event, Event | GaveUp]:
    """From attempt to attempt until one brings an answer, or none can."""
    while True:
        move = trip.next_move(now_s)
        if isinstance(move, GaveUp):
            return move
        event = yield move
        now_s = max(event.now_s, now_s + move.delay_s) if isinstance(move, Wait) else event.now_s
        if isinstance(event, Failed):
            trip.note(event)
            if event.error.then == "stop":
                return trip.give_up("for that ends the call")
        elif not _is(event, "woke"):
            return event


@dataclass(slots=True, eq=False)
class _Door:
    """What is known of one step within this call."""

    step: Step
    not_before_s: float
    failures: int = 0
    shut: bool = False
    last: EndpointFailed | None = None

    @property
    def endpoint(self) -> Endpoint:
        return self.step.endpoint


class _Trip:
    """One call's doors, and what is left of its deadline and its attempts."""

    def __init__(self, route: Route, now_s: float, random: Random) -> None:
        self._route = route
        self._random = random
        self._deadline_s = now_s + route.deadline_s
        self._attempts_left = route.max_attempts
        self._doors = [_Door(step, now_s) for step in route.steps]
        self._here: _Door | None = None

    def next_move(self, now_s: float) -> Ask | Wait | GaveUp:
        left_s = self._deadline_s - now_s
        if left_s < _SHORTEST_ATTEMPT_S:
            return self.give_up(f"as its {self._route.deadline_s:g} s are over")
        if self._attempts_left == 0:
            return self.give_up(f"as its {self._route.max_attempts} attempts are used up")
        door = self._choose()
        if door is None:
            return self.give_up("as no endpoint is left to ask")
        if door.not_before_s > now_s:
            return Wait(door.not_before_s - now_s)
        return self._ask(door, left_s)

    def _ask(self, door: _Door, left_s: float) -> Ask:
        self._attempts_left -= 1
        self._here = door
        timeout_s = min(door.endpoint.attempt_timeout_s, left_s)
        return Ask(door.step, timeout_s, fallback=door is not self._doors[0])

    def _choose(self) -> _Door | None:
        """Where we are, if worth another try; else the first not yet tried; else the first to be ready."""
        candidates = list(self._candidates())
        if self._here in candidates:
            return self._here
        return min(candidates, key=lambda door: (door.failures > 0, door.not_before_s), default=None)

    def _candidates(self) -> Iterator[_Door]:
        """The doors that may still be asked in time."""
        for door in self._doors:
            tries_left = door.failures < self._route.attempts_per_endpoint
            if tries_left and not door.shut and door.not_before_s + _SHORTEST_ATTEMPT_S < self._deadline_s:
                yield door

    def note(self, event: Failed) -> None:
        """Learn from a failure where not to go next."""
        error = event.error
        door = next(door for door in self._doors if door.endpoint.name == error.endpoint)
        door.failures += 1
        door.last = error
        door.shut = door.shut or not error.again
        door.not_before_s = event.now_s + self._pause_s(error, door.failures)
        stays = error.then == "retry_here" and error.retry_after_s is None
        self._here = door if stays else None
        if isinstance(error, ContextTooLong):
            self._shut_smaller(door.endpoint)

    def _pause_s(self, error: EndpointFailed, failures: int) -> float:
        """What the provider asked for and a little more, else full jitter."""
        if error.retry_after_s is not None:
            return error.retry_after_s + self._random() * min(1.0, 0.1 * error.retry_after_s)
        base_s = _BACKOFF_BASE_RATE_LIMITED_S if isinstance(error, RateLimited) else _BACKOFF_BASE_S
        return self._random() * min(_BACKOFF_MOST_S, float(base_s * 2 ** (failures - 1)))

    def _shut_smaller(self, than: Endpoint) -> None:
        """What one model could not read, the same model elsewhere cannot, nor one that reads less."""
        for door in self._doors:
            window, known = door.endpoint.context_window_tokens, than.context_window_tokens
            reads_no_more = window is not None and known is not None and window <= known
            door.shut = door.shut or door.endpoint.model == than.model or reads_no_more

    def give_up(self, why: str) -> GaveUp:
        """Transient if any endpoint may answer later, or was never asked although it could have been."""
        reasons = tuple(door.last for door in self._doors if door.last is not None)
        stopped = any(reason.then == "stop" for reason in reasons)
        unasked = any(door.last is None and not door.shut for door in self._doors)
        transient = not stopped and (unasked or any(reason.transient for reason in reasons))
        return GaveUp(why, reasons, transient)
