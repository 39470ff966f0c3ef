"""A partition end to end, with a feed, a provider and a folder of the test's own, read from the ledger and the sink."""

from typing import Any

import dagster as dg
import pytest

from pipeline_defs.definitions import defs
from resources.ledger import Ledger
from resources.ledger.connections import connect
from tests.pipeline_defs.notes import DAY, FEED, FEED_YAML, KEY, Project


def metadata(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, Any]:
    [event] = result.asset_materializations_for_node(asset)
    return {name: value.value for name, value in event.metadata.items()}


def test_documents_become_records_that_are_delivered_once(project: Project) -> None:
    """The whole way: two notes in, two records out; a second run asks nothing and delivers nothing."""
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    project.drop("b.txt", "Supplier: Halden AS\nTotal: 99.00\n")
    assert project.run().success
    events = project.delivered()
    assert {(event["subject"], event["type"], event["data"]["total"]) for event in events} == {
        (f"{FEED}/{DAY}/a.txt", "record.created", "12.50"),
        (f"{FEED}/{DAY}/b.txt", "record.created", "99.00"),
    }
    assert {event["endpoint"] for event in events} == {"own"}
    asked = (project.provider.asked, project.provider.embedded)
    again = project.run()
    assert again.success
    assert metadata(again, "extractions")["unchanged"] == 2
    assert (project.provider.asked, project.provider.embedded) == asked
    assert project.delivered() == events


def test_what_a_person_wants_to_know_stands_on_the_page(project: Project) -> None:
    """Numbers to plot, a preview, a picture, the record's columns."""
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    page = metadata(project.run(), "extractions")
    assert page["accepted"] == 1
    assert page["manual_review_rate"] == 0.0
    assert page["llm_calls"] == 1
    assert page["cost_usd"] > 0
    assert page["where_documents_went"].startswith("![where the documents went: accepted: 1](data:image/svg+xml")
    assert [column.name for column in page["dagster/column_schema"].columns] == ["supplier", "total"]
    assert [dict(row.data)["verdict"] for row in page["preview"].records] == ["accepted"]


def test_requests_that_were_kept_in_full_stand_on_the_page(project: Project) -> None:
    """Some of what was asked and answered, and where to read all of it."""
    config = project.folder / "llm.yaml"
    config.write_text(config.read_text() + "samples: {share: 1.0}\n")
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    page = metadata(project.run(), "extractions")
    [row] = [dict(each.data) for each in page["samples"].records]
    assert (row["document"], row["outcome"]) == (f"{FEED}/{DAY}/a.txt", "ok")
    assert "Nordwerk" in row["asked last"]
    assert "12.50" in row["answered"]
    assert row["in full"].startswith("python -m pipeline_defs calls ")


def test_every_asset_shows_how_the_documents_stand(project: Project) -> None:
    """Whichever page a person opens: numbers, a preview, the picture, whose feed it is."""
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    result = project.run()
    for asset in ("documents", "chunks", "embeddings", "extractions", "deliveries"):
        page = metadata(result, asset)
        assert "accepted: 1" in page["where_documents_went"] or asset in ("documents", "chunks", "embeddings")
        assert page["rows"] == 1
        assert page["preview"].records
        assert page["owner"] == "team:tests"


def test_a_corrected_file_is_an_update_a_withdrawn_one_a_tombstone(project: Project) -> None:
    """One place, one record downstream, whatever happens to the file."""
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    project.run()
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 13.75\n")
    project.run()
    (project.folder / "inbox" / FEED / DAY / "a.txt").unlink()
    project.run()
    assert [(event["type"], (event.get("data") or {}).get("total")) for event in project.delivered()] == [
        ("record.created", "12.50"),
        ("record.updated", "13.75"),
        ("record.withdrawn", None),
    ]


def test_an_inbox_that_is_gone_withdraws_nothing(project: Project) -> None:
    """A folder that is not mounted is not a thousand withdrawn files."""
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    project.run()
    (project.folder / "inbox").rename(project.folder / "elsewhere")
    assert project.run().success
    assert project.statuses() == {"accepted": 1}


def test_an_invented_value_goes_to_a_person_and_closes_the_gate(project: Project) -> None:
    """What does not stand in the document is not accepted; too much of it, and nothing leaves."""
    project.provider.spoil = {"total": "777.77"}
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    project.drop("b.txt", "Supplier: Halden AS\nTotal: 99.00\n")
    result = project.run()
    assert not result.success
    assert project.statuses() == {"review": 2}
    assert project.gate() == "closed"
    [failed] = [check for check in result.get_asset_check_evaluations() if not check.passed]
    assert failed.check_name == "manual_review_rate_within_threshold"
    assert failed.severity == dg.AssetCheckSeverity.ERROR
    offenders: Any = failed.metadata["offenders"].value
    assert len(offenders.records) == 2
    assert project.delivered() == []


def test_a_later_run_of_deliveries_alone_delivers_nothing_behind_a_closed_gate(project: Project) -> None:
    """The gate is a row of the ledger, not the order of steps in one run."""
    good_and_bad(project)
    only = dg.define_asset_job("only_deliveries", selection="deliveries")
    job = dg.Definitions(
        assets=defs.assets, jobs=[only], resources=defs.resources, executor=dg.in_process_executor
    ).resolve_job_def("only_deliveries")
    assert job.execute_in_process(partition_key=KEY, instance=project.instance).success
    assert project.delivered() == []


def good_and_bad(project: Project) -> dg.ExecuteInProcessResult:
    """One note that is accepted, two that cannot be read: over the hard limit."""
    project.drop("good.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    project.drop("empty.txt", "")
    project.drop("broken.pdf", "%PDF-1.7 and nothing more")
    return project.run()


def test_a_person_releases_on_purpose_and_the_reason_is_kept(project: Project) -> None:
    """The job delivers what waited, and says in whose name."""
    good_and_bad(project)
    result = project.run("release_partition", release={"config": {"reason": "the good one is urgent", "by": "ada"}})
    assert result.success
    assert [event["subject"] for event in project.delivered()] == [f"{FEED}/{DAY}/good.txt"]
    state = project.ask(lambda ledger: ledger.gate.state(DAY, FEED))
    assert (state.state, state.by, state.reason) == ("open", "ada", "the good one is urgent")


def test_a_release_without_a_reason_is_refused(project: Project) -> None:
    """Nobody lets bad data go by a slip."""
    good_and_bad(project)
    with pytest.raises(dg.DagsterInvalidConfigError):
        project.run("release_partition", release={"config": {"by": "ada"}})
    assert project.delivered() == []


def test_recheck_opens_the_gate_once_the_limits_allow_it(project: Project) -> None:
    """Thresholds changed in feed.yaml change the check, without asking a model anything."""
    good_and_bad(project)
    assert project.delivered() == []
    assert not project.run("recheck_partition").success
    file = project.folder / "feeds" / FEED / "feed.yaml"
    file.write_text(FEED_YAML.replace("error: 0.5", "error: 0.9"))
    asked = project.provider.asked
    assert project.run("recheck_partition").success
    assert project.gate() == "open"
    assert len(project.delivered()) == 1
    assert project.provider.asked == asked


def test_a_bad_document_is_data_with_a_cause(project: Project) -> None:
    """It fails no asset; it says why and what to do."""
    good_and_bad(project)
    standings = project.ask(lambda ledger: ledger.documents.standings(DAY, FEED, 10))
    causes = {each.place.rpartition("/")[2]: (each.status, each.cause) for each in standings}
    assert causes == {"good.txt": ("accepted", None), "empty.txt": ("dead", "empty"), "broken.pdf": ("dead", "corrupt")}


def test_with_every_provider_down_documents_wait_and_the_next_run_brings_them_home(project: Project) -> None:
    """The run fails with a sentence; nothing is lost, nothing delivered; later all is well."""
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    project.provider.status = 503
    result = project.run()
    assert not result.success
    assert project.statuses() == {"waiting": 1}
    assert "documents wait and are asked again" in failure_of(result)
    project.provider.status = 200
    assert project.run().success
    assert project.statuses() == {"accepted": 1}
    assert len(project.delivered()) == 1


def test_a_cut_answer_is_never_a_record(project: Project) -> None:
    """An answer that ended at its limit is asked for in smaller parts, or the document is dead; it is not guessed."""
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    project.provider.finish = "length"
    project.run()
    assert project.statuses() in ({"dead": 1}, {"review": 1})
    assert project.delivered() == []


def test_without_embeddings_the_pipeline_goes_on_and_says_so(project: Project) -> None:
    """Vectors are a help, not a condition."""
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    config = project.folder / "llm.yaml"
    config.write_text(config.read_text().split("embedding:")[0])
    _search_by_meaning(project)
    result = project.run()
    assert result.success
    assert "no endpoint that makes vectors is on" in metadata(result, "embeddings")["went_on_without"]
    assert project.statuses() == {"accepted": 1}


def _search_by_meaning(project: Project) -> None:
    (project.folder / "feeds" / FEED / "feed.yaml").write_text(FEED_YAML + "retrieval: {embed: true}\n")


def test_a_long_document_is_searched_by_meaning_where_the_feed_wants_it(project: Project) -> None:
    """Its questions get vectors of their own; the calls are counted where they were made."""
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n" + "General terms apply to all goods.\n" * 600)
    _search_by_meaning(project)
    assert project.run().success
    assert project.statuses() == {"accepted": 1}
    with connect(project.database_url) as connection:
        rows = connection.execute(
            "select asset, count(*) from weir.llm_calls where model = 'own-vectors-1' group by asset order by asset"
        ).fetchall()
    assert [asset for asset, _ in rows] == ["embeddings", "extractions"]


def test_a_broken_feed_fails_its_run_with_its_sentence(project: Project) -> None:
    """File, line and remedy, not a traceback to read."""
    (project.folder / "feeds" / FEED / "feed.yaml").write_text(FEED_YAML.replace("warn: 0.2", "warm: 0.2"))
    result = project.run()
    assert not result.success
    assert "feed.yaml" in failure_of(result)
    assert "warm" in failure_of(result)


def failure_of(result: dg.ExecuteInProcessResult) -> str:
    failed = [event for event in result.all_events if event.is_step_failure]
    return " ".join(str(event.step_failure_data.error) for event in failed) + " ".join(
        str(event.step_failure_data.user_failure_data) for event in failed
    )


def test_a_changed_prompt_asks_again_and_equal_values_tell_nobody(project: Project) -> None:
    """The version of an extraction holds its prompt; downstream hears only of other values."""
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    project.run()
    asked = project.provider.asked
    (project.folder / "feeds" / FEED / "prompt.md").write_text("Read the note carefully.")
    assert project.run().success
    assert project.provider.asked == asked + 1
    assert len(project.delivered()) == 1


def test_a_damaged_record_closes_the_gate(project: Project) -> None:
    """What is stored is read back and validated again."""
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    project.run()

    def damage(ledger: Ledger) -> None:
        with ledger.outbox._connections.connection() as connection:
            connection.execute('update extractions set record = \'{"supplier": "x"}\'')

    project.ask(damage)
    result = project.run("recheck_partition")
    assert not result.success
    assert project.gate() == "closed"


def test_the_lake_is_mended_from_what_the_ledger_knows(project: Project) -> None:
    """A lost lake is read again from the inbox; nothing is asked or delivered twice."""
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    project.run()
    (project.folder / "lake").rename(project.folder / "lost")
    asked = project.provider.asked
    assert project.run().success
    assert project.provider.asked == asked
    assert len(project.delivered()) == 1


def test_documents_wait_for_money_and_go_on_when_there_is_some(project: Project) -> None:
    """A spent budget asks nobody, loses nothing and says whose it is; a raised one finishes the work once."""
    config, budget = project.folder / "llm.yaml", "budgets: [{{scope: tenant, per: day, limit_usd: {limit}}}]\n"
    allowed = config.read_text()
    config.write_text(allowed + budget.format(limit="0.000001"))
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    broke = project.run()
    assert not broke.success
    assert (project.statuses(), project.provider.asked) == ({"waiting": 1}, 0)
    with connect(project.database_url) as connection:
        assert connection.execute("select cause from weir.documents").fetchall() == [("budget_spent",)]
    config.write_text(allowed + budget.format(limit="5"))
    assert project.run().success
    assert (project.statuses(), project.provider.asked, len(project.delivered())) == ({"accepted": 1}, 1, 1)
    with connect(project.database_url) as connection:
        rows = connection.execute("select budget, limit_usd, spent_usd > 0 from weir.llm_budgets").fetchall()
    assert [(name.startswith("tenant"), str(limit).startswith("5"), spent) for name, limit, spent in rows] == [
        (True, True, True)
    ]


def test_a_document_far_larger_than_its_kin_is_pointed_out(project: Project) -> None:
    """By a check of the run that asked about it."""
    for number in range(20):
        project.drop(f"{number}.txt", f"Supplier: Nordwerk GmbH\nTotal: {number + 1}.50\n")
    project.run()
    words = " ".join(f"word{number}" for number in range(6_000))
    project.drop("huge.txt", f"Supplier: Nordwerk GmbH\nTotal: 99.00\n{words}")
    (project.folder / "feeds" / FEED / "feed.yaml").write_text(FEED_YAML + "retrieval: {whole_chars: 100000}\n")
    [found] = [
        each
        for each in project.run().get_asset_check_evaluations()
        if each.check_name == "no_document_is_far_larger_than_its_kin"
    ]
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.WARN)
    offenders: Any = found.metadata["offenders"].value
    assert [dict(row.data)["document"] for row in offenders.records] == [f"{FEED}/{DAY}/huge.txt"]
