"""Versions arrive, supersede one another, are copies or are withdrawn: one transaction a batch."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import psycopg

from resources.ledger.connections import Book, Connection, rows_jsonb
from resources.ledger.queries import load


@dataclass(frozen=True, slots=True)
class Arrival:
    """The bytes read at a place; `cause` is set when they hold no readable document."""

    place: str
    doc_id: str
    mark: str
    bytes: int
    cause: str | None = None
    message: str | None = None
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How one document stands, for people."""

    place: str
    status: str
    cause: str | None
    doc_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Version:
    """The bytes that lie or lay at a place."""

    doc_id: str
    place: str
    date: str
    readable: bool  # there is something to ask about it now
    current: bool


class Documents(Book):
    topic = "documents"

    def arrive(self, day: str, feed: str, run_id: str, arrivals: Sequence[Arrival]) -> dict[str, str]:
        """Enter what was read; the status of each place whose version is new."""
        try:
            return self._arrive(day, feed, run_id, arrivals)
        except psycopg.errors.UniqueViolation:
            # The same bytes arrived in another partition at the same moment: now they are known.
            return self._arrive(day, feed, run_id, arrivals)

    def _arrive(self, day: str, feed: str, run_id: str, arrivals: Sequence[Arrival]) -> dict[str, str]:
        values = {
            "feed": feed,
            "date": day,
            "run_id": run_id,
            "places": sorted(each.place for each in arrivals),
            "rows": rows_jsonb([asdict(each) for each in arrivals]),
        }
        with self._transaction() as connection:
            places_sql = _places_sql()
            connection.execute(places_sql["lock_places"].encode(), values)
            self._supersede(connection, feed, [(each.place, each.doc_id, "corrected") for each in arrivals])
            fresh = self._run(connection, "arrive", values).fetchall()
            self._run(connection, "bury_unreadable", values)
            marks = {"places": [a.place for a in arrivals], "marks": [a.mark for a in arrivals]}
            connection.execute(places_sql["read_places"].encode(), marks)
        return {place: status for place, _, status in fresh}

    def withdraw(self, feed: str, places: Sequence[str]) -> list[str]:
        """The files at these places are gone: versions end, downstream is told. The places."""
        with self._transaction() as connection:
            connection.execute(_places_sql()["lock_places"].encode(), {"places": sorted(places)})
            ended = self._supersede(connection, feed, [(place, None, "withdrawn") for place in places])
            self._run(connection, "withdraw_downstream", {"places": ended})
            forget = {"places": ended, "marks": [""] * len(ended)}
            connection.execute(_places_sql()["read_places"].encode(), forget)
        return ended

    def _supersede(
        self, connection: Connection, feed: str, versions: Sequence[tuple[str, str | None, str]]
    ) -> list[str]:
        places, doc_ids, causes = (list(column) for column in zip(*versions, strict=True))
        values = {"feed": feed, "places": places, "doc_ids": doc_ids, "causes": causes}
        ended = self._run(connection, "supersede_versions", values).fetchall()
        if ended:
            self._run(connection, "close_review_of_superseded", values)
            self._run(connection, "close_letters_of_superseded", values)
            self._run(connection, "close_replays_of_superseded", values)
            self._run(connection, "promote_duplicates", {"feed": feed, "doc_ids": [doc_id for _, doc_id in ended]})
        return [place for place, _ in ended]

    def readable_again(self, feed: str, places: Sequence[str], again: str = "read again") -> None:
        """What could not be read can be now."""
        with self._transaction() as connection:
            self._run(connection, "readable_again", {"feed": feed, "places": list(places), "again": again})

    def still_unreadable(self, day: str, feed: str, run_id: str, arrivals: Sequence[Arrival]) -> None:
        """Read again because somebody asked, in vain: the old letter is kept, a new one says what is wrong now."""
        if not arrivals:
            return
        values = {"feed": feed, "date": day, "run_id": run_id, "rows": rows_jsonb([asdict(each) for each in arrivals])}
        with self._transaction() as connection:
            for name in (
                "close_letters_read_in_vain",
                "still_unreadable",
                "bury_unreadable",
                "end_replays_read_in_vain",
            ):
                self._run(connection, name, values)

    def current(self, day: str, feed: str) -> dict[str, str]:
        """doc_id -> place of every document that has something to read."""
        return {row[0]: row[1] for row in self._rows("current_documents", date=day, feed=feed)}

    def unreadable(self, day: str, feed: str) -> dict[str, str]:
        """doc_id -> place of the documents that could not be read."""
        return {row[0]: row[1] for row in self._rows("unreadable_documents", date=day, feed=feed)}

    def versions(self, feed: str) -> list[Version]:
        """Every version that was ever there, the duplicates of one as one."""
        rows = self._rows("all_versions", feed=feed)
        return [Version(row[0], row[1] or row[2], row[3].isoformat(), row[4], row[1] is not None) for row in rows]

    def count_by_status(self, day: str, feed: str) -> dict[str, int]:
        return {row[0]: row[1] for row in self._rows("count_by_status", date=day, feed=feed)}

    def standings(self, day: str, feed: str, limit: int) -> list[Standing]:
        rows = self._rows("where_documents_stand", date=day, feed=feed, limit=limit)
        return [Standing(*row) for row in rows]


def _places_sql() -> dict[str, str]:
    return load("places")
