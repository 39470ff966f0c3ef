"""A few events for the sink's tests."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from resources.sink import Event

FEED = "quotes"
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)


def event(number: int = 1, **data: Any) -> Event:
    return Event(
        event_id=f"event-{number}",
        type="record.created",
        subject=f"{FEED}/2026-11-19/{number}.pdf",
        time=NOON,
        data={"number": number, "total": "1.234,56 €"} | data,
        extensions={"feed": FEED, "docid": f"doc-{number}", "schemaversion": "abc123"},
    )


def delivered(folder: Path, feed: str = FEED) -> list[dict[str, Any]]:
    """The file as a consumer reads it: every line is JSON, and the last one is whole."""
    content = (folder / f"{feed}.jsonl").read_bytes()
    assert content.endswith(b"\n")
    return [json.loads(line) for line in content.splitlines()]


def ids(folder: Path, feed: str = FEED) -> list[str]:
    return [line["id"] for line in delivered(folder, feed)]
