"""What is old goes, and what a partition holds, how its checks saw it and what needs a person stays."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import pytest

from pipeline_defs.definitions import defs
from resources.environment import ROOT
from resources.ledger.connections import connect
from resources.ledger.samples import Which
from tests.pipeline_defs.notes import FEED, KEY, Project

KINDS = ("runs", "calls", "samples", "answers", "payloads", "alerts", "conditions")
LONG_AGO = "update dagster.runs set update_timestamp = now() - interval '200 days'"


@pytest.fixture
def kept(project: Project) -> Iterator[Project]:
    """The same, its runs kept as they are kept in production."""
    with dg.DagsterInstance.from_config(str(ROOT)) as instance:
        yield replace(project, instance=instance)


def change(project: Project, statement: str) -> int:
    with connect(project.database_url) as connection:
        return connection.execute(statement.encode()).rowcount


def purge(project: Project, **config: int) -> dict[str, int]:
    result = defs.resolve_job_def("purge_history").execute_in_process(
        instance=project.instance, run_config={"ops": {"purge": {"config": config}}}
    )
    [event] = [each for each in result.all_events if each.is_successful_output]
    found: dict[str, Any] = {name: value.value for name, value in event.step_output_data.metadata.items()}
    return {name.removesuffix("_purged"): number for name, number in found.items()}


def test_old_runs_go_and_what_a_partition_holds_stays_readable(kept: Project) -> None:
    """The last run of each partition stays; of the runs before it nothing is left, of its checks the state is."""
    kept.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    first = kept.run()
    prompt = kept.folder / "feeds" / FEED / "prompt.md"
    text = prompt.read_text()
    prompt.unlink()
    failed = kept.run()
    assert purge(kept)["runs"] == 0, "nothing is old yet"
    change(kept, LONG_AGO)
    assert purge(kept)["runs"] == 1, "the first purge; of the partition, the newest run and the one that made it stay"
    prompt.write_text(text)
    last = kept.run()
    change(kept, LONG_AGO)
    assert purge(kept)["runs"] == 3
    left = {each.run_id for each in kept.instance.get_runs()}
    assert last.run_id in left
    assert not left & {first.run_id, failed.run_id}
    assert kept.instance.all_logs(first.run_id) == []
    for asset in ("documents", "chunks", "embeddings", "extractions", "deliveries"):
        assert kept.instance.get_materialized_partitions(dg.AssetKey(asset)) == {KEY}
        assert kept.instance.fetch_materializations(dg.AssetKey(asset), limit=5).records[0].run_id == last.run_id
    check = dg.AssetCheckKey(dg.AssetKey("extractions"), "every_record_matches_its_schema")
    state = kept.instance.event_log_storage.get_latest_asset_check_execution_by_key([check])[check]
    assert state.status.value == "SUCCEEDED"


def test_a_night_purges_only_so_many_the_oldest_first(kept: Project) -> None:
    """What is left goes the next night."""
    ended = [kept.run() for _ in range(4)]
    change(kept, LONG_AGO)
    assert purge(kept, runs_at_once=2)["runs"] == 2
    left = {each.run_id for each in kept.instance.get_runs()}
    assert [each.run_id in left for each in ended] == [False, False, True, True]


def test_old_rows_of_the_ledger_go_and_sums_and_open_cases_stay(project: Project) -> None:
    """Attempts of what needs a person, and the newest event of a place, are kept however old."""
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    project.run()
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 13.75\n")
    project.drop("b.txt", "Supplier: Halden AS\n")  # no total: it needs a person
    project.run()
    assert purge(project) == {
        "calls": 0,
        "samples": 0,
        "answers": 0,
        "payloads": 0,
        "alerts": 0,
        "conditions": 0,
        "runs": 0,
    }
    change(project, "update weir.llm_calls set started_at = started_at - interval '500 days'")
    change(project, "update weir.llm_answers set made_at = made_at - interval '500 days'")
    change(project, "update weir.outbox set published_at = published_at - interval '500 days'")
    gone = purge(project)
    assert gone["answers"] > 0
    assert gone["calls"] > 0
    assert gone["payloads"] == 1
    with connect(project.database_url) as connection:
        places = {
            row[0] for row in connection.execute("select distinct doc_id from weir.llm_calls where task = 'extract'")
        }
        current = {
            row[0] for row in connection.execute("select doc_id from weir.documents where status in ('review', 'dead')")
        }
        assert places == current != set()
        payloads = connection.execute("select number, payload is null from weir.outbox order by number").fetchall()
    assert payloads == [(1, True), (2, False)]
    asked = project.provider.asked
    assert project.run().success
    assert project.provider.asked == asked, "what was answered stays answered"
    assert len(project.delivered()) == 2


def test_nothing_goes_that_is_to_be_kept_for_good(project: Project) -> None:
    """0 is for good."""
    assert purge(project, **dict.fromkeys(KINDS, 0)) == {}


def test_requests_that_were_kept_in_full_go_after_a_month(project: Project) -> None:
    """They hold what documents say; younger ones stay."""
    config = project.folder / "llm.yaml"
    config.write_text(config.read_text() + "samples: {share: 1.0}\n")
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    project.run()
    change(project, "update weir.llm_samples set started_at = started_at - interval '29 days'")
    assert purge(project)["samples"] == 0
    change(project, "update weir.llm_samples set started_at = started_at - interval '2 days'")
    assert purge(project)["samples"] == 1
    assert project.ask(lambda ledger: ledger.samples.find(Which())) == []


def test_alerts_that_were_taken_go_and_what_stands_stays(project: Project) -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC).isoformat()
    project.ask(lambda ledger: None)
    change(
        project,
        "insert into weir.alert_messages (message_id, channel, feed, owner, alerts, created_at, sent_at)"
        f" values (gen_random_uuid(), 'log', 'f', 'o', '[]', '{long_ago}', '{long_ago}')",
    )
    for standing in ("well", "error"):
        change(
            project,
            "insert into weir.alert_conditions (condition, standing, told, seen_at)"
            f" values ('{standing}', '{standing}', '{standing}', '{long_ago}')",
        )
    gone = purge(project)
    assert (gone["alerts"], gone["conditions"]) == (1, 1)
    assert [each.condition for each in project.ask(lambda ledger: ledger.alerts.standing())] == ["error"]
