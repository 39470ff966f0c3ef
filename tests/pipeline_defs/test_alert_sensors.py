"""The two alert sensors over real runs: each failure once, each recovery once, in words a person can act on."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from pipeline_defs.alerts import events
from pipeline_defs.alerts.sensors import failed_checks, failed_runs
from pipeline_defs.definitions import defs
from resources.ledger.connections import connect
from tests.listeners import Receiver, a_receiver
from tests.pipeline_defs.notes import FEED, KEY, Project


@pytest.fixture
def receiver(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with a_receiver() as opened:
        monkeypatch.setenv("ALERT_WEBHOOK_URL", opened.url)
        monkeypatch.setenv("WEIR_UI_URL", "https://weir.example.com")
        yield opened


def tick(project: Project, sensor: dg.SensorDefinition, cursor: str | None = None) -> str:
    repository = defs.get_repository_def()
    with dg.build_sensor_context(project.instance, cursor, repository_def=repository) as context:
        said: Any = sensor(context)
    assert isinstance(said, dg.SkipReason)
    return said.skip_message or ""


def both(project: Project) -> None:
    for sensor in (failed_checks, failed_runs):
        tick(project, sensor)


def evaluate(project: Project, number: int, passed: bool, **more: Any) -> None:
    project.instance.report_runless_asset_event(
        dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey("extractions"),
            check_name="every_record_matches_its_schema",
            passed=passed,
            partition=f"2026-11-{number:02}|{FEED}",
            **more,
        )
    )


def look_at(project: Project, passed: bool, partitions: list[str]) -> None:
    """A run that evaluates a check of many partitions."""

    @dg.op
    def looks(context: dg.OpExecutionContext) -> None:
        for partition in partitions:
            event: Any = dg.AssetCheckEvaluation(
                dg.AssetKey("extractions"),
                "every_record_matches_its_schema",
                passed=passed,
                severity=dg.AssetCheckSeverity.WARN,
                partition=partition,
            )
            context.log_event(event)

    @dg.job
    def look() -> None:
        looks()

    assert look.execute_in_process(instance=project.instance).success


def went(project: Project, day: int, feed: str, passed: bool) -> None:
    project.instance.report_runless_asset_event(
        dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey("extractions"),
            check_name="few_answers_come_from_a_fallback",
            passed=passed,
            partition=f"2026-11-{day:02}|{feed}",
        )
    )


def test_how_a_night_went_ends_with_the_feeds_next_good_night(project: Project, receiver: Receiver) -> None:
    """Nothing can mend a night that is over; another feed's good night is not this one's."""
    for day, feed, passed in ((17, FEED, False), (18, FEED, False), (18, "deals", True)):
        went(project, day, feed, passed)
    both(project)
    [told] = receiver.texts
    assert f"2026-11-17|{FEED}" in told
    went(project, 19, FEED, passed=True)
    both(project)
    went(project, 16, FEED, passed=False)  # somebody looks at an older night again
    both(project)
    assert [text.splitlines()[0] for text in receiver.texts[1:]] == [f"[RECOVERED] {FEED}: 1 recovered (team:tests)"]


def test_a_check_that_fails_a_run_is_told_once_and_so_is_its_recovery(project: Project, receiver: Receiver) -> None:
    """The run that the gate ended is no news beside the check; ticks without news say nothing."""
    project.provider.spoil = {"total": "777.77"}
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    project.drop("b.txt", "Supplier: Halden AS\nTotal: 99.00\n")
    assert not project.run().success
    both(project)
    both(project)
    [told] = receiver.texts
    assert told.startswith(f"[ERROR] {FEED}: 1 failed (team:tests)")
    assert "FAILED (ERROR) manual_review_rate_within_threshold of extractions" in told
    assert "2 of 2 documents needed a person" in told
    assert "What to do:" in told
    assert "https://weir.example.com/assets/extractions?view=checks" in told
    (project.folder / "feeds" / FEED / "feed.yaml").write_text(
        (project.folder / "feeds" / FEED / "feed.yaml").read_text().replace("min_documents: 2", "min_documents: 3")
    )
    assert project.run().success
    both(project)
    both(project)
    [_, well] = receiver.texts
    assert well.startswith(f"[RECOVERED] {FEED}: 1 recovered")


def test_a_run_that_fails_for_good_says_so_and_its_work_done_is_a_recovery(
    project: Project, receiver: Receiver
) -> None:
    """The sentence of the failure stands in the alert, and that running again changes nothing."""
    prompt = project.folder / "feeds" / FEED / "prompt.md"
    text = prompt.read_text()
    prompt.unlink()
    for _ in range(2):
        assert not project.run().success
        both(project)
    [told] = receiver.texts
    assert f"FAILED (ERROR) the run of process_partition, {KEY}" in told
    assert "prompt.md" in told
    assert "Running it again changes nothing" in told
    assert "https://weir.example.com/runs/" in told
    prompt.write_text(text)
    assert project.run().success
    both(project)
    assert [text.split("]")[0] for text in receiver.texts] == ["[ERROR", "[RECOVERED"]


def test_part_of_the_work_is_no_recovery(project: Project, receiver: Receiver) -> None:
    """Somebody materialized the first asset alone: the night's records are still not delivered."""
    prompt = project.folder / "feeds" / FEED / "prompt.md"
    text = prompt.read_text()
    prompt.unlink()
    project.run()
    prompt.write_text(text)
    both(project)
    job = defs.resolve_implicit_global_asset_job_def()
    for selection in (["documents"], ["chunks", "embeddings"]):
        keys = [dg.AssetKey(each) for each in selection]
        assert job.execute_in_process(asset_selection=keys, partition_key=KEY, instance=project.instance).success
        both(project)
    assert len(receiver.texts) == 1
    keys = [dg.AssetKey(each) for each in ("extractions", "deliveries")]
    assert job.execute_in_process(asset_selection=keys, partition_key=KEY, instance=project.instance).success
    both(project)
    assert [text.split("]")[0] for text in receiver.texts] == ["[ERROR", "[RECOVERED"]


def test_the_first_attempt_alerts_and_the_retry_does_not(project: Project, receiver: Receiver) -> None:
    """Also a retry whose first attempt nobody stands for any more."""

    @dg.op
    def dies() -> None:
        raise ValueError("the disk is full, password=hush-hush-pw")

    @dg.job
    def elsewhere() -> None:
        dies()

    elsewhere.execute_in_process(instance=project.instance, raise_on_error=False, tags={"dagster/retry_number": "1"})
    both(project)
    assert receiver.texts == []
    elsewhere.execute_in_process(instance=project.instance, raise_on_error=False)
    elsewhere.execute_in_process(instance=project.instance, raise_on_error=False, tags={"dagster/retry_number": "1"})
    both(project)
    [told] = receiver.texts
    assert "the run of elsewhere" in told
    assert "the disk is full" in told
    assert "hush-hush-pw" not in told


def test_a_run_whose_process_was_killed_says_so(project: Project, receiver: Receiver) -> None:
    """As its code server saw it; "marked as failed from outside" helps nobody."""
    run = dg.DagsterRun("process_partition", tags={"dagster/partition": KEY}, status=dg.DagsterRunStatus.STARTED)
    project.instance.add_run(run)
    project.instance.report_engine_event("Run execution process unexpectedly exited with exit code -9.", run)
    project.instance.report_run_failed(run)
    both(project)
    [told] = receiver.texts
    assert "unexpectedly exited with exit code -9" in told
    assert "from outside" not in told


def test_every_page_is_read_in_order(project: Project, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """More evaluations than a page holds, most of them of the past: what stands at the end is what was told last."""
    monkeypatch.setattr(events, "PAGE", 3)
    for passed, upto in ((False, 12), (True, 11)):
        look_at(project, passed, [f"2026-11-{number:02}|{FEED}" for number in range(1, upto)])
    tick(project, failed_checks)
    told = "\n".join(receiver.texts)
    assert (told.count("FAILED (WARN)"), told.count("RECOVERED every")) == (11, 10)


@pytest.mark.parametrize("lost", ["the position", "Dagster's cursor", "the event log"])
def test_what_is_read_again_is_not_told_again(project: Project, receiver: Receiver, lost: str) -> None:
    evaluate(project, 1, passed=False)
    tick(project, failed_checks)
    with connect(project.database_url) as connection:
        if lost == "the position":
            connection.execute("delete from weir.alert_positions")
        if lost == "the event log":
            connection.execute("update weir.alert_positions set position = 1000000")
    tick(project, failed_checks, cursor=None if lost == "Dagster's cursor" else "x")
    assert len(receiver.texts) == 1
    evaluate(project, 2, passed=False)
    tick(project, failed_checks)
    assert len(receiver.texts) == 2, "and what is new is told"


def test_a_tick_that_cannot_reach_anybody_loses_nothing(project: Project, receiver: Receiver) -> None:
    receiver.status = 503
    evaluate(project, 1, passed=False)
    assert tick(project, failed_checks) == "2 new messages, 1 sent"  # the log was told
    receiver.status = 200
    with connect(project.database_url) as connection:
        connection.execute("update weir.alert_messages set next_attempt_at = now()")
    assert tick(project, failed_runs) == "0 new messages, 1 sent", "whichever sensor comes first"


def test_hostile_words_of_a_check_stay_words(
    project: Project, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table of any length, markup, and a secret that found its way into a description."""
    monkeypatch.setenv("SOME_API_KEY", "a-key-that-nobody-sees")
    rows = [dg.TableRecord({"document": f"<b>{number}</b>"}) for number in range(5_000)]
    evaluate(
        project,
        1,
        passed=False,
        description="<!channel> a-key-that-nobody-sees " + "x" * 100_000,
        metadata={"offenders": dg.MetadataValue.table(rows), "remedy": "Ask <https://evil.test|here>."},
    )
    tick(project, failed_checks)
    [told] = receiver.texts
    assert len(told) < 4_000
    assert "<" not in told
    assert "a-key-that-nobody-sees" not in told
    assert "What to do: Ask &lt;https://evil.test|here&gt;." in told


def test_a_setting_that_cannot_be_used_fails_the_tick_and_loses_nothing(
    project: Project, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands in red in the UI; mended, the next tick tells what this one would have."""
    evaluate(project, 1, passed=False)
    monkeypatch.setenv("ALERT_WEBHOOK_URL", "nonsense")
    with pytest.raises(Exception, match="ALERT_WEBHOOK_URL cannot be used"):
        tick(project, failed_checks)
    monkeypatch.setenv("ALERT_WEBHOOK_URL", receiver.url)
    tick(project, failed_checks)
    assert len(receiver.texts) == 1
