"""What is known of one endpoint's health, and what can happen to it: values only, all times on one clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from resources.llm.health.counts import NEVER_S, NO_CALLS, NO_RUN, Run, Window

Phase = Literal["closed", "open", "quarantined", "ramping"]
What = Literal["answered", "failed", "slow", "limited", "barred", "returned", "opened"]


@dataclass(frozen=True, slots=True)
class Lease:
    """One call's right to find out how an endpoint is; whoever dies with it stops renewing it."""

    renewed_s: float
    last_resort: bool = False


@dataclass(frozen=True, slots=True)
class Cooling:
    """The provider asked for a pause; `number` tells one pause from the next."""

    number: int = 0
    since_s: float = NEVER_S
    for_s: float = 0.0
    rounds: int = 0
    why: str = ""

    @property
    def until_s(self) -> float:
        return self.since_s + self.for_s


_NO_PAUSE = Cooling()


@dataclass(frozen=True, slots=True)
class Breaker:
    """`number` counts openings; `since_s` is when it opened (or, closed again, when that was)."""

    phase: Phase = "closed"
    number: int = 0
    since_s: float = NEVER_S
    for_s: float = 0.0
    rounds: int = 0
    why: str = ""
    slow: bool = False
    identity: str = ""
    turned_away: int = 0
    probed_s: float = NEVER_S
    stage: int = 0
    passed: int = 0
    leases: Mapping[str, Lease] = field(default_factory=dict)
    cooling: Cooling = _NO_PAUSE
    window: Window = NO_CALLS
    failures: Run = NO_RUN
    slowness: Run = NO_RUN

    @property
    def is_shut(self) -> bool:
        return self.phase in ("open", "quarantined")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that came of a call. `draw` is its chance, so that it means the same wherever it is applied."""

    what: What
    at_s: float
    started_s: float
    lease: str | None = None
    count: int = 1
    counted: bool = False  # the call is in the window already, as a slow one
    why: str = ""
    retry_after_s: float | None = None
    draw: float = 0.0
    opening: Breaker | None = None

    def moved(self, by_s: float) -> "Event":
        """The same event on another clock."""
        opening = self.opening and replace(self.opening, since_s=self.opening.since_s + by_s)
        return replace(self, at_s=self.at_s + by_s, started_s=self.started_s + by_s, opening=opening)
