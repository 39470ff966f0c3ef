"""Which endpoints may be asked: a breaker each, its evidence and its probes shared by all processes.

A call enters, says once how it went, and may be slow before it is over. All that is plain stays here and is told
within the second; what may matter to others is told at once.
"""

from collections.abc import Callable, Mapping
from functools import partial

from resources.llm.errors import Auth, EndpointFailed, QuotaExhausted, RateLimited
from resources.llm.health.breaker import Breaker, Event, What
from resources.llm.health.counts import bucket_number
from resources.llm.health.door import Door
from resources.llm.health.merging import HealthNews, HealthView, Word, merged
from resources.llm.health.report import EndpointHealth, Look, Pass, Shut, transition
from resources.llm.health.rows import as_row, from_row
from resources.llm.health.settings import BreakerSettings
from resources.llm.sharing.board import Json
from resources.llm.world import World

_CLOSED = Look("closed", 0.0, "")


class Health:
    """All endpoints this process knows. Rows of others are left alone."""

    table = "llm_breakers"

    def __init__(
        self, settings: Mapping[str, BreakerSettings], process: str, world: World, tell: Callable[[str], None]
    ) -> None:
        self._settings = dict(settings)
        self._process = process
        self._world = world
        self._tell = tell
        self._doors = {name: Door(each, partial(self._told, name)) for name, each in settings.items()}
        self._alone = True
        self._leases = 0
        self._wake: Callable[[], None] = lambda: None

    def look(self, endpoint: str, now_s: float) -> Look:
        """How it stands, to choose by; only `enter` decides."""
        door = self._doors[endpoint]
        if door.cool_until_s > now_s:
            return Look("cooling", door.cool_until_s, door.breaker.cooling.why)
        phase = door.breaker.phase
        if phase == "closed":
            return _CLOSED
        return Look(phase, door.next_chance_s(now_s, last_resort=False), door.breaker.why)

    def enter(self, endpoint: str, now_s: float, *, last_resort: bool = False) -> Pass | Shut:
        """Whether a call may go there now. Ask for every call that would go there if it could: that, too, counts."""
        door = self._doors[endpoint]
        if door.cool_until_s > now_s:
            return Shut(door.cool_until_s, door.breaker.cooling.why)
        if door.breaker.phase == "closed":
            return Pass(endpoint, now_s)
        door.settle(now_s)
        return door.use_lease(endpoint, now_s) or self._probe(door, endpoint, now_s, last_resort)

    def _probe(self, door: Door, endpoint: str, now_s: float, last_resort: bool) -> Pass | Shut:
        if door.room(now_s, last_resort) <= 0:
            door.turn_away(now_s)
            return Shut(door.next_chance_s(now_s, last_resort), door.breaker.why)
        if self._alone:
            return door.lease_here(endpoint, self._serial(), now_s, last_resort and not door.is_due(now_s))
        door.ask(last_resort)
        return Shut(now_s, door.breaker.why, ask_board=True)

    def _serial(self) -> str:
        self._leases += 1
        return f"{self._process}.{self._leases}"

    def leave(self, passed: Pass, now_s: float, error: EndpointFailed | None = None) -> None:
        """How the call went; only the first word counts."""
        if passed.is_over:
            return
        passed.is_over = True
        door = self._doors[passed.endpoint]
        if error is not None or passed.lease or passed.is_slow:
            self._note(door, self._event(_what(error), passed, now_s, error))
        elif door.breaker.phase == "closed":
            door.answered(passed.started_s, now_s)

    def slow(self, passed: Pass, now_s: float) -> None:
        """It takes longer than expected; said the moment it does, not when it is over."""
        if passed.is_over or passed.is_slow:
            return
        event = self._event("slow", passed, now_s)
        passed.is_slow = True
        self._note(self._doors[passed.endpoint], event)

    def abandon(self, passed: Pass, now_s: float) -> None:
        """Cancelled: neither good nor bad, and a probe is free again."""
        if passed.is_over:
            return
        passed.is_over = True
        if passed.lease:
            self._note(self._doors[passed.endpoint], self._event("returned", passed, now_s))

    def _event(self, what: What, passed: Pass, now_s: float, error: EndpointFailed | None = None) -> Event:
        return Event(
            what,
            now_s,
            passed.started_s,
            passed.lease,
            counted=passed.is_slow,
            why=_why(error) if error else "",
            retry_after_s=error.retry_after_s if error else None,
            draw=self._world.random(),
        )

    def _note(self, door: Door, event: Event) -> None:
        door.happened(event)
        self._wake()

    def _told(self, name: str, before: Breaker, after: Breaker) -> None:
        sentence = transition(name, before, after, self._settings[name])
        if sentence:
            self._tell(sentence)

    def callable_now(self, now_s: float) -> tuple[EndpointHealth, ...]:
        """Which endpoints may be asked, and why not the others."""
        return tuple(self._report(name, door, now_s) for name, door in self._doors.items())

    def _report(self, name: str, door: Door, now_s: float) -> EndpointHealth:
        door.fold()
        look = self.look(name, now_s)
        counts = door.breaker.window.all(bucket_number(now_s + door.offset_s, door.settings.window_s))
        for_s = max(0.0, look.until_s - now_s) if look.state not in ("closed", "ramping") else 0.0
        probes = len(door.breaker.leases)
        return EndpointHealth(name, look.state, look.why, for_s, counts.calls, counts.failed, counts.slow, probes)

    def listen(self, wake: Callable[[], None]) -> None:
        self._wake = wake

    @property
    def urgent(self) -> bool:
        return any(door.urgent for door in self._doors.values())

    @property
    def restless(self) -> bool:
        now_s = self._world.monotonic()
        return any(door.is_watched(now_s) for door in self._doors.values())

    def take_news(self, last: bool) -> HealthNews:
        now_s = self._world.monotonic()
        return HealthNews(now_s, self._serial(), {name: door.take(now_s, last) for name, door in self._doors.items()})

    def merge(
        self, news: HealthNews, rows: Mapping[str, Json], board_now_s: float
    ) -> tuple[Mapping[str, Json], HealthView]:
        by_s = board_now_s - news.taken_s
        words: dict[str, Word] = {}
        written: dict[str, Json] = {}
        for name, heard in news.heard.items():
            known = from_row(rows.get(name))
            words[name] = merged(known, heard, self._settings[name], by_s, board_now_s, news.serial)
            row = as_row(words[name].breaker)
            if row != rows.get(name):
                written[name] = row
        return written, HealthView(board_now_s, words)

    def adopt(self, view: HealthView, now_s: float) -> None:
        self._alone = False
        for name, word in view.words.items():
            self._doors[name].adopt(word.breaker, word.leases, view.board_now_s - now_s, now_s)

    def put_back(self, news: HealthNews) -> None:
        self._alone = True
        for name, heard in news.heard.items():
            self._doors[name].put_back(heard)


def _what(error: EndpointFailed | None) -> What:
    if isinstance(error, RateLimited):
        return "limited"
    if isinstance(error, QuotaExhausted | Auth):
        return "barred"
    return "failed" if error and error.counts_against_health else "answered"


def _why(error: EndpointFailed) -> str:
    """Without what the provider wrote: it may quote the document."""
    return (
        f"it {error.happened}; {error.remedy}" if isinstance(error, QuotaExhausted | Auth) else f"it {error.happened}"
    )
