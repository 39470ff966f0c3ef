"""Standing conditions in a real run of their job, and what the runs of partitions tell them."""

from datetime import UTC, datetime, timedelta

from assets.checks.conditions import Conditions, failed_runs
from assets.checks.days import DAYS
from assets.checks.standing import STANDING
from resources.ledger import Ledger
from resources.ledger.conditions import Broken
from tests.pipeline_defs.notes import DAY, FEED, FEED_YAML, Project

NOTE = "Supplier: Nordwerk GmbH\nTotal: 12.50\n"


def test_the_job_looks_at_all_of_them(project: Project) -> None:
    """Without a partition, none of them red where nothing lasts."""
    project.drop("a.txt", NOTE)
    project.run()
    result = project.run("check_standing_conditions", partition=None)
    assert result.success
    found = {each.check_name: each for each in result.get_asset_check_evaluations()}
    assert set(found) == {*(check.name for check in STANDING), "no_endpoint_is_left_alone_for_long", DAYS.name}
    assert {name: each.description for name, each in found.items() if not each.passed} == {}
    assert {each.partition for each in found.values()} == {None}


def broken(project: Project) -> list[Broken]:
    """A day later."""

    def look(ledger: Ledger) -> list[Broken]:
        later = datetime.now(UTC) + timedelta(hours=25)
        return failed_runs(Conditions(ledger, project.folder / "feeds", project.instance, later))

    return list(project.ask(look))


def test_a_partition_whose_run_failed_is_broken_until_one_succeeds(project: Project) -> None:
    """With the run that failed, and since when."""
    project.drop("a.txt", NOTE)
    file = project.folder / "feeds" / FEED / "feed.yaml"
    file.write_text(FEED_YAML.replace("warn: 0.2", "warm: 0.2"))
    failed = project.run()
    assert not failed.success
    [found] = broken(project)
    assert (found.feed, found.date) == (FEED, DAY)
    assert failed.run_id in found.why
    assert 25 <= found.hours < 25.5
    file.write_text(FEED_YAML)
    assert project.run().success
    assert broken(project) == []


def test_a_run_that_a_gate_stopped_is_the_gates_to_tell(project: Project) -> None:
    """A person who releases it has mended it, although the run stays red."""
    project.drop("good.txt", NOTE)
    project.drop("empty.txt", "")
    project.drop("broken.pdf", "%PDF-1.7 and nothing more")
    assert not project.run().success
    assert broken(project) == []
    [gate] = project.ask(lambda ledger: ledger.conditions.broken())
    assert gate.why.startswith("the gate is closed: ")
    project.run("release_partition", release={"config": {"reason": "looked at it", "by": "ada"}})
    assert project.ask(lambda ledger: ledger.conditions.broken()) == []
