"""Whoever scrapes is told of one moment of the ledger; while the ledger is away, that it is away and nothing else."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector as Base

from resources.ledger import Ledger
from resources.ledger.connections import LOST
from resources.ledger.errors import LedgerError
from resources.ledger.figures import BOUNDS_S, Latencies, Standing
from resources.metrics import names
from resources.metrics.names import Metric
from resources.metrics.samples import samples

FRESH_S = 2.0  # several who scrape at once are told the same
Tell = Callable[[str], None]


class Collector(Base):
    """Keeps the ledger open between looks, and opens it again after it was lost."""

    def __init__(
        self,
        open_ledger: Callable[[], AbstractContextManager[Ledger]],
        tell: Tell,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._open_ledger, self._tell = open_ledger, tell
        self._monotonic, self._now = monotonic, now
        self._one_at_a_time = threading.Lock()
        self._opened = ExitStack()
        self._ledger: Ledger | None = None
        self._families: Sequence[Family] = ()
        self._fresh_until_s = float("-inf")
        self._trouble: str | None = None

    def collect(self) -> Iterator[Family]:
        with self._one_at_a_time:
            if self._monotonic() >= self._fresh_until_s:
                self._families = self._look()
                self._fresh_until_s = self._monotonic() + FRESH_S
            yield from self._families

    def trouble(self) -> str | None:
        """Why the ledger cannot be read now, or None."""
        for _ in self.collect():
            pass
        return self._trouble

    def close(self) -> None:
        self._ledger = None
        self._opened.close()

    def _look(self) -> list[Family]:
        begun_s = self._monotonic()
        try:
            ledger = self._ledger = self._ledger or self._opened.enter_context(self._open_ledger())
            ledger.figures.gather()
            standing = ledger.figures.standing()
        except (LedgerError, *LOST) as problem:
            self._say(str(problem))
            self.close()
            return families([(names.UP, (), 0.0)])
        self._say(None)
        told = [(names.UP, (), 1.0), (names.LOOK, (), self._monotonic() - begun_s)]
        return [*families([*told, *samples(standing, self._now())]), latencies(standing)]

    def _say(self, trouble: str | None) -> None:
        """Once when it begins and once when it ends, not with every scrape."""
        if (trouble is None) != (self._trouble is None):
            self._tell(trouble or "The ledger is read.")
        self._trouble = trouble


def families(told: Sequence[tuple[Metric, tuple[str, ...], float]]) -> list[Family]:
    """The samples of each metric together, as the format wants them."""
    made: dict[str, Family] = {}
    for metric, labels, value in told:
        family = made.get(metric.name) or made.setdefault(metric.name, _family(metric))
        family.add_metric(labels, value)  # type: ignore[attr-defined]  # both kinds have it
    return list(made.values())


def _family(metric: Metric) -> Family:
    kind = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
    return kind(metric.name, metric.means, labels=metric.labels)


def latencies(standing: Standing) -> HistogramMetricFamily:
    """Classes become buckets, each with all that were faster."""
    metric = names.LATENCY
    family = HistogramMetricFamily(metric.name, metric.means, labels=metric.labels)
    of: dict[tuple[str, str], list[Latencies]] = {}
    for each in standing.latencies:
        of.setdefault((each.endpoint, each.task), []).append(each)
    for labels, some in of.items():
        counts = {each.latency_class: each.attempts for each in some}
        upto = [sum(counts.get(number, 0) for number in range(last + 1)) for last in range(len(BOUNDS_S) + 1)]
        bounds = [*(str(bound) for bound in BOUNDS_S), "+Inf"]
        family.add_metric(
            labels, list(zip(bounds, map(float, upto), strict=True)), sum(each.latency_s for each in some)
        )
    return family
