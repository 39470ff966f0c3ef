"""What comes next within one call is decided from what happened so far, without a clock, a die or a socket.

The flow yields a move (look it up, enter an endpoint, ask it, wait) and is sent what came of it, with the time it came.
One deadline and one number of attempts hold for all that a call does: retries, fallbacks, validation rounds, hedges.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

from resources.llm.endpoints import Step
from resources.llm.errors import EndpointFailed

By = Literal["health", "ramp", "limit", "budget"]
"""ramp: it answers again, so far only some calls."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """The conversation as it now stands may have been answered before; `afresh`, it begins again."""

    tier: int = 1
    afresh: bool = False


@dataclass(frozen=True, slots=True)
class Enter:
    """May this endpoint be asked now? Where only its limit is in the way, the turn may be waited for."""

    step: Step
    until_s: float
    last_resort: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Who was let in is asked; where `hedge` is given, that one too if the first is late."""

    step: Step
    timeout_s: float
    fallback: bool
    hedge: Step | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """With `latest_s`, for as long as others are before us who wait for the same, and until then at the latest."""

    delay_s: float
    latest_s: float | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """Nothing was kept (missed), the pause is over (woke), we are in (entered), or an answer was judged."""

    what: Literal["missed", "woke", "entered", "accepted", "rejected"]
    now_s: float


@dataclass(frozen=True, slots=True)
class Refused:
    """The endpoint was not even asked: it rests, its limit is used up, or there is no money for it."""

    why: str
    by: By
    until_s: float
    now_s: float
    for_good: bool = False  # nothing changes within this call
    cold: bool = False  # nobody has answered there yet, and somebody is about to


@dataclass(frozen=True, slots=True)
class Failed:
    """`hedged`, two endpoints were asked and both failed; the error is the first one's."""

    error: EndpointFailed
    now_s: float
    hedged: EndpointFailed | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """There is an answer: an acceptable one, or the best of those that were not."""

    accepted: bool


@dataclass(frozen=True, slots=True)
class GaveUp:
    """There is none; `reasons` holds the last word of every endpoint that was asked, `turned_away` of the others."""

    why: str
    reasons: tuple[EndpointFailed, ...]
    transient: bool
    turned_away: tuple[Refused, ...] = ()


Move = LookUp | Enter | Ask | Wait
Event = Happened | Refused | Failed
Ending = Settled | GaveUp
Flow = Generator[Move, Event, Ending]
