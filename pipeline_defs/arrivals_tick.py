"""One tick of the inbox sensor as a value: which files to look at, which partitions to ask for.

The ledger knows every file; the cursor holds the number of the tick and where in the inbox it stopped, nothing more.
A tick whose answer was lost is asked again under the same number and finds the same files.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby, islice

from assets.arrivals import SETTLE, Look
from assets.batches import batches
from assets.partitions import ZONE, Partition
from resources.inbox import Entry, Inbox
from resources.ledger import Ledger
from resources.ledger.places import Asked

NOTED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Cursor:
    """Small whatever the inbox holds."""

    batch: int = 0
    skip: int = 0  # files of this round already looked at

    @classmethod
    def read(cls, text: str | None) -> "Cursor":
        return cls(**json.loads(text)) if text else cls()

    def write(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class Request:
    """A partition in which files appeared."""

    partition: Partition
    run_key: str
    files: int


def tick(
    cursor: Cursor, inbox: Inbox, ledger: Ledger, feeds: Sequence[str], now: datetime, limit: int
) -> tuple[list[Request], Cursor]:
    """Look at the next `limit` files of the inbox; ask for what is new."""
    batch = cursor.batch + 1
    looked = _look(inbox, ledger, feeds, now, cursor.skip, limit)
    asked = ledger.places.ask(feeds, batch, limit)
    requests = _requests(asked, batch)
    return requests, Cursor(batch if requests else cursor.batch, cursor.skip + limit if looked == limit else 0)


def _look(inbox: Inbox, ledger: Ledger, feeds: Sequence[str], now: datetime, skip: int, limit: int) -> int:
    """Note the files of this tick; how many it looked at."""
    looked = 0
    files = islice(_files(inbox, feeds), skip, skip + limit)
    for feed, entries in groupby(files, key=lambda pair: pair[0]):
        begun = ledger.places.first_looked_at(feed)
        for page in batches((entry for _, entry in entries), NOTED_AT_ONCE):
            look = Look(now, begun, ledger.places.days([entry.place for entry in page]), ZONE)
            settled = [entry for entry in page if now - entry.modified_at >= SETTLE]
            ledger.places.note(feed, [look.place(entry) for entry in settled])
            looked += len(page)
    return looked


def _files(inbox: Inbox, feeds: Sequence[str]) -> Iterator[tuple[str, Entry]]:
    for feed in filter(inbox.exists, feeds):
        for entry in inbox.entries(feed):
            yield feed, entry


def _requests(asked: Sequence[Asked], batch: int) -> list[Request]:
    def partition(each: Asked) -> Partition:
        return Partition(each.date.isoformat(), each.feed)

    return [
        _request(key, list(files), batch)
        for key, files in groupby(sorted(asked, key=lambda each: partition(each).key), key=partition)
    ]


def _request(partition: Partition, files: Sequence[Asked], batch: int) -> Request:
    marks = hashlib.sha256("\n".join(f"{each.place} {each.mark}" for each in files).encode())
    return Request(partition, f"{partition.key}:{batch}:{marks.hexdigest()[:16]}", len(files))
