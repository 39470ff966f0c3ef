"""Events leave in order, at least once, under an id that never changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from resources.ledger.connections import Book


@dataclass(frozen=True, slots=True)
class Told:
    """An event as the outbox keeps it."""

    seq: int
    event_id: UUID
    feed: str
    date: date
    place: str
    number: int
    doc_id: str
    type: str
    payload: dict[str, Any] | None
    endpoint: str | None
    schema_version: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    published: int
    released: int
    held: int


class Outbox(Book):
    topic = "outbox"

    def publish(
        self,
        send: Callable[[Sequence[Told]], None],
        limit: int,
        feed: str | None = None,
        day: str | None = None,
    ) -> int:
        """Hand the next released events to `send`, which returns once they are durable; how many went."""
        with self._transaction() as connection:
            values = {"feed": feed, "date": day, "limit": limit}
            events = [Told(*row) for row in self._run(connection, "claim_events", values)]
            events.sort(key=lambda event: event.seq)
            if events:
                send(events)
                self._run(connection, "published", {"seqs": [event.seq for event in events]})
        return len(events)

    def counts(self, day: str, feed: str) -> Counts:
        return Counts(*self._row("outbox_counts", date=day, feed=feed))
