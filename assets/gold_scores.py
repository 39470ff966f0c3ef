"""How well the feed as it is now reads its gold: precision, recall and F1 of each field, by what values mean."""

import dagster as dg
from pydantic import Field

from assets import catalog, pages
from assets.feeds import feed_of
from assets.measuring import caller_of, measured
from assets.partitions import Partition, partitions
from resources.lake import Lake
from resources.ledger import Ledger
from resources.ledger.scores import GoldScore
from resources.llm.resource import LlmResource


class GoldConfig(dg.Config):
    """Whether a version that was measured is measured again."""

    again: bool = Field(default=False, description="Ask every question again, without the answer cache.")


@dg.asset(
    partitions_def=partitions,
    group_name="gold",
    kinds={"llm", "postgres"},
    code_version=catalog.version_of_records(),
    description=f"{__doc__}\n\nA version of a feed is measured once; the days of a feed share its score.",
)
async def gold_scores(
    context: dg.AssetExecutionContext,
    config: GoldConfig,
    lake: dg.ResourceParam[Lake],
    ledger: dg.ResourceParam[Ledger],
    llm: LlmResource,
) -> dg.MaterializeResult[None]:
    feed = feed_of(Partition.parse(context.partition_key).feed)
    caller = caller_of(feed, context.run.run_id, context.partition_key)
    found = await measured(feed, llm, lake, ledger, caller, config.again)
    return dg.MaterializeResult(metadata=_page(found, feed.settings.floor))


def _page(found: GoldScore, floor: float | None) -> pages.Metadata:
    return {
        "f1": found.f1,
        "gold_documents": found.documents,
        **({} if floor is None else {"floor": floor}),
        "fields": pages.table(
            ("field", "precision", "recall", "F1", "values"),
            [
                (
                    row["field"],
                    f"{row['precision']:.3f}",
                    f"{row['recall']:.3f}",
                    f"{row['f1']:.3f}",
                    str(row["values"]),
                )
                for row in found.fields
            ],
        ),
    }
