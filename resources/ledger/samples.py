"""Some requests to models in full: what was asked and what came, for people who want to see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from resources.ledger.connections import Book, rows_jsonb


@dataclass(frozen=True, slots=True)
class Sample:
    """One request that was kept; `asked` are the turns of the conversation, each with role and text."""

    call_id: str
    attempt: int
    partition: str
    place: str
    doc_id: str | None
    endpoint: str
    model: str
    task: str
    outcome: str
    error: str | None
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal
    latency_s: float
    started_at: datetime
    asked: Sequence[Mapping[str, str]]
    answered: str


@dataclass(frozen=True, slots=True)
class Which:
    """Samples to look for; what is None is any. Ids may be given by their beginning."""

    feed: str | None = None
    date: str | None = None
    doc: str | None = None
    outcome: str | None = None
    call: str | None = None


class Samples(Book):
    topic = "samples"

    def keep(self, rows: Sequence[Mapping[str, Any]]) -> None:
        with self._transaction() as connection:
            self._run(connection, "keep_samples", {"rows": rows_jsonb(rows)})

    def find(self, which: Which, limit: int = 20) -> list[Sample]:
        """The latest first."""
        values = {"feed": which.feed, "date": which.date, "doc": which.doc, "outcome": which.outcome}
        rows = self._rows("find_samples", **values, call=which.call, limit=limit)
        return [Sample(*row) for row in rows]
