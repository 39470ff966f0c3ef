"""Numbers for people, read from the truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from resources.ledger.connections import Book


@dataclass(frozen=True, slots=True)
class Calls:
    """What runs asked of the providers."""

    calls: int
    failed: int
    fallbacks: int
    rejected: int
    cached: int
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal
    p50_s: float | None
    p99_s: float | None


class Reports(Book):
    topic = "reports"

    def calls(self, run_ids: Sequence[str], asset: str | None = None) -> Calls:
        return Calls(*self._row("calls_of_run", run_ids=list(run_ids), asset=asset))

    def document_seconds(self, run_ids: Sequence[str]) -> tuple[float | None, float | None]:
        """p50 and p99 of a document, from first question to verdict."""
        p50, p99 = self._row("document_seconds", run_ids=list(run_ids))
        return p50, p99

    def reasons(self, day: str, feed: str) -> list[tuple[str, str, int]]:
        """Status, why, how many."""
        rows = self._rows("reasons_of_partition", date=day, feed=feed)
        return [(row[0], row[1], row[2]) for row in rows]

    def recent_records(self, day: str, feed: str, limit: int) -> list[tuple[str, str, Any, str | None]]:
        rows = self._rows("recent_records", date=day, feed=feed, limit=limit)
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def recent_events(self, day: str, feed: str, limit: int) -> list[tuple[str, str, str | None, str]]:
        """Place, type, when it was published, id."""
        rows = self._rows("recent_events", date=day, feed=feed, limit=limit)
        return [(row[0], row[1], row[2], row[3]) for row in rows]
