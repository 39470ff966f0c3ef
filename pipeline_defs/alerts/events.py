"""Dagster's event log read forwards, every page, nothing twice and nothing left out.

An id is given to an event before it is committed: one with a smaller id may appear after one with a greater. So what is
younger than a minute is read again by the next tick, which knows what it has seen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

import dagster as dg

PAGE = 200  # events
SETTLED_S = 60.0
FIRST_LOOK_S = 24 * 3600.0  # how far back a watch looks that never looked before


@dataclass(frozen=True, slots=True)
class Page:
    """Events in the order of the log, and how far all that is older has been read with them."""

    records: Sequence[dg.EventLogRecord]
    position: int


def begin(instance: dg.DagsterInstance, position: int | None, now: float) -> int:
    """Where to read from: a day back for who comes first, or whose log began anew."""
    last = instance.event_log_storage.get_maximum_record_id() or 0
    if position is not None and position <= last:
        return position
    log = instance.event_log_storage
    older = log.get_event_records(
        dg.EventRecordsFilter(dg.DagsterEventType.RUN_START, before_timestamp=now - FIRST_LOOK_S), limit=1
    )
    return older[0].storage_id if older else 0


def pages(
    instance: dg.DagsterInstance, kinds: Sequence[dg.DagsterEventType], position: int, now: float
) -> Iterator[Page]:
    """All events of these kinds behind a position."""
    cursor, is_last, all_settled = position, False, True
    while not is_last:
        read = [_read(instance, kind, cursor) for kind in kinds]
        # Beyond the end of a full page there may be more of its kind: the other kinds wait for it.
        ends = [each[-1].storage_id for each in read if len(each) == PAGE]
        is_last = not ends
        records = sorted(
            (each for some in read for each in some if is_last or each.storage_id <= min(ends)),
            key=lambda each: each.storage_id,
        )
        if not records:
            return
        cursor = records[-1].storage_id
        settled = list(takewhile(lambda each: each.timestamp < now - SETTLED_S, records)) if all_settled else []
        position = settled[-1].storage_id if settled else position
        all_settled = len(settled) == len(records)
        yield Page(records, position)


def _read(instance: dg.DagsterInstance, kind: dg.DagsterEventType, after: int) -> Sequence[dg.EventLogRecord]:
    wanted = dg.EventRecordsFilter(kind, after_cursor=after)
    return instance.event_log_storage.get_event_records(wanted, limit=PAGE, ascending=True)
