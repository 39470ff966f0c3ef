"""What lasts too long, over all partitions: reviews, waits, closed gates, events that do not leave, shut endpoints."""

from dataclasses import dataclass

from resources.ledger.connections import Book


@dataclass(frozen=True, slots=True)
class Lasting:
    """Things of one feed that are not done with, and how long the oldest has been; in the unit its query names."""

    feed: str
    count: int
    oldest: float


@dataclass(frozen=True, slots=True)
class Broken:
    feed: str
    date: str
    why: str
    hours: float


@dataclass(frozen=True, slots=True)
class ShutEndpoint:
    """`idle_s` is how long ago anybody wanted it: what nobody asks is shut until somebody does."""

    endpoint: str
    phase: str
    why: str
    for_s: float
    idle_s: float


class Conditions(Book):
    topic = "conditions"

    def reviews(self) -> list[Lasting]:
        """Open review items; the oldest in hours."""
        return [Lasting(*row) for row in self._rows("open_reviews")]

    def oldest_reviews(self, limit: int) -> list[tuple[str, str, str, float]]:
        """Feed, day, place, hours."""
        return [(row[0], row[1], row[2], row[3]) for row in self._rows("list_open_reviews", limit=limit)]

    def waits(self) -> list[Lasting]:
        """Documents that wait; the longest in hours."""
        return [Lasting(*row) for row in self._rows("open_waits")]

    def longest_waits(self, limit: int) -> list[tuple[str, str, int, str, float]]:
        """Feed, day, documents, cause, hours."""
        rows = self._rows("list_open_waits", limit=limit)
        return [(row[0], row[1], row[2], row[3] or "", row[4]) for row in rows]

    def broken(self) -> list[Broken]:
        """Partitions that hold something back, the longest first."""
        return [Broken(*row) for row in self._rows("list_broken_partitions")]

    def due(self) -> list[Lasting]:
        """Events that are released and not downstream; the oldest in seconds."""
        return [Lasting(*row) for row in self._rows("due_events")]

    def oldest_due(self, limit: int) -> list[tuple[str, str, str, str, str, float]]:
        """Feed, day, place, type, what the sink said, seconds."""
        rows = self._rows("list_due_events", limit=limit)
        return [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows]

    def shut_endpoints(self) -> list[ShutEndpoint]:
        return [ShutEndpoint(*row) for row in self._rows("shut_endpoints")]
