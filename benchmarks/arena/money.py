"""Four processes with 32 callers each spend one budget as fast as they can; one of them may be killed while it does.

What was spent is counted at the provider, not by us: tokens of every answer it gave, at the endpoint's price.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from benchmarks.arena import crew
from benchmarks.arena.figures import Figure, as_share
from benchmarks.arena.ours import Spot, config
from benchmarks.engines import PRICE
from benchmarks.provider import Provider, Seen
from resources.ledger.connections import connect

PROCESSES, CALLERS = 4, 32
LIMIT_USD = Decimal("0.60")
PLACE = "till"
_LEASE_S = 60.0  # a killed process's slice is booked as spent when its lease is over
_MTOK = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Book:
    """The budget's row: spent, and lent to processes that have not said what became of it."""

    spent_usd: Decimal
    lent_usd: Decimal


def play(provider: Provider, database: str, seconds: float, kill_after_s: float | None) -> list[Figure]:
    provider.strike([])
    strike = lambda: provider.strike([{"kind": "latency", "seconds": 0.05}])  # noqa: E731
    told = crew.run("weir", _tasks(provider, database, seconds), strike, 60.0, kill_after_s)
    if told is None:
        raise RuntimeError("our own side runs everywhere")
    billed = billed_usd(provider.seen(PLACE))
    figures = [
        Figure("answers", sum(call.who is not None for call in told.calls)),
        Figure("refused", sum(call.who is None for call in told.calls)),
        Figure("billed", float(billed), _as_usd),
        Figure("of the limit", float(billed / LIMIT_USD), as_share, bar=0.90, wanted="at least"),
        Figure("overshoot", float(max(Decimal(0), billed - LIMIT_USD)), _as_usd, bar=0.0),
    ]
    return figures if kill_after_s is None else [*figures, *_after_the_lease(provider, database, billed)]


def _after_the_lease(provider: Provider, database: str, billed: Decimal) -> list[Figure]:
    """Once it is over, whoever comes books what the killed one held as spent; nothing is lent twice."""
    time.sleep(_LEASE_S + 2)
    strike = lambda: provider.also([{"kind": "latency", "name": "again", "seconds": 0.05}])  # noqa: E731
    crew.run("weir", _tasks(provider, database, 2.0)[:1], strike, 60.0)
    in_all, book = billed_usd(provider.seen(PLACE)), booked(database)
    return [
        Figure("booked later", float(book.spent_usd), _as_usd),
        Figure("still lent", float(book.lent_usd), _as_usd, bar=0.0),
        Figure("billed unbooked", float(max(Decimal(0), in_all - book.spent_usd)), _as_usd, bar=0.0),
        Figure("overshoot in all", float(max(Decimal(0), in_all - LIMIT_USD)), _as_usd, bar=0.0),
    ]


def billed_usd(seen: Sequence[Seen]) -> Decimal:
    """By the provider's count: every answer it made, also one whose caller was gone."""
    read, written = Decimal(PRICE["input_usd_per_mtok"]), Decimal(PRICE["output_usd_per_mtok"])
    return sum(
        ((each.input_tokens * read + each.output_tokens * written) / _MTOK for each in seen if each.was_answered),
        Decimal(0),
    )


def booked(database: str) -> Book:
    """As the ledger has it."""
    with connect(database) as connection:
        rows = connection.execute("select state from weir.llm_budgets").fetchall()
    states = [row[0] if isinstance(row[0], dict) else json.loads(row[0]) for row in rows]
    spent = sum((Decimal(state["spent_usd"]) for state in states), Decimal(0))
    leases: list[Sequence[Any]] = [lease for state in states for lease in state["leases"].values()]
    return Book(spent, sum((Decimal(lease[0]) for lease in leases), Decimal(0)))


def _tasks(provider: Provider, database: str, seconds: float) -> list[dict[str, Any]]:
    budget: Mapping[str, Any] = {"scope": "all", "per": "day", "limit_usd": str(LIMIT_USD)}
    spot = Spot(PLACE, "primary-model-1", {"max_tokens": 500})
    facts = {
        "config": config(provider, [spot], [budget]),
        "database": database,
        "speed": 1.0,
        "seconds": seconds,
        "callers": CALLERS,
        "pause_s": 0.5,
        "patience_s": 20.0,
        "again_after_s": None,
    }
    return [{**facts, "first": number * 1_000_000} for number in range(PROCESSES)]


def _as_usd(value: float) -> str:
    return f"{value:.4f} USD"


Play = Callable[[Provider, str, float, float | None], list[Figure]]
