"""Figures over days and feeds, for the exporter and for a manager's pages: cheap, however many calls there were.

What calls came to is kept a row a day and kind (`llm_usage`); what was noted since is added when it is read. So a
figure is never late and nothing is counted twice, and figures outlive the calls themselves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from resources.ledger.connections import Book, Connection

BOUNDS_S = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0)
"""Between the classes of latency, as the ledger's `llm_latency_class` has them."""
_NO_ANSWER_S = 4.0  # for a connection: whoever asks for figures does not wait for a database that is away
_READ_S = 8.0


@dataclass(frozen=True, slots=True)
class Usage:
    """Attempts of one kind and what they came to; `day` is None where all days are one."""

    day: date | None
    feed: str
    tenant: str
    endpoint: str
    model: str
    task: str
    outcome: str
    error: str
    attempts: int
    calls: int
    fallbacks: int
    hedges: int
    degraded: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cache_write_tokens: int
    reasoning_tokens: int
    cost_usd: Decimal
    latency_s: float


@dataclass(frozen=True, slots=True)
class Latencies:
    """How many requests took so long: those of class n took at least `BOUNDS_S[n - 1]`, and less than `BOUNDS_S[n]`."""

    day: date | None
    endpoint: str
    task: str
    latency_class: int
    attempts: int
    latency_s: float


@dataclass(frozen=True, slots=True)
class Percentiles:
    """How long an endpoint's answers took on one day."""

    day: date
    endpoint: str
    answers: int
    p50_s: float
    p95_s: float
    p99_s: float


@dataclass(frozen=True, slots=True)
class Documents:
    feed: str
    status: str
    cause: str
    count: int


@dataclass(frozen=True, slots=True)
class Open:
    """Things of one kind that are not done with, and since when the oldest."""

    feed: str
    kind: str
    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Published:
    feed: str
    events: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Night:
    """A feed's newest partition; `looked_at` is when its gate checks last looked, which ends its night."""

    feed: str
    day: date
    gate: str
    looked_at: datetime
    gates_closed: int  # of the feed, with events waiting behind them


@dataclass(frozen=True, slots=True)
class Shared:
    """A row that all processes share: of an endpoint's breaker or limits, as they wrote it."""

    endpoint: str
    state: dict[str, Any]
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Budget:
    budget: str  # scope, whose, and which day or month
    limit_usd: Decimal
    spent_usd: Decimal
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything the exporter tells, of one moment."""

    usage: list[Usage]
    latencies: list[Latencies]
    documents: list[Documents]
    reviews: list[Open]
    letters: list[Open]
    waiting: list[Open]
    events: list[Open]
    published: list[Published]
    nights: list[Night]
    breakers: list[Shared]
    limits: list[Shared]
    budgets: list[Budget]


class Figures(Book):
    topic = "figures"

    def usage(self, since: date | None = None, until: date | None = None, *, by_day: bool = True) -> list[Usage]:
        """What calls came to, both days included; by feed, tenant, endpoint, model, task, outcome and error."""
        with self._moment() as connection:
            return self._usage(connection, since, until, by_day)

    def latencies(
        self, since: date | None = None, until: date | None = None, *, by_day: bool = True
    ) -> list[Latencies]:
        with self._moment() as connection:
            return self._latencies(connection, since, until, by_day)

    def percentiles(self, since: date, until: date) -> list[Percentiles]:
        """Exact, and therefore read from the calls: for days whose calls are still kept."""
        return [Percentiles(*row) for row in self._rows("measure_latencies", since=since, until=until)]

    def budgets(self) -> list[Budget]:
        """Those of the periods that run."""
        return [Budget(*row) for row in self._rows("look_at_budgets")]

    def gather(self) -> int:
        """Bring `llm_usage` up to date, so that reading stays cheap; how many of its rows changed."""
        with self._connections.connection(timeout=_NO_ANSWER_S) as connection, connection.transaction():
            row = self._run(connection, "become_gatherer", {}).fetchone()
            return self._run(connection, "gather_usage", {}).rowcount if row and row[0] else 0

    def standing(self) -> Standing:
        with self._moment() as connection:
            return Standing(
                self._usage(connection, None, None, False),
                self._latencies(connection, None, None, False),
                [Documents(*row) for row in self._all(connection, "count_documents")],
                [Open(row[0], "", row[1], row[2]) for row in self._all(connection, "count_reviews")],
                [Open(*row) for row in self._all(connection, "count_letters")],
                [Open(row[0], "", row[1], row[2]) for row in self._all(connection, "count_waiting")],
                [Open(*row) for row in self._all(connection, "count_open_events")],
                [Published(*row) for row in self._all(connection, "count_published")],
                [Night(*row) for row in self._all(connection, "look_at_gates")],
                [Shared(*row) for row in self._all(connection, "look_at_breakers")],
                [Shared(*row) for row in self._all(connection, "look_at_limits")],
                [Budget(*row) for row in self._all(connection, "look_at_budgets")],
            )

    @contextmanager
    def _moment(self) -> Iterator[Connection]:
        """All of one moment, and never for long."""
        with self._connections.connection(timeout=_NO_ANSWER_S) as connection, connection.transaction():
            connection.execute("set transaction isolation level repeatable read read only")
            connection.execute(f"set local statement_timeout = '{_READ_S:.0f}s'")
            yield connection

    def _usage(self, connection: Connection, since: date | None, until: date | None, by_day: bool) -> list[Usage]:
        values = {"since": since, "until": until, "by_day": by_day}
        return [Usage(*row) for row in self._run(connection, "sum_usage", values)]

    def _latencies(
        self, connection: Connection, since: date | None, until: date | None, by_day: bool
    ) -> list[Latencies]:
        values = {"since": since, "until": until, "by_day": by_day}
        return [Latencies(*row) for row in self._run(connection, "count_latencies", values)]

    def _all(self, connection: Connection, name: str) -> list[tuple[Any, ...]]:
        return self._run(connection, name, {}).fetchall()
