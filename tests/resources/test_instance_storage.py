"""Dagster's own storage: the same database in a schema of its own, from the root's dagster.yaml."""

from collections.abc import Iterator
from pathlib import Path

import click
import dagster as dg
import pytest
from sqlalchemy.engine import make_url

from resources.environment import ROOT
from resources.instance_storage import WeirArtifacts, WeirComputeLogs, WeirStorage, dagster_url
from resources.ledger.connections import connect


@pytest.fixture
def instance(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    with dg.DagsterInstance.from_config(str(ROOT)) as opened:
        yield opened


def test_the_roots_file_keeps_runs_in_our_database(instance: dg.DagsterInstance, database_url: str) -> None:
    """All of Dagster's tables are in the schema `dagster`, none in `public`."""
    assert instance.get_runs_count() == 0
    with connect(database_url) as connection:
        schemas = connection.execute(
            "select distinct table_schema from information_schema.tables where table_name in ('runs', 'event_logs')"
        ).fetchall()
    assert schemas == [("dagster",)]


def test_production_settings_are_in_force(instance: dg.DagsterInstance) -> None:
    """Slots are given back, runs are watched, only crashed workers are retried, nobody is told at home."""
    assert instance.run_monitoring_enabled
    assert instance.run_monitoring_settings["free_slots_after_run_end_seconds"] == 60
    assert instance.run_retries_enabled
    assert instance.run_retries_max_retries == 3
    assert not instance.run_retries_retry_on_asset_or_op_failure
    assert not instance.telemetry_enabled
    queue = instance.get_concurrency_config().run_queue_config
    assert queue is not None
    limit = queue.tag_concurrency_limits[0]
    assert (limit["key"], limit["limit"]) == ("dagster/partition", 1)
    assert queue.max_user_code_failure_retries * queue.user_code_failure_retry_delay == 30 * 60


def test_files_of_runs_stay_in_the_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever the working directory is."""
    monkeypatch.chdir(tmp_path)
    assert WeirArtifacts.from_config_value(None, {}).base_dir == str(ROOT / ".data" / "dagster")
    logs = WeirComputeLogs.from_config_value(None, {})
    assert logs.get_captured_local_path(["run"], "out").startswith(str(ROOT / ".data" / "dagster"))
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_be_reached_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Click prints its exceptions as one line, in every Dagster command."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://ada:geheim@127.0.0.1:1/x")
    with pytest.raises(click.ClickException, match="cannot be reached") as refused:
        WeirStorage.from_config_value(None, {})
    assert "geheim" not in refused.value.message


@pytest.mark.parametrize(
    "url",
    [
        "postgres://u:p%40ss@h:5433/d?sslmode=require",
        "postgresql://weir@/weir?host=/tmp/x",
        "postgresql://h/d?options=-cstatement_timeout%3D5s",
    ],
)
def test_psycopg2_is_told_of_the_same_database(url: str) -> None:
    """SQLAlchemy 2.1 reads postgresql:// as psycopg 3, and dagster-postgres speaks psycopg2: the driver is named."""
    given, made = make_url(url.replace("postgres://", "postgresql://")), make_url(dagster_url(url))
    assert made.drivername == "postgresql+psycopg2"
    assert (made.host, made.port, made.database, made.password) == (
        given.host,
        given.port,
        given.database,
        given.password,
    )
    assert str(made.query["options"]).endswith("-csearch_path=dagster")
    assert {name: value for name, value in given.query.items() if name != "options"}.items() <= made.query.items()
