"""The one code location: assets, checks, jobs, the schedule, the sensors and what they reach, spelled out."""

import warnings

import dagster as dg

# Partitioned checks and backfill policies are previews in this release; that is our decision, not the user's problem.
warnings.filterwarnings("ignore", category=dg.PreviewWarning)
warnings.filterwarnings("ignore", category=dg.BetaWarning)

from resources.inbox.resource import InboxResource  # noqa: E402
from resources.sink.resource import SinkResource  # noqa: E402

from assets.checks.gate import (  # noqa: E402
    every_record_matches_its_schema,
    manual_review_rate_within_threshold,
)
from assets.chunks import chunks  # noqa: E402
from assets.deliveries import deliveries  # noqa: E402
from assets.documents import documents  # noqa: E402
from assets.embeddings import embeddings  # noqa: E402
from assets.extractions import extractions  # noqa: E402
from pipeline_defs.jobs import process_partition, recheck_partition, release_partition  # noqa: E402
from pipeline_defs.schedules import nightly  # noqa: E402
from pipeline_defs.sensors import inbox_files, waiting_documents  # noqa: E402
from pipeline_defs.terminal import terminal_logger  # noqa: E402
from resources.lake.resource import LakeResource  # noqa: E402
from resources.ledger.resource import LedgerResource  # noqa: E402
from resources.llm.resource import LlmResource  # noqa: E402

defs = dg.Definitions(
    assets=[documents, chunks, embeddings, extractions, deliveries],
    asset_checks=[every_record_matches_its_schema, manual_review_rate_within_threshold],
    jobs=[process_partition, release_partition, recheck_partition],
    schedules=[nightly],
    sensors=[inbox_files, waiting_documents],
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
