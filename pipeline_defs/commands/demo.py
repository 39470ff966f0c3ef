"""The samples end to end as real Dagster runs, and an exit code that says whether all is as it should be."""

import sys
from dataclasses import dataclass
from time import monotonic
from typing import Any

import dagster as dg

from pipeline_defs.commands.samples import SampleSet, put_into_inbox, sample_sets
from pipeline_defs.commands.summary import Outcome, Summary, summarize
from resources.environment import Environment
from resources.ledger import Ledger
from resources.ledger.database import database_url

QUIET: dict[str, Any] = {"loggers": {"terminal": {"config": {}}}}


@dataclass(frozen=True, slots=True)
class Materialized:
    """A sample partition and the run that worked on it."""

    samples: SampleSet
    run_id: str
    failed_checks: tuple[str, ...]
    error: str | None


def demo() -> int:
    summary = materialize_samples()
    print(summary.text(links=None))
    return summary.exit_code


def materialize_samples() -> Summary:
    """Every sample partition in turn, then what became of them."""
    environment, begun = Environment.read(), monotonic()
    sets = sample_sets(environment)
    _say(f"Weir: {len(sets)} partitions of sample documents, end to end")
    with dg.DagsterInstance.get() as instance:
        done = [_materialize(environment, each, instance) for each in sets]
    with Ledger.open(database_url(environment)) as ledger:
        outcomes = [_outcome(ledger, each) for each in done]
        return summarize(ledger, environment, outcomes, monotonic() - begun)


def _materialize(environment: Environment, samples: SampleSet, instance: dg.DagsterInstance) -> Materialized:
    from pipeline_defs.definitions import defs

    fresh = put_into_inbox(environment, samples)
    _say(f"\n  {samples.label}: {fresh} new files in the inbox" if fresh else f"\n  {samples.label}")
    result = defs.resolve_job_def("process_partition").execute_in_process(
        partition_key=samples.partition.key, instance=instance, run_config=QUIET, raise_on_error=False
    )
    failed = tuple(each.check_name for each in result.get_asset_check_evaluations() if not each.passed)
    return Materialized(samples, result.run_id, failed, _error(result, failed))


def _error(result: dg.ExecuteInProcessResult, failed: tuple[str, ...]) -> str | None:
    """What stopped the run, if it was not a check that is there to stop it."""
    if result.success or failed:
        return None
    data = result.get_run_failure_event().job_failure_data
    first = data.first_step_failure_event if data else None
    info = first.step_failure_data.error if first else None
    cause = info.cause if info and info.cause else info
    return cause.message.strip() if cause else "the run failed"


def _outcome(ledger: Ledger, done: Materialized) -> Outcome:
    partition = done.samples.partition
    return Outcome(
        label=done.samples.label,
        partition=partition,
        bad=done.samples.bad,
        run_id=done.run_id,
        counts=ledger.documents.count_by_status(partition.date, partition.feed),
        delivered=ledger.outbox.counts(partition.date, partition.feed).published,
        gate=ledger.gate.state(partition.date, partition.feed),
        failed_checks=done.failed_checks,
        error=done.error,
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
