"""The one code location: assets, checks, jobs, the schedule, the sensors and what they reach, spelled out."""

import gc

import dagster as dg

from assets.catalog import catalogued
from assets.checks.days import every_day_is_worked_to_its_end
from assets.checks.endpoints import no_endpoint_is_left_alone_for_long
from assets.checks.gate import (
    every_record_matches_its_schema,
    manual_review_rate_within_threshold,
)
from assets.checks.gold import gold_is_read_at_or_above_the_floor
from assets.checks.lake import lake_holds_what_the_ledger_knows
from assets.checks.standing import STANDING_CHECKS
from assets.chunks import chunks
from assets.deliveries import deliveries
from assets.documents import documents
from assets.embeddings import embeddings
from assets.extractions import extractions
from assets.failures import stop_retries
from assets.gold_scores import gold_scores
from assets.operations.llm_usage import llm_usage
from assets.operations.provider_health import provider_health
from assets.operations.service_levels import service_levels
from pipeline_defs.alerts.sensors import failed_checks, failed_runs
from pipeline_defs.jobs import (
    check_lake,
    check_standing_conditions,
    process_partition,
    recheck_partition,
    release_partition,
    report_day,
)
from pipeline_defs.purge_job import purge_history, purging
from pipeline_defs.replay_job import replay_documents
from pipeline_defs.schedules import conditions, lake_daily, morning, nightly
from pipeline_defs.sensors import inbox_files, waiting_documents
from pipeline_defs.terminal import terminal_logger
from resources.inbox.resource import InboxResource
from resources.lake.resource import LakeResource
from resources.ledger.resource import LedgerResource
from resources.llm.resource import LlmResource
from resources.logs import speak
from resources.sink.resource import SinkResource

speak()  # every process that loads the code location: runs, sensors, the code server

ASSETS = (
    documents,
    chunks,
    embeddings,
    extractions,
    deliveries,
    gold_scores,
    llm_usage,
    provider_health,
    service_levels,
)

defs = dg.Definitions(
    # Hooks of jobs, which the checks have, are not there in a run that somebody starts from an asset's page.
    assets=[each.with_hooks({stop_retries}) for each in catalogued(ASSETS)],
    asset_checks=[
        every_record_matches_its_schema,
        manual_review_rate_within_threshold,
        gold_is_read_at_or_above_the_floor,
        lake_holds_what_the_ledger_knows,
        no_endpoint_is_left_alone_for_long,
        every_day_is_worked_to_its_end,
        *STANDING_CHECKS,
    ],
    jobs=[
        process_partition,
        release_partition,
        recheck_partition,
        replay_documents,
        check_standing_conditions,
        check_lake,
        report_day,
        purge_history,
    ],
    schedules=[nightly, morning, conditions, lake_daily, purging],
    sensors=[inbox_files, waiting_documents, failed_checks, failed_runs],
    resources={
        "inbox": InboxResource(),
        "lake": LakeResource(),
        "ledger": LedgerResource(),
        "llm": LlmResource(),
        "sink": SinkResource(),
    },
    # A run is a process of its own already, and the assets of a partition follow each other.
    executor=dg.in_process_executor,
    loggers={"console": dg.colored_console_logger, "terminal": terminal_logger},
)

# What is loaded by now stays as long as the process: the collector need not walk through it again for every document.
gc.freeze()
gc.set_threshold(20_000)
