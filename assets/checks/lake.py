"""The check that lake and ledger agree: it blocks nothing, and is run by whoever wants to know."""

import dagster as dg

from assets.checks.check import Check
from assets.checks.finding import Finding
from assets.feeds import feed_of
from assets.lake_check import KINDS, Differences
from assets.lake_repair import differences
from assets.partitions import Partition
from resources.lake import Lake
from resources.ledger import Ledger

EXAMPLES = 20  # of each kind of difference

LAKE = Check(
    "lake_holds_what_the_ledger_knows",
    "embeddings",
    "Documents, bytes, chunks and vectors of the day are in the lake, once, and nothing else is.",
    "python -m pipeline_defs lake check --repair reads again what is missing and deletes what nobody owns.",
    query="select doc_id, place, status from weir.documents where feed = 'FEED' and date = 'DAY'",
)


def agreement(found: Differences) -> Finding:
    """Whether they agree, and in what they do not."""
    wrong = {kind: number for kind, number in found.numbers.items() if number}
    sentence = "; ".join(f"{number} {KINDS[kind]}" for kind, number in wrong.items())
    return Finding(
        "WARN" if wrong else "none",
        sentence or f"lake and ledger agree on {found.documents} documents",
        {"documents": found.documents, **{kind.replace(" ", "_"): number for kind, number in found.numbers.items()}},
        [{"what": what, "document": document} for what, document in found.examples(EXAMPLES)],
    )


@LAKE.step()
def lake_holds_what_the_ledger_knows(
    context: dg.AssetCheckExecutionContext, lake: dg.ResourceParam[Lake], ledger: dg.ResourceParam[Ledger]
) -> dg.AssetCheckResult:
    partition = Partition.parse(context.partition_key)
    feed = feed_of(partition.feed)
    return LAKE.report(agreement(differences(partition.feed, lake, ledger, partition.date)), feed.owner)
