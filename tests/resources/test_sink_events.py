"""What leaves is a CloudEvent 1.0 on one line, or nothing leaves."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.sink import Event, Json
from resources.sink.errors import BadEvent, SinkRefused
from resources.sink.event import as_line
from tests.resources.sink_parts import FEED, NOON, event

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=10,
)


def test_a_record_becomes_a_cloud_event() -> None:
    """Required attributes, the record as JSON data, and what is ours as extensions."""
    assert json.loads(as_line(FEED, event(7))) == {
        "specversion": "1.0",
        "id": "event-7",
        "source": "/weir/feeds/quotes",
        "type": "record.created",
        "subject": "quotes/2026-11-19/7.pdf",
        "time": "2026-11-19T12:00:00Z",
        "datacontenttype": "application/json",
        "data": {"number": 7, "total": "1.234,56 €"},
        "feed": "quotes",
        "docid": "doc-7",
        "schemaversion": "abc123",
    }


def test_a_withdrawal_has_no_data() -> None:
    """A tombstone carries neither data nor a type of data."""
    told = json.loads(as_line(FEED, replace(event(), type="record.withdrawn", data=None)))
    assert "data" not in told
    assert "datacontenttype" not in told


@pytest.mark.parametrize("text", ['{"total": 12.50, "of": "1.234 €"}', "{}"])
def test_data_that_is_json_already_leaves_as_it_is(text: str) -> None:
    """What the ledger holds is passed on digit by digit: 12.50 stays 12.50."""
    line = as_line(FEED, replace(event(), data=Json(text)))
    assert line.endswith(f',"data":{text}}}\n'.encode())
    assert json.loads(line) == json.loads(as_line(FEED, replace(event(), data=json.loads(text))))


def test_times_leave_in_utc() -> None:
    """The zone of the machine that wrote an event is nobody's business."""
    there = datetime(2026, 11, 19, 14, 30, 0, 5000, tzinfo=timezone(timedelta(hours=2)))
    assert json.loads(as_line(FEED, replace(event(), time=there)))["time"] == "2026-11-19T12:30:00.005000Z"


def test_a_feeds_name_is_quoted_in_the_source() -> None:
    """A source is a URI reference."""
    assert json.loads(as_line("a b/ü", event()))["source"] == "/weir/feeds/a%20b%2F%C3%BC"


@given(event_id=TEXT.filter(bool), subject=TEXT, data=st.dictionaries(TEXT, JSON, max_size=5) | st.none())
def test_an_event_is_one_line_whatever_it_holds(event_id: str, subject: str, data: dict[str, Any] | None) -> None:
    """No reader of lines, in whatever language, sees a break inside an event; nothing is changed by writing it."""
    line = as_line(FEED, Event(event_id, "record.created", subject, NOON, data))
    assert line.decode().splitlines(keepends=True) == [line.decode()]
    told = json.loads(line)
    assert (told["id"], told["subject"], told.get("data")) == (event_id, subject, data)


def test_text_stays_readable() -> None:
    """A person who opens the file reads the words, not their escapes."""
    assert "Größe 合計 €".encode() in as_line(FEED, event(size="Größe 合計 €"))


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (replace(event(), event_id=""), "must not be empty"),
        (replace(event(), type=""), "must not be empty"),
        (replace(event(), time=datetime(2026, 11, 19)), "time zone"),
        (replace(event(), data={"total": float("nan")}), "not JSON compliant"),
        (replace(event(), data={"total": object()}), "not JSON serializable"),
        (replace(event(), subject="\ud800"), "surrogates"),
        (replace(event(), extensions={"docId": "x"}), "'docId'"),
        (replace(event(), extensions={"id": "x"}), "'id'"),
        (replace(event(), extensions={"": "x"}), "''"),
    ],
)
def test_what_is_no_cloud_event_is_refused(bad: Event, why: str) -> None:
    """A consumer never meets half an event; the sentence names it, and a rerun would not help."""
    with pytest.raises(BadEvent, match=why) as caught:
        as_line(FEED, bad)
    assert isinstance(caught.value, SinkRefused)
    assert not caught.value.transient
    assert repr(bad.event_id) in str(caught.value)
