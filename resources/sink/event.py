"""An event is a CloudEvent 1.0, and its JSON is one line that begins with its id."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from resources.sink.errors import BadEvent

_ATTRIBUTE = re.compile(r"[a-z0-9]+", re.ASCII)
_TAKEN = frozenset(("id", "source", "specversion", "type", "datacontenttype", "dataschema", "subject", "time", "data"))
# Line breaks that JSON leaves as they are, but many readers of lines do not.
_BREAKS = str.maketrans({0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"})
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
BEGINNING = b'{"specversion":"1.0","id":"'


@dataclass(frozen=True, slots=True)
class Json:
    """Data that is JSON already, as the database holds it: passed on digit by digit, and not read in between."""

    text: str


@dataclass(frozen=True, slots=True)
class Event:
    event_id: str
    type: str
    subject: str
    time: datetime
    data: Mapping[str, Any] | Json | None
    extensions: Mapping[str, str] = field(default_factory=dict)


def as_line(feed: str, event: Event) -> bytes:
    """The event's JSON with its line break; refuses what would not be a CloudEvent."""
    try:
        text = _text(feed, event)
        return f"{text if text.isascii() else text.translate(_BREAKS)}\n".encode()
    except (TypeError, ValueError) as problem:
        raise BadEvent(event.event_id, str(problem)) from problem


def _text(feed: str, event: Event) -> str:
    text = _ENCODER.encode(_attributes(feed, event))
    return f'{text[:-1]},"data":{event.data.text}}}' if isinstance(event.data, Json) else text


def _attributes(feed: str, event: Event) -> dict[str, Any]:
    _refuse_bad(event)
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": event.event_id,
        "source": f"/weir/feeds/{quote(feed, safe='')}",
        "type": event.type,
        "subject": event.subject,
        "time": event.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        **event.extensions,
    }
    if event.data is not None:
        attributes["datacontenttype"] = "application/json"
    if not isinstance(event.data, Json | None):
        attributes["data"] = event.data
    return attributes


def _refuse_bad(event: Event) -> None:
    if not event.event_id or not event.type:
        raise BadEvent(event.event_id, "its id and its type must not be empty")
    if event.time.tzinfo is None:
        raise BadEvent(event.event_id, "its time has no time zone")
    for name in event.extensions:
        if name in _TAKEN or not _ATTRIBUTE.fullmatch(name):
            raise BadEvent(event.event_id, f"{name!r} cannot be an extension (lower-case letters and digits)")
