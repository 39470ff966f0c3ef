"""What is old goes: runs with their events, calls and answers of models, what events said, alerts that were taken."""

from datetime import UTC, datetime, timedelta

import dagster as dg
from pydantic import Field

from assets.failures import stop_retries
from assets.partitions import TIME_ZONE
from pipeline_defs.old_runs import OldRuns
from resources.ledger import Ledger
from resources.ledger.retention import KINDS


class PurgeConfig(dg.Config):
    """For how many days what is kept; 0 keeps it for good."""

    runs: int = Field(default=180, ge=0, description="Runs and their events, but for the last of each partition.")
    runs_at_once: int = Field(default=2_000, ge=1, description="Runs that go in one night, the oldest first.")
    calls: int = Field(
        default=400, ge=0, description="Attempts (llm_calls) of documents that need nobody; their sums stay."
    )
    samples: int = Field(default=30, ge=0, description="Requests that were kept in full (llm_samples).")
    answers: int = Field(default=400, ge=0, description="Answers of models; asked the same again, they are paid again.")
    payloads: int = Field(
        default=400, ge=0, description="What published events said, but for the newest of each document."
    )
    alerts: int = Field(default=90, ge=0, description="Messages of alerts.")
    conditions: int = Field(default=400, ge=0, description="What was wrong once and has been well since.")


@dg.op(description="Deletes what is older than it has to be, in small steps.")
def purge(context: dg.OpExecutionContext, config: PurgeConfig, ledger: dg.ResourceParam[Ledger]) -> None:
    gone: dict[str, int] = {}
    for kind in KINDS:
        if days := getattr(config, kind):
            gone[kind] = ledger.retention.purge(kind, days)
    if config.runs:
        before = datetime.now(UTC) - timedelta(days=config.runs)
        gone["runs"] = OldRuns(context.instance).delete(before, config.runs_at_once)
    context.log.info("purged: " + (", ".join(f"{number} {kind}" for kind, number in gone.items()) or "nothing"))
    context.add_output_metadata({f"{kind}_purged": number for kind, number in gone.items()})


@dg.job(hooks={stop_retries}, description="Let go of what is older than it has to be: history of runs, calls, alerts.")
def purge_history() -> None:
    purge()


@dg.schedule(
    job=purge_history,
    cron_schedule="30 4 * * *",
    execution_timezone=TIME_ZONE,
    description="At 04:30, when the night is over: what is older than it has to be.",
)
def purging(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    return dg.RunRequest(run_key=context.scheduled_execution_time.date().isoformat())
