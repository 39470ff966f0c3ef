"""The way of one call: which endpoint next, how long to wait for it, and when there is no sense in going on."""

from collections.abc import Callable, Generator, Sequence

from resources.llm.doors import Door, first_tier, in_order, shut_smaller, why_none
from resources.llm.endpoints import Route, Step
from resources.llm.errors import ContextTooLong, EndpointFailed, RateLimited
from resources.llm.routing import (
    Ask,
    Enter,
    Event,
    Failed,
    Flow,
    GaveUp,
    Happened,
    LookUp,
    Refused,
    Settled,
    Wait,
)

Random = Callable[[], float]
MayRetry = Callable[[str], bool]

_BACKOFF_BASE_S = 0.5
_BACKOFF_BASE_RATE_LIMITED_S = 1.0
_BACKOFF_MOST_S = 20.0
_SHORTEST_ATTEMPT_S = 0.05  # less than this before the deadline is not worth paying for
_OVERDRAWN_S = 5.0  # before an endpoint is asked again whose retries are used up
_TURN_S = 5.0  # in one queue, before the others are looked at again
_LOOK_AGAIN_S = 1.0  # while every door is shut; another process may have found one open


def _always(endpoint: str) -> bool:
    return True


def travel(
    route: Route, now_s: float, random: Random, *, tier: int = 1, chars: int = 0, may_retry: MayRetry = _always
) -> Flow:
    """The way of one call through its route; a refused answer goes back, then up to a stronger model."""
    trip = Trip(route, now_s, random, tier, chars, may_retry)
    afresh = False
    for validation_round in range(route.max_validation_rounds + 1):
        event = yield LookUp(trip.tier, afresh)
        end = event if _is(event, "accepted", "rejected") else (yield from _one_answer(trip, event.now_s))
        if isinstance(end, GaveUp):
            answered_before = validation_round > 0 and not end.transient
            return Settled(accepted=False) if answered_before else end
        if _is(end, "accepted"):
            return Settled(accepted=True)
        afresh = trip.climb()
    return Settled(accepted=False)


def _is(event: Event, *what: str) -> bool:
    return isinstance(event, Happened) and event.what in what


def _one_answer(trip: "Trip", now_s: float) -> Generator[LookUp | Enter | Ask | Wait, Event, Event | GaveUp]:
    """From endpoint to endpoint until one brings an answer, or none can."""
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
        elif isinstance(event, Refused):
            trip.turned_away(event)
        elif not _is(event, "woke", "entered"):
            return event


class Trip:
    """One call's doors, and what is left of its deadline, its patience and its attempts."""

    def __init__(
        self, route: Route, now_s: float, random: Random, tier: int, chars: int, may_retry: MayRetry = _always
    ) -> None:
        self._route, self._random, self._may_retry = route, random, may_retry
        self.tier = first_tier(route, tier, chars)
        self._deadline_s = now_s + route.deadline_s
        self._nobody_since_s: float | None = None
        self._attempts_left = route.max_attempts
        self._rejections = 0
        self._doors = [Door(step, now_s) for step in route.steps]
        self._here: Door | None = None
        self._entering: Door | None = None
        self._queued = False  # a turn was waited for, and did not come
        self._cold: Door | None = None
        self._resorted_s = float("-inf")
        self._resorts: list[Door] = []

    def climb(self) -> bool:
        """An answer was refused. Whether a stronger model is to begin afresh."""
        self._rejections += 1
        higher = [door.step.tier for door in self._doors if door.step.tier > self.tier and not door.step.degraded]
        if self._rejections < self._route.escalate_after or not higher:
            return False
        self.tier, self._rejections, self._here = min(higher), 0, None
        return True

    def next_move(self, now_s: float) -> Enter | Ask | Wait | GaveUp:
        left_s = self._deadline_s - now_s
        if left_s < _SHORTEST_ATTEMPT_S:
            return self.give_up(f"as its {self._route.deadline_s:g} s are over")
        if self._entering is not None:
            return self._ask(self._entering, left_s)
        if self._attempts_left == 0:
            return self.give_up(f"as its {self._route.max_attempts} attempts are used up")
        if self._cold is not None:
            return self._await_first_answer(self._cold, now_s)
        doors = self._preferred()
        if not doors:
            return self.give_up(why_none([door.refused for door in self._doors]))
        if doors[0] is self._here and not self._here.is_ready(now_s):
            return Wait(self._here.not_before_s - now_s)
        ready = next((door for door in doors if door.is_ready(now_s)), None)
        return self._enter(ready, now_s) if ready else self._nobody(doors, now_s, left_s)

    def _enter(self, door: Door, until_s: float, *, last_resort: bool = False) -> Enter:
        self._entering = door
        return Enter(door.step, until_s, last_resort)

    def _await_first_answer(self, door: Door, now_s: float) -> Enter:
        """An endpoint nobody knows is tried with a few calls; that it is new is no reason to go elsewhere, once."""
        self._cold, door.awaited = None, True
        return self._enter(door, self._turn_ends_s(now_s))

    def _turn_ends_s(self, now_s: float) -> float:
        return min(now_s + _TURN_S, self._deadline_s - _SHORTEST_ATTEMPT_S)

    def _ask(self, door: Door, left_s: float) -> Ask:
        """Whoever let us in."""
        self._entering, self._nobody_since_s = None, None
        self._attempts_left -= 1
        self._here = door
        timeout_s = min(door.endpoint.attempt_timeout_s, left_s)
        first = next((other for other in in_order(self._doors, self.tier) if not other.step.degraded), door)
        return Ask(door.step, timeout_s, fallback=door is not first, hedge=self._hedge(door))

    def _hedge(self, door: Door) -> Step | None:
        """Who else could be asked, where the route hedges and the call can afford it."""
        if self._route.hedge is None or self._attempts_left < 1:
            return None
        others = (other for other in self._preferred() if other is not door and not other.step.degraded)
        other = next((other for other in others if other.failures == 0 and other.refused is None), None)
        return other.step if other else None

    def _nobody(self, doors: Sequence[Door], now_s: float, left_s: float) -> Enter | Wait | GaveUp:
        """Nobody can be asked at this moment: wait for a turn, knock as a last resort, or wait and look again."""
        turn = self._turn(doors, now_s)
        if turn is not None:
            return turn
        soonest_s = min(door.not_before_s for door in doors) - now_s
        if not all(door.refused for door in doors):
            return Wait(min(max(soonest_s, 0.001), left_s))
        against = {door.refused.by for door in doors if door.refused}
        if self._nobody_since_s is None or "ramp" in against:  # nobody loses patience with one that answers again
            self._nobody_since_s = now_s
        until_s = min(self._nobody_since_s + self._route.patience_s, self._deadline_s)
        resting = self._last_resort(doors, now_s)
        if resting:
            return self._enter(resting, now_s, last_resort=True)
        if now_s - self._nobody_since_s >= self._route.patience_s:
            return self.give_up(f"as nobody could be asked for {self._route.patience_s:g} s")
        pause_s = min(soonest_s, _LOOK_AGAIN_S * (0.2 + self._random()))
        return Wait(min(max(pause_s, 0.001), left_s), latest_s=None if "limit" in against else until_s)

    def _turn(self, doors: Sequence[Door], now_s: float) -> Enter | None:
        """A place in the queue of whoever has too much to do: being busy is no outage, so patience does not count."""
        busy = [door for door in doors if door.refused and door.refused.by == "limit"]
        if not busy or self._queued:
            self._queued = False
            return None
        self._queued, self._nobody_since_s = True, None
        return self._enter(min(busy, key=lambda door: door.not_before_s), self._turn_ends_s(now_s))

    def _last_resort(self, doors: Sequence[Door], now_s: float) -> Door | None:
        """Each that rests in turn, about once a second: never all doors shut while one could answer."""
        if not self._resorts and now_s - self._resorted_s >= _LOOK_AGAIN_S:
            self._resorted_s = now_s
            self._resorts = [door for door in doors if door.refused and door.refused.by == "health"]
        return self._resorts.pop(0) if self._resorts else None

    def _preferred(self) -> list[Door]:
        """The doors that may still be asked in time: where we are, those never tried, those that failed.

        Where nobody else can be asked, those that were left are asked again, if it cost nothing that they failed.
        """
        candidates = [door for door in in_order(self._doors, self.tier) if self._may_be_asked(door)]
        if all(door.refused for door in candidates):
            candidates += [door for door in in_order(self._doors, self.tier) if self._was_left(door)]
        return sorted(candidates, key=lambda door: (door is not self._here, door.failures > 0))

    def _may_be_asked(self, door: Door) -> bool:
        return door.failures < self._route.attempts_per_endpoint and self._is_of_use(door)

    def _was_left(self, door: Door) -> bool:
        spent = door.last is not None and door.last.spend != "nothing"
        return not spent and not self._may_be_asked(door) and self._is_of_use(door)

    def _is_of_use(self, door: Door) -> bool:
        return door.is_of_use(self._deadline_s - _SHORTEST_ATTEMPT_S)

    def turned_away(self, refusal: Refused) -> None:
        """It cannot be asked now, and this says when it can."""
        door, self._entering = self._entering, None
        if door is None:
            return
        self._here = None
        door.turned_away(refusal)
        self._cold = door if refusal.cold and not door.awaited else None

    def note(self, event: Failed) -> None:
        """Learn from failures where not to go next."""
        for error in filter(None, (event.error, event.hedged)):
            self._note(error, event.now_s)
        if event.hedged:
            self._attempts_left = max(0, self._attempts_left - 1)
            self._here = None

    def _note(self, error: EndpointFailed, now_s: float) -> None:
        door = next(door for door in self._doors if door.endpoint.name == error.endpoint)
        door.failed(error)
        door.not_before_s = now_s + self._pause_s(error, door.failures)
        stays = error.then == "retry_here" and error.retry_after_s is None and self._may_be_asked(door)
        may_stay = stays and self._may_retry(error.endpoint)
        if stays and not may_stay:
            door.not_before_s = max(door.not_before_s, now_s + _OVERDRAWN_S)
        self._here = door if may_stay else None
        if isinstance(error, ContextTooLong):
            shut_smaller(self._doors, door.endpoint)

    def _pause_s(self, error: EndpointFailed, failures: int) -> float:
        """What the provider asked for and a little more, else full jitter."""
        if error.retry_after_s is not None:
            return error.retry_after_s + self._random() * min(1.0, 0.1 * error.retry_after_s)
        base_s = _BACKOFF_BASE_RATE_LIMITED_S if isinstance(error, RateLimited) else _BACKOFF_BASE_S
        return self._random() * min(_BACKOFF_MOST_S, float(base_s * 2 ** (failures - 1)))

    def give_up(self, why: str) -> GaveUp:
        """Transient if any endpoint may answer later, or was never asked although it could have been."""
        reasons = tuple(door.last for door in self._doors if door.last is not None)
        refused = tuple(door.refused for door in self._doors if door.refused is not None)
        stopped = any(reason.then == "stop" for reason in reasons)
        unasked = any(door.last is None and not door.shut for door in self._doors)
        transient = not stopped and (unasked or bool(refused) or any(reason.transient for reason in reasons))
        return GaveUp(why, reasons, transient, refused)
