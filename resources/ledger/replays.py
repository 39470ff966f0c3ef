"""What is done again is asked for in a row, and done by the next run of its partition, under its lease and its gate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from resources.ledger.connections import Book, rows_jsonb
from resources.ledger.errors import NothingNamed

FAILED = ("dead",)
WITH_A_VERDICT = ("accepted", "review", "dead", "waiting")


@dataclass(frozen=True, slots=True)
class Which:
    """The documents that are meant: all that fit everything that is said."""

    ids: Sequence[str] = ()  # doc_ids, their beginnings, or places
    causes: Sequence[str] = ()
    feeds: Sequence[str] = ()
    since: str | None = None
    until: str | None = None
    statuses: Sequence[str] = ()
    current: Mapping[str, tuple[str, str]] | None = None  # feed -> schema and prompt version: what was made with others

    @property
    def names_something(self) -> bool:
        return bool(
            self.ids
            or self.causes
            or self.feeds
            or self.since
            or self.until
            or self.statuses
            or self.current is not None
        )

    @property
    def all_statuses(self) -> Sequence[str]:
        """The dead, unless documents are named or what is outdated is meant."""
        if self.statuses:
            return self.statuses
        return WITH_A_VERDICT if self.ids or self.current is not None else FAILED


@dataclass(frozen=True, slots=True)
class Replayable:
    """A document that can be worked on again, and how it stands."""

    place: str
    doc_id: str
    feed: str
    date: date
    status: str
    cause: str | None
    unread: bool  # its bytes could not be read: it is read again
    approved: bool  # a person's record: what a model says otherwise comes back as a review item
    cost_usd: Decimal  # what it cost so far
    asked: bool  # is to be done again already


@dataclass(frozen=True, slots=True)
class OpenReplays:
    date: date
    feed: str
    documents: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Replayed:
    """One time a document was asked for again."""

    asked_at: datetime
    by: str
    reason: str
    was: str
    was_cause: str | None
    done_at: datetime | None
    outcome: str | None


class Replays(Book):
    topic = "replays"

    def find(self, which: Which) -> list[Replayable]:
        if not which.names_something:
            raise NothingNamed
        current = which.current
        values = {
            "ids": list(which.ids) or None,
            "causes": list(which.causes) or None,
            "feeds": list(which.feeds) or None,
            "since": which.since,
            "until": which.until,
            "statuses": list(which.all_statuses),
            "current": None
            if current is None
            else rows_jsonb([{"feed": name, "schema": of[0], "prompt": of[1]} for name, of in current.items()]),
        }
        return [Replayable(*row) for row in self._rows("find_replayable", **values)]

    def ask(self, found: Sequence[Replayable], by: str, reason: str) -> int:
        """These are to be done again; how many were not asked for already."""
        values = {
            "places": [each.place for each in found],
            "doc_ids": [each.doc_id for each in found],
            "by": by,
            "reason": reason,
        }
        with self._transaction() as connection:
            return self._run(connection, "ask_again", values).rowcount

    def open(self) -> list[OpenReplays]:
        return [OpenReplays(*row) for row in self._rows("open_replays")]

    def to_read_again(self, day: str, feed: str) -> set[str]:
        """Ids of the documents of a partition whose bytes are to be read again."""
        return {row[0] for row in self._rows("to_read_again", date=day, feed=feed)}

    def history(self, feed: str, doc_id: str) -> list[Replayed]:
        return [Replayed(*row) for row in self._rows("history", feed=feed, doc_id=doc_id)]
