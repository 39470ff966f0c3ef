"""What checks measure of a partition, and of the days before it: each number one query, fast at any number of calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from resources.ledger.connections import Book


@dataclass(frozen=True, slots=True)
class Calls:
    """What the attempts behind a partition's documents came to."""

    partition: str
    documents: int
    attempts: int
    answers: int
    begun: int  # answers, and those that were cut off before their end
    refused: int
    cut: int
    fallbacks: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost_usd: Decimal

    @property
    def tokens_a_document(self) -> float:
        return (self.input_tokens + self.output_tokens) / self.documents if self.documents else 0.0

    @property
    def usd_a_document(self) -> float:
        return float(self.cost_usd) / self.documents if self.documents else 0.0

    @property
    def uncached(self) -> float:
        """The share of input tokens that no provider's cache saved."""
        return 1 - self.cached_tokens / self.input_tokens if self.input_tokens else 0.0


NO_CALLS = Calls("", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Decimal(0))


@dataclass(frozen=True, slots=True)
class Failures:
    error: str
    endpoint: str
    count: int


@dataclass(frozen=True, slots=True)
class Served:
    """A model that answered at an endpoint."""

    endpoint: str
    model: str
    answers: int


@dataclass(frozen=True, slots=True)
class Answered:
    """What an endpoint's answers came to."""

    endpoint: str
    answers: int
    refused: int
    cut: int
    fallbacks: int


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long a day's documents took."""

    date: str
    documents: int
    p50_s: float
    p95_s: float
    p99_s: float


@dataclass(frozen=True, slots=True)
class Kin:
    """How many documents were compared, the tokens of the usual one, and the most that one of this partition took."""

    documents: int
    usual_tokens: float
    most_tokens: int


@dataclass(frozen=True, slots=True)
class Grounding:
    records: int
    ungrounded: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """Released events, those not yet downstream, and those of them that are set aside."""

    released: int
    left: int
    set_aside: int


Row = tuple[str, ...]


class Measures(Book):
    topic = "measures"

    def calls(self, partitions: Sequence[str]) -> dict[str, Calls]:
        """By partition; one in which nobody was asked is not in the answer."""
        return {row[0]: Calls(*row) for row in self._rows("measure_calls", partitions=list(partitions))}

    def failures(self, partition: str) -> list[Failures]:
        return [Failures(*row) for row in self._rows("measure_failures", partition=partition)]

    def models(self, partition: str) -> list[Served]:
        return [Served(*row) for row in self._rows("measure_models", partition=partition)]

    def answers(self, partition: str) -> list[Answered]:
        return [Answered(*row) for row in self._rows("measure_answers", partition=partition)]

    def seconds(self, feed: str, since: str, until: str) -> dict[str, Seconds]:
        """By day, both included."""
        rows = self._rows("measure_seconds", feed=feed, since=since, until=until)
        return {row[0]: Seconds(*row) for row in rows}

    def kin(self, partitions: Sequence[str], partition: str) -> Kin:
        return Kin(*self._row("measure_kin", partitions=list(partitions), partition=partition))

    def grounding(self, day: str, feed: str) -> Grounding:
        return Grounding(*self._row("measure_grounding", date=day, feed=feed))

    def delivery(self, day: str, feed: str) -> Delivery:
        return Delivery(*self._row("measure_delivery", date=day, feed=feed))

    def slow_documents(self, day: str, feed: str, limit: int) -> list[tuple[str, float, str | None, str]]:
        """Place, seconds, endpoint, verdict; the slowest first."""
        rows = self._rows("list_slow_documents", date=day, feed=feed, limit=limit)
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def large_documents(self, partition: str, feed: str, limit: int) -> list[tuple[str, int, Decimal]]:
        """Place, tokens, dollars; the largest first."""
        rows = self._rows("list_large_documents", partition=partition, feed=feed, limit=limit)
        return [(row[0], row[1], row[2]) for row in rows]

    def dead_documents(self, day: str, feed: str, limit: int) -> list[Row]:
        """Place, cause, message, remedy."""
        return [tuple(row) for row in self._rows("list_dead_documents", date=day, feed=feed, limit=limit)]

    def undecided_documents(self, day: str, feed: str, limit: int) -> list[Row]:
        """Place, status, cause, since when."""
        return [tuple(row) for row in self._rows("list_undecided_documents", date=day, feed=feed, limit=limit)]

    def ungrounded_values(self, day: str, feed: str, limit: int) -> list[Row]:
        """Place, field, value, why it has no place."""
        return [tuple(row) for row in self._rows("list_ungrounded_values", date=day, feed=feed, limit=limit)]
