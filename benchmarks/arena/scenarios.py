"""What happens to the providers in each scenario, under which load, and which figures tell how a client took it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.arena.crew import Call
from benchmarks.arena.figures import (
    Figure,
    as_seconds,
    as_share,
    as_times,
    back_after,
    busiest_second,
    failing_calls,
    lost,
    quantile,
    ratio,
)
from benchmarks.arena.ours import Spot
from benchmarks.provider import Rule, Seen

RATE = 15.0
MODEL_S = 0.05
A, B = Spot("primary", "primary-model-1"), Spot("fallback", "fallback-model-1")
EAST, WEST = Spot("east", "primary-model-1"), Spot("west", "primary-model-1")
SLOW_S = 4.0
LIMIT, LIMIT_S = 60, 10.0
COMPRESSED = 120.0  # four hours in two minutes


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds until the fault, of the fault, and after it."""

    before_s: float
    fault_s: float
    after_s: float

    @property
    def end_s(self) -> float:
        return self.before_s + self.fault_s

    @property
    def all_s(self) -> float:
        return self.end_s + self.after_s

    @property
    def window(self) -> dict[str, Any]:
        return {"window_s": [self.before_s, self.end_s]}


Places = Mapping[str, Sequence[Seen]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """`speed` is how many of the engine's seconds pass in one of the wall's."""

    title: str
    spots: tuple[Spot, ...]
    full: Times
    quick: Times
    rules: Callable[[Times], list[Rule]]
    figures: Callable[[Times, Sequence[Call], Places], list[Figure]]
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


def _outage_figures(most_failing: int) -> Callable[[Times, Sequence[Call], Places], list[Figure]]:
    def figures(times: Times, calls: Sequence[Call], seen: Places) -> list[Figure]:
        healthy = [call for call in calls if not times.before_s - 0.2 <= call.sent_s < times.end_s]
        during = [call for call in calls if times.before_s <= call.sent_s < times.end_s]
        p99, usual = quantile(calls, 0.99), quantile(healthy, 0.99)
        return [
            Figure("lost", lost(calls), bar=0),
            Figure("failing calls", failing_calls(seen["primary"]), bar=most_failing, compared=True),
            Figure("p50", quantile(calls, 0.5), as_seconds),
            Figure("p99", p99, as_seconds, compared=True),
            Figure("of healthy", ratio(p99, usual), as_times, bar=2.0),
            Figure("p99 in the outage", quantile(during, 0.99), as_seconds),
            Figure("primary back after", back_after(seen["primary"], times.end_s), as_seconds, bar=30.0),
        ]

    return figures


def _limited(shape: str) -> Callable[[Times], list[Rule]]:
    quota: Rule = {"kind": "quota", "requests": LIMIT, "per_s": LIMIT_S, "shape": shape, "path": "/primary/*"}
    return lambda _: [_latency(), {**quota, "name": "quota"}]


def _limited_figures(shape: str) -> Callable[[Times, Sequence[Call], Places], list[Figure]]:
    def figures(times: Times, calls: Sequence[Call], seen: Places) -> list[Figure]:
        asked = seen["primary"]
        begun_s = asked[0].at_s if asked else 0.0
        windows = times.all_s / LIMIT_S
        published = LIMIT * (1 + windows if shape == "bucket" else windows)
        served = sum(each.was_answered and each.at_s < begun_s + times.all_s for each in asked)
        refused = sum(each.status == 429 for each in asked)
        return [
            Figure("lost", lost(calls), bar=0),
            Figure("429s", refused, compared=True),
            Figure("of its requests", ratio(refused, len(asked)), as_share, bar=0.01),
            Figure("quota used", served / published, as_share, bar=0.95, wanted="at least"),
            Figure("p50", quantile(calls, 0.5), as_seconds),
            Figure("p99", quantile(calls, 0.99), as_seconds, compared=True),
        ]

    return figures


def _brownout(times: Times) -> list[Rule]:
    return [_latency(), _latency(SLOW_S, path="/primary/*", **times.window)]


def _brownout_figures(times: Times, calls: Sequence[Call], seen: Places) -> list[Figure]:
    slow = [each for each in seen["primary"] if times.before_s <= each.at_s < times.end_s]
    sent = sum(map(len, seen.values()))
    return [
        Figure("lost", lost(calls), bar=0),
        Figure("slow calls", len(slow), compared=True),
        Figure("p50", quantile(calls, 0.5), as_seconds),
        Figure("p95", quantile(calls, 0.95), as_seconds, compared=True),
        Figure("p99", quantile(calls, 0.99), as_seconds, compared=True),
        Figure("extra calls", sent / len(calls) - 1, as_share, bar=0.05),
        Figure("primary back after", back_after(seen["primary"], times.end_s), as_seconds, bar=30.0),
    ]


def _regional(times: Times) -> list[Rule]:
    resets: Rule = {"kind": "reset", "name": "resets", "path": "/east/*", "share": 0.5, **times.window}
    return [_latency(), resets, _down(times, "east")]


def _regional_figures(times: Times, calls: Sequence[Call], seen: Places) -> list[Figure]:
    west, elsewhere = (sum(each.was_answered for each in seen[place]) for place in ("west", "fallback"))
    healthy = [call for call in calls if not times.before_s - 0.2 <= call.sent_s < times.end_s]
    return [
        Figure("lost", lost(calls), bar=0),
        Figure("failing calls", failing_calls(seen["east"]), bar=7, compared=True),
        Figure("kept to the model", ratio(west, west + elsewhere), as_share),
        Figure("p50", quantile(calls, 0.5), as_seconds),
        Figure("p99", quantile(calls, 0.99), as_seconds, compared=True),
        Figure("of healthy", ratio(quantile(calls, 0.99), quantile(healthy, 0.99)), as_times, bar=2.0),
        Figure("region back after", back_after(seen["east"], times.end_s), as_seconds, bar=30.0),
    ]


def _hours(times: Times) -> list[Rule]:
    """The primary is down for all of it, and the fallback has troubles of its own, as providers have."""
    stumbles: Rule = {"kind": "status", "status": 500, "name": "stumbles", "path": "/fallback/*", "share": 0.005}
    busy: Rule = {"kind": "rate_limited", "name": "busy", "path": "/fallback/*", "share": 0.01}
    return [_latency(MODEL_S / 5), _down(Times(0, times.all_s + 60, 0), "primary"), stumbles, busy]


def _hours_figures(times: Times, calls: Sequence[Call], seen: Places) -> list[Figure]:
    hours = times.all_s * COMPRESSED / 3_600
    return [
        Figure("calls", len(calls)),
        Figure("lost", lost(calls), compared=True),
        Figure("answered", 1 - lost(calls) / len(calls), as_share_of_ten_thousand, bar=0.9999, wanted="at least"),
        Figure("failing calls an hour", failing_calls(seen["primary"]) / hours, compared=True),
        Figure("p99", quantile(calls, 0.99), as_seconds, compared=True),
    ]


def as_share_of_ten_thousand(value: float) -> str:
    return f"{value:.3%}"


def _all_down(times: Times) -> list[Rule]:
    return [_latency(), _down(times, "primary"), _down(times, "fallback")]


def _all_down_figures(times: Times, calls: Sequence[Call], seen: Places) -> list[Figure]:
    every = [each for place in seen.values() for each in place]
    meanwhile = [each for each in every if times.before_s <= each.at_s < times.end_s]
    late = max((call.sent_s + call.took_s for call in calls if call.who and call.sent_s < times.end_s), default=None)
    return [
        Figure("lost", lost(calls), bar=0),
        Figure("asked again", sum(call.asked > 1 for call in calls)),
        Figure("requests while down", len(meanwhile), compared=True),
        Figure("busiest second after", busiest_second(every, times.end_s, times.all_s), compared=True),
        Figure("of the usual", busiest_second(every, times.end_s, times.all_s) / RATE, as_times, bar=3.0),
        Figure("caught up after", None if late is None else max(0.0, late - times.end_s), as_seconds),
    ]


SCENARIOS: dict[str, Scenario] = {
    "outage": Scenario(
        "the primary answers 503, the fallback is well",
        (A, B),
        Times(5, 10, 25),
        Times(2, 3, 3),
        _outage,
        _outage_figures(7),
        quick_sides=("weir", "litellm-tuned"),
    ),
    "outage-4": Scenario(
        "the same from four processes, 15 requests a second in all",
        (A, B),
        Times(5, 10, 25),
        Times(2, 3, 3),
        _outage,
        _outage_figures(10),
        processes=4,
    ),
    "limited": Scenario(
        f"the primary takes {LIMIT} requests in each {LIMIT_S:g} s and is asked for more",
        (A, B),
        Times(0, 30, 0),
        Times(0, 10, 0),
        _limited("window"),
        _limited_figures("window"),
        quick_sides=("weir", "litellm-tuned"),
    ),
    "limited-bucket": Scenario(
        f"the primary's bucket holds {LIMIT} requests and fills in {LIMIT_S:g} s",
        (A, B),
        Times(0, 30, 0),
        Times(0, 10, 0),
        _limited("bucket"),
        _limited_figures("bucket"),
    ),
    "brownout": Scenario(
        f"the primary takes {SLOW_S:g} s instead of {MODEL_S:g}",
        (A, B),
        Times(5, 10, 25),
        Times(2, 4, 2),
        _brownout,
        _brownout_figures,
    ),
    "regional": Scenario(
        "one region of the model resets connections and answers 503; another region and another provider are well",
        (EAST, WEST, B),
        Times(5, 10, 25),
        Times(2, 3, 2),
        _regional,
        _regional_figures,
    ),
    "hours": Scenario(
        "hours without the primary, on a compressed clock (the pauses of all sides are as much shorter)",
        (A, B),
        Times(0, 120, 0),
        Times(0, 8, 0),
        _hours,
        _hours_figures,
        rate=100.0,
        speed=COMPRESSED,
        sides=("weir", "tenacity", "litellm-tuned"),
    ),
    "all-down": Scenario(
        "both answer 503, then both are well; what is refused is asked again after 5 s",
        (A, B),
        Times(5, 10, 25),
        Times(1, 3, 5),
        _all_down,
        _all_down_figures,
        again_after_s=5.0,
    ),
}
