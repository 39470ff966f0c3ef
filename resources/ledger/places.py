"""A document's place is its identity through life: when it was first seen decides the day that owns it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from resources.ledger.connections import Book

UNSETTLED = "?"  # behind a mark: the bytes were read so soon after writing that the mark proves nothing


@dataclass(frozen=True, slots=True)
class Place:
    place: str
    date: date
    mark: str


@dataclass(frozen=True, slots=True)
class Known:
    """A place of a partition as the ledger has it."""

    place: str
    read_mark: str | None
    doc_id: str | None  # the current version, if there is one


@dataclass(frozen=True, slots=True)
class Asked:
    """A file for which a tick asks for its partition."""

    feed: str
    date: date
    place: str
    mark: str


class Places(Book):
    topic = "places"

    def first_looked_at(self, feed: str) -> datetime:
        """When this feed's folder was first looked at (now, if never)."""
        moment: datetime = self._row("begin_look", feed=feed)[0]
        return moment

    def days(self, places: Sequence[str]) -> dict[str, date]:
        """The day of each place that is known."""
        return {row[0]: row[1] for row in self._rows("known_places", places=list(places))}

    def note(self, feed: str, seen: Sequence[Place]) -> None:
        """Places seen now. A known place keeps its day."""
        with self._transaction() as connection:
            values = {
                "feed": feed,
                "places": [each.place for each in seen],
                "dates": [each.date for each in seen],
                "marks": [each.mark for each in seen],
            }
            self._run(connection, "note_places", values)

    def of_partition(self, day: str, feed: str) -> dict[str, Known]:
        rows = self._rows("places_of_partition", date=day, feed=feed)
        return {row[0]: Known(*row) for row in rows}

    def ask(self, feeds: Sequence[str], batch: int, limit: int) -> list[Asked]:
        """The files that tick `batch` asks for: each file version once, and a tick that died again."""
        with self._transaction() as connection:
            self._run(connection, "ask_for_places", {"feeds": list(feeds), "batch": batch, "limit": limit})
            return [Asked(*row) for row in self._run(connection, "places_of_batch", {"batch": batch})]
