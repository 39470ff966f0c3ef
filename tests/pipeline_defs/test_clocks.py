"""The night asks for the day that ended; documents that wait are asked about again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from assets.arrivals import Look
from extraction.feed import feed_names
from pipeline_defs.schedules import morning, nightly
from pipeline_defs.sensors import ASK_AGAIN_AFTER, ask_again
from resources.environment import ROOT, Environment, UnusableVariable
from resources.inbox import Entry
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


NEW_YEAR = datetime(2026, 12, 31, 23, tzinfo=UTC)


def nights(zone: str, begin: datetime, days: int) -> list[datetime]:
    """When the nightly schedule is due, as Dagster's daemon works it out."""
    due = schedule_execution_time_iterator(begin.timestamp(), str(nightly.cron_schedule), zone)
    return list(takewhile(lambda at: at.timestamp() < (begin + timedelta(days=days)).timestamp(), due))


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo"]
)
@pytest.mark.parametrize("begin", [datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 9, 20, tzinfo=UTC)])
def test_every_day_is_asked_for_once_also_when_the_clock_is_set(zone: str, begin: datetime) -> None:
    """02:15 does not exist on one night of the year and exists twice on another: each day has its one night."""
    due = nights(zone, begin, 60)
    ended = [(at.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)) for at in due]
    assert ended == [ended[0] + timedelta(days=number) for number in range(len(ended))]
    assert len(ended) >= 59


def test_the_night_of_a_place_ends_the_day_of_that_place() -> None:
    """A file that comes at 23:30 on New Year's Eve in Berlin is that day's, though in UTC so is one two hours later."""
    entry = Entry("deals/a.pdf", None, 1, NEW_YEAR, "m")
    berlin = Look(NEW_YEAR - timedelta(minutes=30), NEW_YEAR - timedelta(days=9), {}, ZoneInfo("Europe/Berlin"))
    assert berlin.day_of(entry) == date(2026, 12, 31)
    assert replace(berlin, now=NEW_YEAR).day_of(entry) == date(2027, 1, 1)


def test_a_time_zone_that_there_is_not_is_one_sentence() -> None:
    with pytest.raises(UnusableVariable, match="TIME_ZONE is 'Mars/Olympus': there is no such time zone"):
        Environment.read({"TIME_ZONE": "Mars/Olympus"})
