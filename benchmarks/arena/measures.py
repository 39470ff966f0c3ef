"""Which figures tell how a client took a scenario; `times` are those of the fault, `seen` what each provider saw."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
from benchmarks.provider import Seen

RATE = 15.0
SLOW_FROM_S, BACK_S = 1.0, 30.0
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
    def back_bar_s(self) -> float | None:
        """Nobody is held to thirty seconds who is not given them."""
        return BACK_S if self.after_s >= BACK_S else None

    @property
    def window(self) -> dict[str, Any]:
        return {"window_s": [self.before_s, self.end_s]}


Places = Mapping[str, Sequence[Seen]]
Figures = Callable[[Times, Sequence[Call], Places], list[Figure]]


def outage_figures(most_failing: int) -> Figures:
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
            Figure("primary back after", back_after(seen["primary"], times.end_s), as_seconds, times.back_bar_s),
        ]

    return figures


def limited_figures(shape: str) -> Figures:
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


def brownout_figures(times: Times, calls: Sequence[Call], seen: Places) -> list[Figure]:
    slow = [each for each in seen["primary"] if times.before_s <= each.at_s < times.end_s]
    sent = sum(map(len, seen.values()))
    return [
        Figure("lost", lost(calls), bar=0),
        Figure("slow calls", len(slow), compared=True),
        Figure("p50", quantile(calls, 0.5), as_seconds),
        Figure("p95", quantile(calls, 0.95), as_seconds, compared=True),
        Figure("p99", quantile(calls, 0.99), as_seconds, bar=1.2 * SLOW_FROM_S, compared=True),
        Figure("extra calls", sent / len(calls) - 1, as_share, bar=0.05),
        Figure("primary back after", back_after(seen["primary"], times.end_s), as_seconds, times.back_bar_s),
    ]


def regional_figures(times: Times, calls: Sequence[Call], seen: Places) -> list[Figure]:
    west, elsewhere = (sum(each.was_answered for each in seen[place]) for place in ("west", "fallback"))
    healthy = [call for call in calls if not times.before_s - 0.2 <= call.sent_s < times.end_s]
    return [
        Figure("lost", lost(calls), bar=0),
        Figure("failing calls", failing_calls(seen["east"]), bar=7, compared=True),
        Figure("kept to the model", ratio(west, west + elsewhere), as_share),
        Figure("p50", quantile(calls, 0.5), as_seconds),
        Figure("p99", quantile(calls, 0.99), as_seconds, compared=True),
        Figure("of healthy", ratio(quantile(calls, 0.99), quantile(healthy, 0.99)), as_times, bar=2.0),
        Figure("region back after", back_after(seen["east"], times.end_s), as_seconds, times.back_bar_s),
    ]


def hours_figures(times: Times, calls: Sequence[Call], seen: Places) -> list[Figure]:
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


def all_down_figures(times: Times, calls: Sequence[Call], seen: Places) -> list[Figure]:
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
