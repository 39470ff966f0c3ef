"""What happens to the providers in each scenario, under which load, and which figures tell how a client took it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.arena.measures import (
    COMPRESSED,
    LIMIT,
    LIMIT_S,
    RATE,
    SLOW_FROM_S,
    Figures,
    Times,
    all_down_figures,
    brownout_figures,
    hours_figures,
    limited_figures,
    outage_figures,
    regional_figures,
)
from benchmarks.arena.ours import Spot
from benchmarks.provider import Rule

MODEL_S = 0.05
SLOW_S = 4.0
A, B = Spot("primary", "primary-model-1"), Spot("fallback", "fallback-model-1")
TOLD = Spot(A.place, A.model, {"limits": {"requests_per_minute": LIMIT * 60 / LIMIT_S, "window_s": LIMIT_S}})
BROWN = Spot(A.place, A.model, {"breaker": {"slow_s": SLOW_FROM_S}})
EAST, WEST = Spot("east", "primary-model-1"), Spot("west", "primary-model-1")


@dataclass(frozen=True, slots=True)
class Scenario:
    """`speed` is how many of the engine's seconds pass in one of the wall's."""

    title: str
    spots: tuple[Spot, ...]
    full: Times
    quick: Times
    rules: Callable[[Times], list[Rule]]
    figures: Figures
    rate: float = RATE
    processes: int = 1
    speed: float = 1.0
    patience_s: float = 60.0
    again_after_s: float | None = None
    route: Mapping[str, Any] = field(default_factory=dict)
    sides: tuple[str, ...] = ("weir", "sdk", "tenacity", "litellm", "litellm-tuned")
    quick_sides: tuple[str, ...] = ("weir",)


def _latency(seconds: float = MODEL_S, **more: Any) -> Rule:
    return {"kind": "latency", "seconds": seconds, "name": f"latency-{len(more)}", **more}


def _down(times: Times, place: str, status: int = 503) -> Rule:
    return {"kind": "status", "status": status, "name": f"down-{place}", "path": f"/{place}/*", **times.window}


def _outage(times: Times) -> list[Rule]:
    return [_latency(), _down(times, "primary")]


def _limited(shape: str) -> Callable[[Times], list[Rule]]:
    quota: Rule = {"kind": "quota", "requests": LIMIT, "per_s": LIMIT_S, "shape": shape, "path": "/primary/*"}
    return lambda _: [_latency(), {**quota, "name": "quota"}]


def _brownout(times: Times) -> list[Rule]:
    return [_latency(), _latency(SLOW_S, path="/primary/*", **times.window)]


def _regional(times: Times) -> list[Rule]:
    resets: Rule = {"kind": "reset", "name": "resets", "path": "/east/*", "share": 0.5, **times.window}
    return [_latency(), resets, _down(times, "east")]


def _hours(times: Times) -> list[Rule]:
    """The primary is down for all of it, and the fallback has troubles of its own, as providers have."""
    stumbles: Rule = {"kind": "status", "status": 500, "name": "stumbles", "path": "/fallback/*", "share": 0.005}
    busy: Rule = {"kind": "rate_limited", "name": "busy", "path": "/fallback/*", "share": 0.01}
    return [_latency(MODEL_S / 5), _down(Times(0, times.all_s + 60, 0), "primary"), stumbles, busy]


def _all_down(times: Times) -> list[Rule]:
    return [_latency(), _down(times, "primary"), _down(times, "fallback")]


SCENARIOS: dict[str, Scenario] = {
    "outage": Scenario(
        "the primary answers 503, the fallback is well",
        (A, B),
        Times(5, 10, 30),
        Times(2, 3, 3),
        _outage,
        outage_figures(7),
        quick_sides=("weir", "litellm-tuned"),
    ),
    "outage-4": Scenario(
        "the same from four processes, 15 requests a second in all",
        (A, B),
        Times(5, 10, 30),
        Times(2, 3, 3),
        _outage,
        outage_figures(10),
        processes=4,
    ),
    "limited": Scenario(
        f"the primary takes {LIMIT} requests in each {LIMIT_S:g} s and is asked for more",
        (TOLD, B),
        Times(0, 30, 0),
        Times(0, 10, 0),
        _limited("window"),
        limited_figures("window"),
        sides=("weir", "weir-untold", "sdk", "tenacity", "litellm", "litellm-tuned"),
        quick_sides=("weir", "weir-untold", "litellm-tuned"),
    ),
    "limited-bucket": Scenario(
        f"the primary's bucket holds {LIMIT} requests and fills in {LIMIT_S:g} s",
        (TOLD, B),
        Times(0, 30, 0),
        Times(0, 10, 0),
        _limited("bucket"),
        limited_figures("bucket"),
        sides=("weir", "weir-untold", "sdk", "tenacity", "litellm", "litellm-tuned"),
    ),
    "brownout": Scenario(
        f"the primary takes {SLOW_S:g} s instead of {MODEL_S:g}",
        (BROWN, B),
        Times(30, 10, 30),
        Times(28, 4, 3),
        _brownout,
        brownout_figures,
        route={"hedge": {"after_s": SLOW_FROM_S}},
    ),
    "regional": Scenario(
        "one region of the model resets connections and answers 503; another region and another provider are well",
        (EAST, WEST, B),
        Times(5, 10, 30),
        Times(2, 3, 2),
        _regional,
        regional_figures,
    ),
    "hours": Scenario(
        "hours without the primary, on a compressed clock (the pauses of all sides are as much shorter)",
        (A, B),
        Times(0, 120, 0),
        Times(0, 8, 0),
        _hours,
        hours_figures,
        rate=100.0,
        speed=COMPRESSED,
        sides=("weir", "tenacity", "litellm-tuned"),
    ),
    "all-down": Scenario(
        "both answer 503, then both are well; what is refused is asked again after 5 s",
        (A, B),
        Times(5, 10, 30),
        Times(1, 3, 5),
        _all_down,
        all_down_figures,
        again_after_s=5.0,
    ),
}
