"""Checks an asset makes of itself, in real runs: with their partition, closing no gate, made anew by each run."""

import dagster as dg

from assets.checks.inline import LOOKS
from tests.pipeline_defs.notes import KEY, Project

NAME = "the_configured_model_answers"


def evaluations(project: Project, name: str) -> list[dg.AssetCheckEvaluation]:
    """What Dagster's storage holds of a check, oldest first."""
    key = dg.AssetCheckKey(dg.AssetKey("extractions"), name)
    records = project.instance.event_log_storage.get_asset_check_execution_history(key, limit=10)
    events = [record.event.dagster_event for record in reversed(records) if record.event]
    return [event.asset_check_evaluation_data for event in events if event]


def test_every_check_looks_at_every_run_of_its_partition(project: Project) -> None:
    """One evaluation a check, on the partition, with the owner; all pass on a healthy small day."""
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    result = project.run()
    assert result.success
    inline = {check.name: check.asset for check in LOOKS}
    found = {each.check_name: each for each in result.get_asset_check_evaluations() if each.check_name in inline}
    assert {name: each.asset_key.to_user_string() for name, each in found.items()} == inline
    assert {name: each.description for name, each in found.items() if not each.passed} == {}
    assert {each.partition for each in found.values()} == {KEY}
    assert {each.metadata["owner"].value for each in found.values()} == {"team:tests"}
    assert not any(each.blocking for each in found.values())


def test_a_failed_one_closes_no_gate_and_the_next_run_looks_again(project: Project) -> None:
    """Red while another model answers, red still when nothing was asked, green once the right one has answered."""
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    project.provider.model = "another-model"
    assert project.run().success
    assert (project.gate(), len(project.delivered())) == ("open", 1)
    assert project.run().success
    project.provider.model = None
    assert project.run(extractions={"config": {"refresh": "all"}}).success
    found = evaluations(project, NAME)
    assert [(each.passed, each.partition) for each in found] == [(False, KEY), (False, KEY), (True, KEY)]
    assert found[0].severity == dg.AssetCheckSeverity.ERROR
    assert "pin the model" in str(found[0].metadata["remedy"].value)


def test_a_recheck_looks_at_what_is_delivered(project: Project) -> None:
    """The job of the gate brings the inline check of deliveries along, and no other."""
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    project.run()
    result = project.run("recheck_partition")
    assert result.success
    names = {each.check_name for each in result.get_asset_check_evaluations()}
    assert names & {check.name for check in LOOKS} == {"every_released_event_is_delivered"}
