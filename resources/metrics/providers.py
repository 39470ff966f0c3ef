"""Breakers and limits as the processes left them, read by their own room and told as samples."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, get_args

from resources.llm.health.report import State
from resources.llm.health.rows import from_row
from resources.llm.limits.meter import advance
from resources.llm.limits.row import Row
from resources.metrics import names
from resources.metrics.names import Metric

Sample: TypeAlias = tuple[Metric, tuple[str, ...], float]


def breaker_samples(endpoint: str, row: Mapping[str, Any], now_s: float) -> Iterator[Sample]:
    breaker = from_row(row)
    cooling = breaker.cooling if breaker.cooling.until_s > now_s else None
    state: State = "cooling" if cooling and breaker.phase == "closed" else breaker.phase
    for each in get_args(State):
        yield names.BREAKER, (endpoint, each), each == state
    if state != "closed":
        yield names.BREAKER_SINCE, (endpoint,), cooling.since_s if cooling else breaker.since_s


def limit_samples(endpoint: str, row: Mapping[str, Any], now_s: float) -> Iterator[Sample]:
    for what, meter in Row.of(row).meters.items():
        advance(meter, now_s)
        if meter.bounded:
            yield names.LIMIT, (endpoint, what), meter.limit
            yield names.LIMIT_WINDOW, (endpoint, what), meter.window_s
            yield names.LIMIT_USED, (endpoint, what), meter.measured(now_s)
