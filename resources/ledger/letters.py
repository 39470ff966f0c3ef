"""What cannot become a record says why, what was tried, what was asked and answered last, and what helps."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from resources.ledger.connections import Book
from resources.ledger.errors import NoSuchLetter


@dataclass(frozen=True, slots=True)
class Letter:
    letter_id: int
    feed: str
    date: date
    place: str
    doc_id: str
    cause: str
    message: str
    remedy: str
    created_at: datetime
    attempts: int
    cost_usd: Decimal


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt at a document."""

    started_at: datetime
    endpoint: str
    task: str
    attempt: int
    outcome: str
    error: str | None
    cost_usd: Decimal


@dataclass(frozen=True, slots=True)
class LastWords:
    endpoint: str | None
    asked: str
    answered: str
    at: datetime


class Letters(Book):
    topic = "letters"

    def open(
        self,
        feed: str | None = None,
        day: str | None = None,
        cause: str | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> list[Letter]:
        """The dead, oldest first, behind the letter `after`."""
        rows = self._rows("open_letters", feed=feed, date=day, cause=cause, after=after, limit=limit)
        return [Letter(*row) for row in rows]

    def letter(self, letter_id: int) -> Letter:
        row = self._row("read_letter", letter_id=letter_id)
        if not row:
            raise NoSuchLetter(letter_id)
        return Letter(*row)

    def causes(
        self, feed: str | None = None, day: str | None = None, cause: str | None = None
    ) -> list[tuple[str, int, str]]:
        """Cause, how many, remedy."""
        return [(row[0], row[1], row[2]) for row in self._rows("causes", feed=feed, date=day, cause=cause)]

    def attempts(self, feed: str, doc_id: str, limit: int = 100) -> list[Tried]:
        return [Tried(*row) for row in self._rows("attempts", feed=feed, doc_id=doc_id, limit=limit)]

    def last_words(self, feed: str, doc_id: str) -> LastWords | None:
        row = self._row("last_words", feed=feed, doc_id=doc_id)
        return LastWords(*row) if row else None
