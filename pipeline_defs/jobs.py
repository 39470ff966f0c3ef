"""What a person or a clock can ask for: a partition end to end, its release on purpose, another look at its gate."""

import dagster as dg
from pydantic import Field

from assets.checks.days import every_day_is_worked_to_its_end
from assets.checks.endpoints import no_endpoint_is_left_alone_for_long
from assets.checks.gate import every_record_matches_its_schema, manual_review_rate_within_threshold
from assets.checks.gold import gold_is_read_at_or_above_the_floor
from assets.checks.lake import lake_holds_what_the_ledger_knows
from assets.checks.standing import STANDING_CHECKS
from assets.deliveries import deliver
from assets.failures import Permanent, stop_retries
from assets.partitions import Partition, partitions
from resources.ledger import Ledger
from resources.ledger.errors import NoSuchPartition
from resources.sink import Sink

# What lasts is looked at by the clock; runs of a partition see to their partition.
CONDITIONS = dg.AssetSelection.checks(
    *STANDING_CHECKS, no_endpoint_is_left_alone_for_long, every_day_is_worked_to_its_end
)
LAKE = dg.AssetSelection.checks(lake_holds_what_the_ledger_knows)
STANDING = CONDITIONS | LAKE
PIPELINE = dg.AssetSelection.assets("documents", "chunks", "embeddings", "extractions", "deliveries") - STANDING

process_partition = dg.define_asset_job(
    "process_partition",
    selection=PIPELINE,
    hooks={stop_retries},
    description="A partition end to end: read, cut, embed, extract, check, deliver.",
)

recheck_partition = dg.define_asset_job(
    "recheck_partition",
    selection=dg.AssetSelection.checks(
        every_record_matches_its_schema, manual_review_rate_within_threshold, gold_is_read_at_or_above_the_floor
    )
    | dg.AssetSelection.assets("deliveries") - STANDING,
    hooks={stop_retries},
    description="Look at a partition's gate again (after a fix, or with new limits), and deliver if it opens.",
)


check_lake = dg.define_asset_job(
    "check_lake",
    selection=LAKE,
    hooks={stop_retries},
    description="Compare what the lake holds with what the ledger knows, on every day of every feed.",
)

check_standing_conditions = dg.define_asset_job(
    "check_standing_conditions",
    selection=CONDITIONS,
    hooks={stop_retries},
    description="What lasts too long: reviews, waits, broken partitions, missed days, events that stay.",
)

report_day = dg.define_asset_job(
    "report_day",
    selection=dg.AssetSelection.groups("operations") - STANDING,
    hooks={stop_retries},
    description="The pages a manager reads: what a day cost, how the providers were, what the service achieved.",
)


class ReleaseConfig(dg.Config):
    """Why, and in whose name."""

    reason: str = Field(min_length=3, description="Why this partition may go although a check failed. Recorded.")
    by: str = Field(default="operator", min_length=1, description="Who releases it. Recorded.")


@dg.op(description="Opens the gate of the partition in somebody's name, and publishes what waited behind it.")
def release(
    context: dg.OpExecutionContext,
    config: ReleaseConfig,
    ledger: dg.ResourceParam[Ledger],
    sink: dg.ResourceParam[Sink],
) -> None:
    partition = Partition.parse(context.partition_key)
    try:
        released = ledger.gate.open_by_hand(partition.date, partition.feed, config.by, config.reason)
    except NoSuchPartition as missing:
        raise Permanent(str(missing)) from missing
    context.log.info(f"{config.by} released {partition.key} ({released} events): {config.reason}")
    published = deliver(ledger, sink, partition, context.log.info)
    context.log_event(
        dg.AssetMaterialization(
            "deliveries",
            description=f"released by {config.by}: {config.reason}",
            partition=context.partition_key,
            metadata={"published_now": published, "released_by": config.by, "reason": config.reason},
        )
    )


@dg.job(
    partitions_def=partitions,
    hooks={stop_retries},
    description="Let a partition go although a check failed. A reason is required.",
)
def release_partition() -> None:
    release()
