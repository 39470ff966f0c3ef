"""What is said of an endpoint's health: to whoever chooses a way, to whoever is turned away, and to people."""

from dataclasses import dataclass
from typing import Literal

from resources.llm.health.breaker import Breaker
from resources.llm.health.leases import permits
from resources.llm.health.settings import BreakerSettings

State = Literal["closed", "ramping", "open", "cooling", "quarantined"]


@dataclass(slots=True, eq=False)
class Pass:
    """One call may go; whoever holds it says how it went, exactly once."""

    endpoint: str
    started_s: float
    lease: str | None = None
    is_slow: bool = False
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Shut:
    """Not now. With `ask_board` a probe can be had: exchange, then enter once more."""

    until_s: float
    why: str
    ask_board: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """How an endpoint stands; `until_s` is when that may change by itself."""

    state: State
    until_s: float
    why: str


@dataclass(frozen=True, slots=True)
class EndpointHealth:
    """One line of the health report; counts are of the breaker's window."""

    endpoint: str
    state: State
    why: str
    for_s: float
    calls: int
    failed: int
    slow: int
    probes_out: int

    @property
    def is_callable(self) -> bool:
        return self.state in ("closed", "ramping")


def transition(name: str, before: Breaker, after: Breaker, settings: BreakerSettings) -> str:
    """One sentence a transition; that it still is as it was is none."""
    if after.cooling.number > before.cooling.number and before.cooling.until_s < after.cooling.since_s:
        return f"Endpoint {name} is left to cool for {after.cooling.for_s:.0f} s: {after.cooling.why}."
    if (after.phase, after.stage) == (before.phase, before.stage):
        return ""
    return f"Endpoint {name} {_stands(after, settings)}."


def _stands(breaker: Breaker, settings: BreakerSettings) -> str:
    if breaker.phase == "closed":
        return "is in full use again"
    if breaker.phase == "ramping":
        return f"answers again: up to {permits(breaker, settings)} calls may go there"
    if breaker.phase == "quarantined":
        return f"is not asked for {breaker.for_s / 60:.0f} min: {breaker.why}"
    return f"is left alone for {breaker.for_s:.0f} s or longer: {breaker.why}"
