"""The night asks for the day that ended; documents that wait are asked about again."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import dagster as dg

from extraction.feed import feed_names
from pipeline_defs.schedules import morning, nightly
from pipeline_defs.sensors import ASK_AGAIN_AFTER, ask_again
from resources.environment import ROOT
from resources.ledger.verdicts import WaitingPartition

NOW = datetime(2026, 11, 20, 2, 15, tzinfo=UTC)


def test_the_night_asks_for_the_day_that_ended_one_run_a_feed() -> None:
    """Not for today, which has only begun; run keys make a second tick harmless."""
    context = dg.build_schedule_context(scheduled_execution_time=NOW)
    asked: Any = nightly(context)
    requests = list(asked)
    keys = [f"2026-11-19|{name}" for name in feed_names(ROOT / "feeds")]
    assert [request.partition_key for request in requests] == keys
    assert [request.run_key for request in requests] == keys


def test_the_morning_has_the_pages_of_the_day_that_ended_and_of_the_night() -> None:
    """A night's calls were made on the day it ended in; a second tick of the same morning asks for nothing new."""
    asked: Any = morning(dg.build_schedule_context(scheduled_execution_time=NOW))
    requests = list(asked)
    assert [request.partition_key for request in requests] == ["2026-11-19", "2026-11-20"]
    later: Any = morning(dg.build_schedule_context(scheduled_execution_time=NOW + timedelta(days=1)))
    assert not {request.run_key for request in requests} & {request.run_key for request in later}


def waiting(tried: timedelta) -> WaitingPartition:
    return WaitingPartition(date(2026, 11, 19), "deals", 3, NOW - timedelta(hours=2), NOW - tried)


def test_a_partition_whose_documents_wait_is_asked_again_after_a_while() -> None:
    """Not at once: what just failed would fail again."""
    [request] = ask_again([waiting(ASK_AGAIN_AFTER)], NOW)
    assert request.partition_key == "2026-11-19|deals"
    assert list(ask_again([waiting(ASK_AGAIN_AFTER / 2)], NOW)) == []


def test_it_is_asked_once_for_each_time_it_was_tried() -> None:
    """Until the documents were tried again, the same run key."""
    [first] = ask_again([waiting(ASK_AGAIN_AFTER)], NOW)
    [same] = ask_again([waiting(ASK_AGAIN_AFTER)], NOW + timedelta(seconds=0))
    [later] = ask_again([waiting(ASK_AGAIN_AFTER * 2)], NOW)
    assert first.run_key == same.run_key
    assert first.run_key != later.run_key
