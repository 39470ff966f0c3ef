"""One endpoint as this process sees it: the board's last word, and what happened here since.

Times of calls are this process's monotonic ones; the breaker's are the board's, `offset_s` away. When a closure ends
is fixed on our own clock the moment we hear of it, and no clock that jumps afterwards moves it.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from resources.llm.health.breaker import Breaker, Event
from resources.llm.health.counts import NEVER_S
from resources.llm.health.leases import LAST_RESORT_S, granted, is_due, renewed, room, settled
from resources.llm.health.merging import Heard
from resources.llm.health.report import Pass
from resources.llm.health.settings import BreakerSettings
from resources.llm.health.transitions import apply

_BATCH_S = 0.1  # answers are told in batches, each of which stands for one moment
_UNUSED_LEASE_S = 2.0
_SOON_S = 0.5
_WATCHED_S = 2.0
_MOST_EVENTS = 200
_LASTING = ("opened", "limited", "barred")


class Door:
    def __init__(self, settings: BreakerSettings, told: Callable[[Breaker, Breaker], None]) -> None:
        self.settings = settings
        self.breaker = Breaker()
        self.offset_s = 0.0
        self.cool_until_s = NEVER_S
        self.shut_since_s = 0.0
        self.events: list[Event] = []
        self.turned_away = 0
        self.probes_wanted = 0
        self.last_resorts_wanted = 0
        self.asked = 0
        self.urgent = False
        self._told = told
        self._granted: dict[str, float] = {}
        self._held: dict[str, Pass] = {}
        self._answers = 0
        self._answers_first_s = 0.0
        self._answers_last_s = 0.0
        self._answers_started_s = 0.0

    def answered(self, started_s: float, now_s: float) -> None:
        """The plain case, and nearly all of them: counted, and looked at later."""
        if not self._answers:
            self._answers_first_s = now_s
            self._answers_started_s = started_s
        self._answers += 1
        self._answers_last_s = now_s
        if started_s > self._answers_started_s:
            self._answers_started_s = started_s
        if now_s - self._answers_first_s >= _BATCH_S:
            self.fold()

    def fold(self) -> None:
        """The answers so far become an event."""
        if self._answers:
            count, self._answers = self._answers, 0
            self._apply(Event("answered", self._answers_last_s, self._answers_started_s, count=count))

    def happened(self, event: Event) -> None:
        """Applied here at once, told to the others soon; that it opened the door is told besides."""
        self.fold()
        before = self.breaker
        self._apply(event)
        self.urgent = True
        if event.lease:
            self._held.pop(event.lease, None)
        if self.breaker.number > before.number:
            self.events.append(self._opened(event, before))

    def _opened(self, event: Event, before: Breaker) -> Event:
        """That it opened here stands also where others' good calls, told in between, would say otherwise."""
        runs = [run.started_s - self.offset_s for run in (before.failures, before.slowness) if run.count]
        opening = replace(self.breaker, since_s=self.breaker.since_s - self.offset_s, leases={})
        return replace(event, what="opened", started_s=min([event.started_s, *runs]), opening=opening)

    def _apply(self, event: Event) -> None:
        self.events.append(event)
        if len(self.events) > 2 * _MOST_EVENTS:
            self.events = _bounded(self.events)
        self._become(apply(self.breaker, event.moved(self.offset_s), self.settings))

    def adopt(self, breaker: Breaker, leases: Iterable[str], offset_s: float, now_s: float) -> None:
        """The board's word, with what happened here since on top of it."""
        self.offset_s = offset_s
        for event in self.events:
            breaker = apply(breaker, event.moved(offset_s), self.settings)
        self._become(breaker)
        self._granted.update(dict.fromkeys(leases, now_s))
        self.asked = self.probes_wanted + self.last_resorts_wanted

    def _become(self, after: Breaker) -> None:
        """Another closure or pause than before (its length has chance in it, and so a name) is timed from here on."""
        before, self.breaker = self.breaker, after
        if after is before:
            return
        if (after.number, after.for_s) != (before.number, before.for_s):
            self.shut_since_s = after.since_s - self.offset_s
            self.turned_away = 0
        if (after.cooling.number, after.cooling.for_s) != (before.cooling.number, before.cooling.for_s):
            self.cool_until_s = max(self.cool_until_s, after.cooling.until_s - self.offset_s)
        self._told(before, after)

    def take(self, now_s: float, last: bool) -> Heard:
        """What to tell; leases that nobody used are given back, with `last` all of them."""
        self.fold()
        unused = [name for name, got_s in self._granted.items() if last or now_s - got_s > _UNUSED_LEASE_S]
        for name in unused:
            del self._granted[name]
        for name in [*unused, *(self._held if last else ())]:
            self._apply(Event("returned", now_s, now_s, name))
        heard = Heard(
            events=tuple(self.events),
            turned_away=self.turned_away,
            held=self.held(now_s),
            number=self.breaker.number,
            due=self.is_due(now_s),
            probes=self.probes_wanted,
            last_resorts=self.last_resorts_wanted,
        )
        self.events, self.urgent = [], False
        self.turned_away = self.probes_wanted = self.last_resorts_wanted = 0
        return heard

    def put_back(self, heard: Heard) -> None:
        """Untold, but not without end: of what is old only what lasts is kept."""
        self.events = _bounded([*heard.events, *self.events])
        self.turned_away += heard.turned_away if heard.number == self.breaker.number else 0
        self.asked = 0

    def held(self, now_s: float) -> tuple[str, ...]:
        """Leases to renew: those of calls that are still under way, or that a caller never gave back, for a time."""
        ttl_s = self.settings.probe_ttl_s
        return tuple(name for name, passed in self._held.items() if now_s - passed.started_s < ttl_s)

    def settle(self, now_s: float) -> None:
        """Leases of calls that go on are kept, lost ones are free."""
        board_s = now_s + self.offset_s
        self.breaker = settled(renewed(self.breaker, self.held(now_s), board_s), self.settings, board_s)

    def is_due(self, now_s: float) -> bool:
        turned_away = self.breaker.turned_away + self.turned_away
        return is_due(replace(self.breaker, turned_away=turned_away), now_s - self.shut_since_s, self.settings)

    def room(self, now_s: float, last_resort: bool) -> int:
        """For how many more calls, as far as is known here."""
        due = self.is_due(now_s)
        return room(self.breaker, self.settings, now_s + self.offset_s, due, last_resort) - self.asked

    def next_chance_s(self, now_s: float, last_resort: bool) -> float:
        """When it may be worth coming again."""
        soon_s = now_s + _SOON_S
        if not self.breaker.is_shut or self.is_due(now_s):
            return soon_s
        ends_s = self.shut_since_s + self.breaker.for_s
        due_s = ends_s if ends_s > now_s else self.shut_since_s + self.settings.max_open_s
        if last_resort and self.breaker.phase == "open":
            due_s = min(due_s, self.breaker.probed_s - self.offset_s + LAST_RESORT_S)
        return max(due_s, soon_s)

    def turn_away(self, now_s: float) -> None:
        """One more that went elsewhere; a call that tries again in place, right after it failed, is none."""
        if self.breaker.phase == "open" and now_s - self.shut_since_s > _SOON_S:
            self.turned_away += 1

    def ask(self, last_resort: bool) -> None:
        """A lease is wanted from the board."""
        self.asked += 1
        self.probes_wanted += not last_resort
        self.last_resorts_wanted += last_resort

    def lease_here(self, endpoint: str, name: str, now_s: float, last_resort: bool) -> Pass:
        """A lease of our own, where there is no board."""
        self.breaker = granted(self.breaker, [name], now_s + self.offset_s, last_resort)
        self._held[name] = passed = Pass(endpoint, now_s, name)
        return passed

    def use_lease(self, endpoint: str, now_s: float) -> Pass | None:
        """A lease the board gave us, if it still holds."""
        while self._granted:
            name = next(iter(self._granted))
            del self._granted[name]
            if name in self.breaker.leases:
                self._held[name] = passed = Pass(endpoint, now_s, name)
                return passed
        return None

    def is_watched(self, now_s: float) -> bool:
        """A run of bad calls, of which others may have seen the rest; or a pause that is just over, for all."""
        last_s = max(self.breaker.failures.last_s, self.breaker.slowness.last_s) - self.offset_s
        return self.breaker.phase == "closed" and now_s - max(last_s, self.cool_until_s) < _WATCHED_S


def _bounded(events: list[Event]) -> list[Event]:
    if len(events) <= _MOST_EVENTS:
        return events
    old, new = events[: -_MOST_EVENTS // 2], events[-_MOST_EVENTS // 2 :]
    lasting = {event.what: event for event in old if event.what in _LASTING}
    return [*lasting.values(), *new]
