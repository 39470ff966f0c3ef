"""What the alerts lean on in Dagster's event log (pipeline_defs/alerts/events.py)."""

import time
from collections.abc import Iterator

import dagster as dg
import pytest

from pipeline_defs.alerts.events import begin, pages
from resources.environment import ROOT
from resources.ledger.connections import connect

KINDS = (dg.DagsterEventType.ASSET_CHECK_EVALUATION,)


@pytest.fixture
def instance(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    with dg.DagsterInstance.from_config(str(ROOT)) as opened:
        yield opened


def evaluate(instance: dg.DagsterInstance, partition: str) -> None:
    instance.report_runless_asset_event(
        dg.AssetCheckEvaluation(dg.AssetKey("a"), "check", passed=False, partition=partition)
    )


def read(instance: dg.DagsterInstance, position: int, now: float) -> tuple[list[str | None], int]:
    found, partitions = position, []
    for page in pages(instance, KINDS, position, now):
        found = page.position
        events = [record.event_log_entry.dagster_event for record in page.records]
        partitions += [event.asset_check_evaluation_data.partition for event in events if event]
    return partitions, found


def test_an_event_may_appear_after_one_with_a_greater_id(instance: dg.DagsterInstance, database_url: str) -> None:
    """A transaction that began earlier commits later: a cursor of ids alone would never see its event."""
    evaluate(instance, "template")
    copied = instance.event_log_storage.get_maximum_record_id()
    with connect(database_url) as slow, slow.transaction():
        slow.execute(
            "insert into dagster.event_logs"
            " (run_id, event, dagster_event_type, timestamp, step_key, asset_key, partition)"
            " select run_id, replace(event, 'template', 'slow'), dagster_event_type, timestamp, step_key, asset_key,"
            " partition from dagster.event_logs where id = %s",
            [copied],
        )
        evaluate(instance, "quick")
        now = time.time()
        seen, position = read(instance, begin(instance, None, now), now)
        assert seen == ["template", "quick"]
    assert read(instance, position, now)[0] == ["template", "slow", "quick"], "the next tick sees what appeared"


def test_what_is_older_than_a_minute_is_not_read_again(instance: dg.DagsterInstance) -> None:
    evaluate(instance, "old")
    now = time.time()
    _, position = read(instance, 0, now + 120)
    assert read(instance, position, now + 120)[0] == []
    evaluate(instance, "new")
    assert read(instance, position, now)[0] == ["new"]


def test_a_log_that_began_anew_is_read_from_its_beginning(instance: dg.DagsterInstance) -> None:
    """Ids start again: a position beyond the last of them is of another log."""
    evaluate(instance, "first")
    assert begin(instance, 1_000_000, time.time()) == 0
    assert begin(instance, 1, time.time()) == 1
