"""What one process tells of an endpoint, put into the row that all share; pure, for it runs under the row's lock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from resources.llm.health.breaker import Breaker, Event
from resources.llm.health.leases import granted, is_due, renewed, room, settled
from resources.llm.health.settings import BreakerSettings
from resources.llm.health.transitions import apply


@dataclass(frozen=True, slots=True)
class Heard:
    """Of one endpoint: what happened, which leases are still in use, and what is wanted.

    `due` is that opening `number` has run its time, on the clock of a process that has seen it begin.
    """

    events: tuple[Event, ...] = ()
    turned_away: int = 0
    held: tuple[str, ...] = ()
    number: int = 0
    due: bool = False
    probes: int = 0
    last_resorts: int = 0


@dataclass(frozen=True, slots=True)
class HealthNews:
    """`serial` makes the names of the leases that are granted for it."""

    taken_s: float
    serial: str
    heard: Mapping[str, Heard]

    @property
    def rows(self) -> Sequence[str]:
        return tuple(self.heard)


@dataclass(frozen=True, slots=True)
class Word:
    """The board's word on one endpoint, and what it leased to us."""

    breaker: Breaker
    leases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HealthView:
    board_now_s: float
    words: Mapping[str, Word]


def merged(breaker: Breaker, heard: Heard, settings: BreakerSettings, by_s: float, now_s: float, serial: str) -> Word:
    breaker = settled(renewed(breaker, heard.held, now_s), settings, now_s)
    for event in heard.events:
        breaker = apply(breaker, event.moved(by_s), settings)
    if breaker.phase == "open" and heard.turned_away and heard.number == breaker.number:
        breaker = replace(breaker, turned_away=breaker.turned_away + heard.turned_away)
    return _with_leases(breaker, heard, settings, now_s, serial)


def _with_leases(breaker: Breaker, heard: Heard, settings: BreakerSettings, now_s: float, serial: str) -> Word:
    names: list[str] = []
    claimed = heard.due and heard.number == breaker.number and breaker.is_shut
    for wanted, last_resort in ((heard.probes, False), (heard.last_resorts, True)):
        due = claimed or is_due(breaker, now_s - breaker.since_s, settings)
        count = min(wanted, max(0, room(breaker, settings, now_s, due, last_resort)))
        new = [f"{serial}.{len(names) + index}" for index in range(count)]
        breaker = granted(breaker, new, now_s, last_resort and not due and breaker.phase == "open")
        names += new
    return Word(breaker, tuple(names))
