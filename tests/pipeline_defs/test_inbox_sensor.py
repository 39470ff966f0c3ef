"""The inbox sensor as the daemon evaluates it."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from pipeline_defs.definitions import defs
from pipeline_defs.sensors import inbox_files, waiting_documents
from tests.pipeline_defs.notes import DAY, FEED, KEY, Project


@pytest.fixture
def inbox(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("INBOX_URI", str(tmp_path))
    return tmp_path


def drop(inbox: Path, place: str) -> None:
    path = inbox / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    os.utime(path, (1_795_000_000, 1_795_000_000))  # long settled


def evaluate(cursor: str | None = None) -> dg.SensorResult:
    repository = defs.get_repository_def()
    with dg.build_sensor_context(cursor=cursor, repository_def=repository) as context:
        result = inbox_files(context)
    assert isinstance(result, dg.SensorResult)
    return result


def test_files_that_appeared_ask_for_their_partitions_once(inbox: Path) -> None:
    """Feed folders that nobody defined are nobody's files."""
    drop(inbox, "deals/2026-11-19/a.pdf")
    drop(inbox, "deals/2026-11-19/b.pdf")
    drop(inbox, "supplier_quotes/2026-11-20/c.pdf")
    drop(inbox, "unknown/2026-11-20/d.pdf")
    result = evaluate()
    assert sorted(str(request.partition_key) for request in result.run_requests or []) == [
        "2026-11-19|deals",
        "2026-11-20|supplier_quotes",
    ]
    assert evaluate(result.cursor).run_requests == []


def test_a_day_without_a_partition_is_told_and_not_asked_for(inbox: Path) -> None:
    """A folder of 1999 cannot be materialized: the tick goes on and says what to do."""
    drop(inbox, "deals/1999-01-01/a.pdf")
    drop(inbox, "deals/2026-11-19/b.pdf")
    assert [request.partition_key for request in evaluate().run_requests or []] == ["2026-11-19|deals"]


def test_without_waiting_documents_nothing_is_asked_again(inbox: Path) -> None:
    """The second sensor is quiet while all is well."""
    with dg.build_sensor_context() as context:
        asked = waiting_documents(context)
    assert list(asked) == []  # type: ignore[arg-type]


def test_a_file_that_comes_after_the_night_asks_for_its_day_again(project: Project) -> None:
    """Only what is new is paid for, and what was delivered is not delivered again."""
    early = datetime.now(UTC) - timedelta(hours=3)
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    age(project, "a.txt", early)
    first = evaluate()
    assert project.run().success
    project.drop("late.txt", "Supplier: Halden AS\nTotal: 99.00\n")
    age(project, "late.txt", early + timedelta(hours=2))
    second = evaluate(first.cursor)
    [night], [late] = first.run_requests or [], second.run_requests or []
    assert (night.partition_key, late.partition_key) == (KEY, KEY)
    assert night.run_key != late.run_key, "or Dagster would take it for the run it had"
    asked = project.provider.asked
    assert project.run().success
    assert project.provider.asked == asked + 1
    assert [event["subject"].rpartition("/")[2] for event in project.delivered()] == ["a.txt", "late.txt"]
    assert evaluate(second.cursor).run_requests == []


def age(project: Project, name: str, at: datetime) -> None:
    os.utime(project.folder / "inbox" / FEED / DAY / name, (at.timestamp(), at.timestamp()))
