"""A person decides on a review item once: approved, its record and its event are one transaction; the second is told.

Rejected, a document is dead with the person's reason; where a person approved a record before, that record stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from resources.ledger.connections import Book, Connection, jsonb
from resources.ledger.errors import AlreadyDecided, ItemOutdated, NoSuchItem, NothingProposed
from resources.ledger.queries import load

REJECTED = "rejected"
REMEDY = "Mend the document at its source and put it into the inbox again, or replay it."


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item as a list shows it."""

    item_id: int
    feed: str
    date: date
    place: str
    doc_id: str
    reasons: Sequence[Mapping[str, str]]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Item(Waiting):
    """All that is needed to decide, and what was decided."""

    record: Mapping[str, Any] | None
    evidence: Sequence[Mapping[str, Any]]
    endpoint: str | None
    resolved_at: datetime | None
    resolution: str | None
    resolved_by: str | None
    note: str | None
    approved_record: Mapping[str, Any] | None  # of an earlier making


@dataclass(frozen=True, slots=True)
class Label:
    """What a person said a document says."""

    doc_id: str
    place: str
    record: Mapping[str, Any]
    corrected: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an item."""

    item: Item
    status: Literal["accepted", "dead"]
    told: bool  # whether there is something new to tell downstream


class Review(Book):
    topic = "review"

    def items(self, feed: str | None = None, day: str | None = None, after: int = 0, limit: int = 100) -> list[Waiting]:
        """What waits for a person, oldest first, behind the item `after`."""
        return [Waiting(*row) for row in self._rows("open_items", feed=feed, date=day, after=after, limit=limit)]

    def item(self, item_id: int) -> Item:
        row = self._row("read_item", item_id=item_id)
        if not row:
            raise NoSuchItem(item_id)
        return Item(*row)

    def labels(self, feed: str, approved: bool = False) -> list[Label]:
        """What people corrected in a feed; with `approved`, also what they approved as it was proposed."""
        return [Label(*row) for row in self._rows("gold_labels", feed=feed, approved=approved)]

    def approve(self, item_id: int, by: str, record: Mapping[str, Any] | None = None) -> Settled:
        """The proposed record, or the corrected one that is given: kept, and released whatever the gate."""
        with self._transaction() as connection:
            item = self._open_item(connection, item_id)
            if record is None and item.record is None:
                raise NothingProposed(item_id, item.place)
            corrected = record is not None and record != item.record
            values = _values(item, by, item.record if record is None else record)
            self._settle(connection, values, "accepted", "corrected" if corrected else "approved")
            told = self._tell(connection, values)
            self._run(connection, "keep_label", {**values, "corrected": corrected})
            connection.execute(_verdicts("forget_last_words"), values)
        return Settled(item, "accepted", told)

    def reject(self, item_id: int, by: str, reason: str) -> Settled:
        """No record from this document; a record that a person approved before stays."""
        with self._transaction() as connection:
            item = self._open_item(connection, item_id)
            values = {**_values(item, by, None), "note": reason}
            if item.approved_record is not None:
                self._settle(connection, values, "accepted", REJECTED)
                return Settled(item, "accepted", False)
            self._settle(connection, {**values, "cause": REJECTED}, "dead", REJECTED)
            connection.execute(_verdicts("keep_history"), values)
            self._run(connection, "reject_extraction", values)
            self._run(connection, "forget_held", values)
            said = {"cause": REJECTED, "message": f"{by} rejected it: {reason}", "remedy": REMEDY, "run_id": None}
            connection.execute(_verdicts("bury"), {**values, **said})
        return Settled(item, "dead", False)

    def _open_item(self, connection: Connection, item_id: int) -> Item:
        """The item, this transaction's own; whoever is second is told who was first."""
        self._run(connection, "lock_document_of_item", {"item_id": item_id})
        row = self._run(connection, "read_item", {"item_id": item_id}).fetchone()
        if row is None:
            raise NoSuchItem(item_id)
        item = Item(*row)
        if item.resolved_at and item.resolved_by:
            raise AlreadyDecided(item_id, item.place, str(item.resolution), item.resolved_by, item.resolved_at)
        if item.resolved_at:
            raise ItemOutdated(item_id, item.place, str(item.resolution), item.resolved_at)
        return item

    def _settle(self, connection: Connection, values: Mapping[str, Any], status: str, resolution: str) -> None:
        decided = {**values, "status": status, "resolution": resolution, "outcome": resolution}
        self._run(connection, "settle_document", decided)
        self._run(connection, "settle_item", decided)
        connection.execute(_verdicts("end_replay"), decided)

    def _tell(self, connection: Connection, values: Mapping[str, Any]) -> bool:
        """The record and its event; whether there was anything that downstream does not know."""
        connection.execute(_verdicts("keep_history"), values)
        row = self._run(connection, "approve_extraction", values).fetchone()
        self._run(connection, "forget_held", values)
        new = connection.execute(_verdicts("tell_downstream"), {**values, "schema_version": row[0] if row else None})
        self._run(connection, "release_place", values)
        return new.rowcount == 1


def _values(item: Item, by: str, record: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "item_id": item.item_id,
        "feed": item.feed,
        "date": item.date,
        "place": item.place,
        "doc_id": item.doc_id,
        "record": None if record is None else jsonb(record),
        "evidence": jsonb(list(item.evidence)),
        "endpoint": item.endpoint,
        "by": by,
        "cause": None,
        "note": None,
        "run_id": None,
    }


def _verdicts(name: str) -> bytes:
    return load("verdicts")[name].encode()
