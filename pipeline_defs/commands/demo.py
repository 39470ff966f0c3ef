"""The samples end to end as real Dagster runs, and an exit code that says whether all is as it should be."""

import sys
from time import monotonic
from typing import Any
from uuid import uuid4

import dagster as dg

from pipeline_defs.commands.samples import SampleSet, put_into_inbox, sample_sets
from pipeline_defs.commands.stopping import Stopped, beside
from pipeline_defs.commands.summary import FailedCheck, Outcome, Summary, summarize
from resources.environment import Environment
from resources.ledger import Ledger
from resources.ledger.database import database_url
from resources.llm.resource import LlmResource
from resources.logs import is_json, say

ERROR = dg.AssetCheckSeverity.ERROR
QUIET: dict[str, Any] = {"loggers": {"terminal": {"config": {}}}}


def demo() -> int:
    summary = materialize_samples()
    print(summary.text(links=None))
    return summary.exit_code


def materialize_samples() -> Summary:
    """Every sample partition in turn, then what became of them."""
    environment, begun = Environment.read(), monotonic()
    sets = sample_sets(environment)
    LlmResource().load()  # a configuration that cannot be used is told once, before anything is done
    _say(f"Weir: {len(sets)} partitions of sample documents, end to end")
    with dg.DagsterInstance.get() as instance, Ledger.open(database_url(environment)) as ledger:
        outcomes = [_materialize(environment, ledger, each, instance) for each in sets]
        return summarize(ledger, environment, outcomes, monotonic() - begun)


def _materialize(environment: Environment, ledger: Ledger, samples: SampleSet, instance: dg.DagsterInstance) -> Outcome:
    from pipeline_defs.definitions import defs

    partition, fresh = samples.partition, put_into_inbox(environment, samples)
    _say(f"\n  {samples.label}{f': {fresh} new files in the inbox' if fresh else ''}")
    before = ledger.outbox.counts(partition.date, partition.feed).published
    job, run_id = defs.resolve_job_def("process_partition"), str(uuid4())
    try:
        result = beside(
            lambda: job.execute_in_process(
                partition_key=partition.key,
                instance=instance,
                run_config=QUIET,
                raise_on_error=False,
                run_id=run_id,
            )
        )
    except Stopped:
        if run := instance.get_run_by_id(run_id):
            instance.report_run_canceled(run, message="stopped at the terminal; the next run goes on from here")
        raise
    failed = tuple(
        FailedCheck(
            each.asset_key.to_user_string(),
            each.check_name,
            each.description or "",
            bool(each.blocking) and each.severity == ERROR,
        )
        for each in result.get_asset_check_evaluations()
        if not each.passed
    )
    published = ledger.outbox.counts(partition.date, partition.feed).published
    return Outcome(
        label=samples.label,
        partition=partition,
        bad=samples.bad,
        run_id=result.run_id,
        counts=ledger.documents.count_by_status(partition.date, partition.feed),
        delivered=published,
        delivered_now=published - before,
        gate=ledger.gate.state(partition.date, partition.feed),
        failed_checks=failed,
        error=_error(result, failed),
    )


def _error(result: dg.ExecuteInProcessResult, failed: tuple[FailedCheck, ...]) -> str | None:
    """What stopped the run, if it was not a check that is there to stop it."""
    if result.success or any(each.blocks for each in failed):
        return None
    data = result.get_run_failure_event().job_failure_data
    first = data.first_step_failure_event if data else None
    info = first.step_failure_data.error if first else None
    cause = info.cause if info and info.cause else info
    return cause.message.strip() if cause else "the run failed"


def _say(text: str) -> None:
    if is_json():
        say(text.strip())
    else:
        print(text, file=sys.stderr, flush=True)
