"""Events leave in order, at least once, under an id that never changes; one that is refused holds up its place only."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from resources.ledger.connections import Book, Connection, rows_jsonb

CHANNEL = "weir_outbox"


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
    payload: str | None  # the record's JSON, as the database has it
    endpoint: str | None
    schema_version: str | None
    created_at: datetime
    attempts: int
    life: int = 0  # how often the ledger was put back from a backup before this was told


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one event was not taken, and when to try it again; `final`: never, before a person says so."""

    seq: int
    error: str
    wait_s: float
    counts: bool = True  # as an attempt of this event
    final: bool = False


@dataclass(frozen=True, slots=True)
class Went:
    """What became of one batch. It is false when nothing was due."""

    published: int
    refused: Sequence[Refusal] = ()

    def __bool__(self) -> bool:
        return bool(self.published or self.refused)


@dataclass(frozen=True, slots=True)
class Counts:
    published: int
    released: int
    held: int
    set_aside: int = 0
    refused: int = 0  # of those released: tried, and to be tried again


@dataclass(frozen=True, slots=True)
class SetAside:
    """An event that is no longer tried, and how many wait behind it."""

    event_id: UUID
    feed: str
    date: date
    place: str
    type: str
    attempts: int
    error: str
    at: datetime
    behind: int


Send = Callable[[Sequence[Told]], Sequence[Refusal] | None]


class Outbox(Book):
    topic = "outbox"

    def publish(self, send: Send, limit: int, feed: str | None = None, day: str | None = None) -> Went:
        """Hand what is due to `send`, which returns once it is durable, with what was refused of it.

        One transaction: who dies in it, or whose `send` raises, leaves everything as it was, free for the next.
        """
        with self._transaction() as connection:
            events = self._claim(connection, {"feed": feed, "date": day, "limit": limit})
            return self._keep(connection, events, send(events) or ()) if events else Went(0)

    def _claim(self, connection: Connection, values: dict[str, Any]) -> list[Told]:
        # Planned anew each time: a plan made for an empty outbox is a bad one for a full one.
        rows = connection.execute(self._sql["claim_events"].encode(), values, prepare=False)
        return sorted((Told(*row) for row in rows), key=lambda event: event.seq)

    def _keep(self, connection: Connection, events: Sequence[Told], refused: Sequence[Refusal]) -> Went:
        out = {refusal.seq for refusal in refused}
        seqs = [event.seq for event in events if event.seq not in out]
        if seqs:
            self._run(connection, "published", {"seqs": seqs})
        if refused:
            self._run(connection, "refused", {"rows": rows_jsonb([asdict(each) for each in refused])})
        return Went(len(seqs), tuple(refused))

    def counts(self, day: str, feed: str) -> Counts:
        return Counts(*self._row("outbox_counts", date=day, feed=feed))

    def due(self) -> tuple[int, datetime | None]:
        """How many events could leave now (10,000 at most are counted), and since when the first."""
        count, since = self._row("oldest_due")
        return int(count), since

    def set_aside(self, feed: str | None = None, day: str | None = None, limit: int = 1000) -> list[SetAside]:
        return [SetAside(*row) for row in self._rows("set_aside_events", feed=feed, date=day, limit=limit)]

    def refusals(self, day: str, feed: str, limit: int) -> list[tuple[str, str, int, str]]:
        """Place, type, attempts and error of what did not go yet."""
        rows = self._rows("refusals", date=day, feed=feed, limit=limit)
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def try_again(self, event_ids: Sequence[UUID] | None = None) -> int:
        """What was set aside is tried from the beginning (all of it, if none is named); how many that is."""
        with self._transaction() as connection:
            return self._run(connection, "try_again", {"event_ids": _listed(event_ids)}).rowcount

    def skip(self, event_ids: Sequence[UUID], by: str, reason: str) -> int:
        """Let the places go on without these events that were set aside; kept, with who and why. How many that is."""
        with self._transaction() as connection:
            values = {"event_ids": _listed(event_ids), "by": by, "reason": reason}
            return self._run(connection, "skip", values).rowcount

    def begin_new_life(self, backup_at: datetime) -> int:
        """After a restore: what may have left since the backup waits for a person. How many events that is."""
        why = (
            f"It may have left after the backup of {backup_at:%Y-%m-%d %H:%M %Z} was taken. Its id is the same: a "
            "consumer that knows it drops it. Try it again, or skip it."
        )
        with self._transaction() as connection:
            self._run(connection, "begin_new_life", {"backup_at": backup_at})
            held = self._run(connection, "hold_what_may_have_left", {"why": why}).rowcount
            self._run(connection, "end_restore", {})
            return held


def _listed(event_ids: Sequence[UUID] | None) -> list[UUID] | None:
    return None if event_ids is None else list(event_ids)


@contextmanager
def listening(connection: Connection) -> Iterator[Callable[[float], bool]]:
    """Inside, wait at most so many seconds for a release to be committed; whether there was one."""
    connection.execute(f"listen {CHANNEL}")
    yield lambda timeout_s: any(connection.notifies(timeout=timeout_s, stop_after=1))
