"""Which day owns a file, which files must be read and which are gone: decided without touching one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from resources.inbox import Entry
from resources.ledger.places import UNSETTLED, Known, Place

# Two writes within the grain of a file system's clock leave the same mark.
SETTLE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Look:
    """One look at an inbox folder."""

    now: datetime
    first_looked_at: datetime
    known_days: Mapping[str, date]
    zone: tzinfo = UTC

    def day_of(self, entry: Entry) -> date:
        """A date folder decides; else the arrival; what lay there before the first look, its modification time."""
        if entry.place in self.known_days:
            return self.known_days[entry.place]
        if entry.date is not None:
            return entry.date
        return (
            (entry.modified_at if entry.modified_at < self.first_looked_at else self.now).astimezone(self.zone).date()
        )

    def place(self, entry: Entry) -> Place:
        return Place(entry.place, self.day_of(entry), entry.mark)

    def read_mark(self, entry: Entry) -> str:
        """The mark to remember; one that proves nothing yet when the file was written just now."""
        return entry.mark + UNSETTLED if self.now - entry.modified_at < SETTLE else entry.mark


@dataclass(frozen=True, slots=True)
class Change:
    """What a partition has to do about its inbox."""

    to_read: tuple[Entry, ...]
    unchanged: int
    withdrawn: tuple[str, ...]


def change(entries: Iterable[Entry], known: Mapping[str, Known]) -> Change:
    """Compare what lies in the inbox with what was read of it."""
    present = {entry.place: entry for entry in entries}
    to_read = tuple(entry for entry in present.values() if _differs(entry, known.get(entry.place)))
    gone = tuple(place for place, each in known.items() if place not in present and each.doc_id is not None)
    return Change(to_read, len(present) - len(to_read), gone)


def _differs(entry: Entry, known: Known | None) -> bool:
    return known is None or known.read_mark != entry.mark
