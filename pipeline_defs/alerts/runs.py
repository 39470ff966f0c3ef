"""How runs were seen to end: a failed one leaves work undone, and what does that work later makes it well again."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import dagster as dg

from assets.failures import PERMANENT_TAG
from pipeline_defs.alerts.words import Words
from resources.alerts import Sighting

KINDS = (dg.DagsterEventType.RUN_FAILURE, dg.DagsterEventType.RUN_SUCCESS)
PARTITION_TAG, RETRY_TAG = "dagster/partition", "dagster/retry_number"
NO_REASON = "This run has been marked as failed from outside the execution context"
TOLD_BY_ITSELF = "DagsterAssetCheckFailedError"  # a blocking check ended the run: the check's alert says so
AGAIN = "Look at the run's log, then run the partition again: what was answered is not paid for again."
MEND_FIRST = "Running it again changes nothing: mend what the sentence says, then run the partition again."


def run_sightings(
    records: Sequence[dg.EventLogRecord], instance: dg.DagsterInstance, words: Words, standing: set[str]
) -> Iterator[Sighting]:
    """`standing` are the conditions that were up before; a success matters to nothing else."""
    up = set(standing)
    for record in records:
        run = instance.get_run_by_id(record.run_id)
        if run is None:
            continue  # deleted since
        condition, at = _condition(run), datetime.fromtimestamp(record.timestamp, UTC)
        if record.event_log_entry.dagster_event_type == dg.DagsterEventType.RUN_SUCCESS:
            if condition in up:
                yield _sighting(run, condition, at, words, does=[*_planned(instance, run), _itself(run)])
        elif not _needs_no_alert(run, record, condition in up):
            up.add(condition)
            yield _failed(run, record, condition, at, words, instance)


def _condition(run: dg.DagsterRun) -> str:
    """A partition's work is one thing, whichever job does it; without a partition a job stands for itself."""
    partition = run.tags.get(PARTITION_TAG)
    return f"run {partition}" if partition else f"run {run.job_name}"


def _needs_no_alert(run: dg.DagsterRun, record: dg.EventLogRecord, is_up: bool) -> bool:
    """Of an automatic retry the first attempt spoke; a retry says only what it left undone of what stands."""
    if RETRY_TAG in run.tags and not is_up:
        return True
    return _error_class(record) == TOLD_BY_ITSELF


def _failed(
    run: dg.DagsterRun,
    record: dg.EventLogRecord,
    condition: str,
    at: datetime,
    words: Words,
    instance: dg.DagsterInstance,
) -> Sighting:
    made = _made(instance, run)
    left = sorted({*_planned(instance, run)} - {*made}) or [_itself(run)]
    remedy = MEND_FIRST if PERMANENT_TAG in run.tags else AGAIN
    return _sighting(run, condition, at, words, _reason(record) or _last_words(run, instance), remedy, left, made)


def _sighting(
    run: dg.DagsterRun,
    condition: str,
    at: datetime,
    words: Words,
    reason: str = "",
    remedy: str = "",
    left: Sequence[str] = (),
    does: Sequence[str] = (),
) -> Sighting:
    partition = run.tags.get(PARTITION_TAG, "")
    feed = words.feed_of(partition)
    return Sighting(
        condition=condition,
        standing="error" if left else "well",
        seen_at=at,
        feed=feed,
        owner=words.owner_of(feed),
        partition=partition,
        what=f"the run of {run.job_name.removeprefix('__')}",
        reason=words.clean(reason),
        remedy=remedy,
        url=words.run_url(run.run_id),
        left=left,
        does=does,
    )


def _planned(instance: dg.DagsterInstance, run: dg.DagsterRun) -> list[str]:
    return _assets(instance, run, dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED)


def _made(instance: dg.DagsterInstance, run: dg.DagsterRun) -> list[str]:
    return _assets(instance, run, dg.DagsterEventType.ASSET_MATERIALIZATION)


def _assets(instance: dg.DagsterInstance, run: dg.DagsterRun, kind: dg.DagsterEventType) -> list[str]:
    records = instance.get_records_for_run(run.run_id, of_type=kind).records
    events = (record.event_log_entry.dagster_event for record in records)
    return sorted({event.asset_key.to_user_string() for event in events if event and event.asset_key})


def _itself(run: dg.DagsterRun) -> str:
    """What is left of a run that failed without assets, or after all of them: another of its job."""
    return f"job {run.job_name}"


def _last_words(run: dg.DagsterRun, instance: dg.DagsterInstance) -> str:
    """Of a run whose process was killed: what its code server or the daemon saw of that."""
    kind = dg.DagsterEventType.ENGINE_EVENT
    records = instance.get_records_for_run(run.run_id, of_type=kind, limit=1, ascending=False).records
    events = [each.event_log_entry.dagster_event for each in records]
    return (events[0].message if events and events[0] else None) or "it died, and nobody saw why"


def _reason(record: dg.EventLogRecord) -> str:
    """The sentence of the first step that failed, or of the run where none did; nothing where Dagster has none."""
    event = record.event_log_entry.dagster_event
    data = event.job_failure_data if event and event.is_run_failure else None
    first = data.first_step_failure_event if data else None
    if first:
        failure = first.step_failure_data
        said = failure.user_failure_data.description if failure.user_failure_data else None
        error = failure.error
        while error and error.cause:
            error = error.cause
        return f"{first.step_key}: {said or (error.message.strip() if error else 'it failed')}"
    if data and data.error:
        return data.error.message.strip()
    said = (event.message if event else None) or record.event_log_entry.user_message
    return "" if said.startswith(NO_REASON) else said


def _error_class(record: dg.EventLogRecord) -> str:
    event = record.event_log_entry.dagster_event
    data = event.job_failure_data if event and event.is_run_failure else None
    first = data.first_step_failure_event if data else None
    error = first.step_failure_data.error if first else None
    return (error.cls_name or "") if error else ""
