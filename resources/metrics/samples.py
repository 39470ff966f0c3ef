"""What the ledger says, as samples of the metrics: pure, and the same however often it is asked."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import TypeAlias

from resources.ledger.figures import Open, Standing, Usage
from resources.metrics import names
from resources.metrics.names import Metric
from resources.metrics.providers import breaker_samples, limit_samples

Labels: TypeAlias = tuple[str, ...]
Sample: TypeAlias = tuple[Metric, Labels, float]


def samples(standing: Standing, now_s: float) -> Iterator[Sample]:
    """All but the histogram, which is made of classes."""
    yield from _documents(standing)
    yield from _events(standing)
    yield from _nights(standing)
    yield from _usage(standing.usage)
    for each in standing.breakers:
        yield from breaker_samples(each.endpoint, each.state, now_s)
    for each in standing.limits:
        yield from limit_samples(each.endpoint, each.state, now_s)
    for budget in standing.budgets:
        of, _, period = budget.budget.rpartition("/")
        yield names.BUDGET, (of, period), float(budget.limit_usd)
        yield names.BUDGET_SPENT, (of, period), float(budget.spent_usd)


def _documents(standing: Standing) -> Iterator[Sample]:
    for each in standing.documents:
        yield names.DOCUMENTS, (each.feed, each.status, each.cause), each.count
    for item in standing.reviews:
        yield names.REVIEWS, (item.feed,), item.count
        yield names.REVIEWS_SINCE, (item.feed,), _epoch_s(item)
    for letter in standing.letters:
        yield names.LETTERS, (letter.feed, letter.kind), letter.count
        yield names.LETTERS_SINCE, (letter.feed, letter.kind), _epoch_s(letter)
    for document in standing.waiting:
        yield names.WAITING_SINCE, (document.feed,), _epoch_s(document)


def _events(standing: Standing) -> Iterator[Sample]:
    for event in standing.events:
        yield names.EVENTS, (event.feed, event.kind), event.count
        yield names.EVENTS_SINCE, (event.feed, event.kind), _epoch_s(event)
    for each in standing.published:
        yield names.PUBLISHED, (each.feed,), each.events
        yield names.PUBLISHED_AT, (each.feed,), each.last_at.timestamp()


def _nights(standing: Standing) -> Iterator[Sample]:
    for each in standing.nights:
        yield names.GATE, (each.feed,), each.gate == "closed"
        yield names.GATES, (each.feed,), each.gates_closed
        yield names.NIGHT, (each.feed,), each.looked_at.timestamp()
        yield names.NIGHT_DAY, (each.feed,), datetime.combine(each.day, time.min, UTC).timestamp()


def _usage(usage: Sequence[Usage]) -> Iterator[Sample]:
    yield from _summed(names.ATTEMPTS, usage, "attempts")
    yield from _summed(names.CALLS, usage, "calls")
    yield from _summed(names.COST, usage, "cost_usd")
    yield from _tokens(usage)
    sent = [each for each in usage if each.outcome != "cached"]
    kept = [each for each in usage if each.outcome == "cached"]
    yield from _summed(names.FALLBACKS, sent, "fallbacks")
    yield from _summed(names.HEDGES, sent, "hedges")
    yield from _summed(names.DEGRADED, sent, "degraded")
    yield from _summed(names.REJECTED, [each for each in sent if each.outcome == "rejected"], "attempts")
    yield from _summed(names.CACHED, kept, "attempts")


def _tokens(usage: Sequence[Usage]) -> Iterator[Sample]:
    for kind in ("input", "output", "cached", "cache_write", "reasoning"):
        for _, (feed, endpoint), total in _summed(names.TOKENS, usage, f"{kind}_tokens", ("feed", "endpoint")):
            yield names.TOKENS, (feed, endpoint, kind), total


def _summed(metric: Metric, usage: Sequence[Usage], what: str, by: Labels | None = None) -> Iterator[Sample]:
    """The labels of these metrics are called as the fields of the usage are."""
    sums: dict[Labels, float | Decimal] = {}
    for each in usage:
        key = tuple(str(getattr(each, name)) for name in by or metric.labels)
        sums[key] = sums.get(key, 0) + getattr(each, what)
    for key, total in sums.items():
        yield metric, key, float(total)


def _epoch_s(item: Open) -> float:
    return item.since.timestamp()
