"""The check that lake and ledger agree: it blocks nothing, and is run by whoever wants to know."""

import dagster as dg

from assets.embeddings import embeddings
from assets.lake_check import KINDS
from assets.lake_repair import differences
from assets.pages import table
from assets.partitions import Partition, partitions
from resources.lake import Lake
from resources.ledger import Ledger

EXAMPLES = 20


@dg.asset_check(
    asset=embeddings,
    partitions_def=partitions,
    description="Documents, bytes, chunks and vectors of the day are in the lake, once, and nothing else is.",
)
def lake_holds_what_the_ledger_knows(
    context: dg.AssetCheckExecutionContext, lake: dg.ResourceParam[Lake], ledger: dg.ResourceParam[Ledger]
) -> dg.AssetCheckResult:
    partition = Partition.parse(context.partition_key)
    found = differences(partition.feed, lake, ledger, partition.date)
    wrong = {kind: number for kind, number in found.numbers.items() if number}
    sentence = "; ".join(f"{number} {KINDS[kind]}" for kind, number in wrong.items())
    return dg.AssetCheckResult(
        passed=found.agree,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{sentence}: python -m pipeline_defs lake check --repair" if wrong else "lake and ledger agree",
        metadata={
            "documents": found.documents,
            **{kind.replace(" ", "_"): number for kind, number in found.numbers.items()},
            "examples": table(("what", "document"), [list(each) for each in found.examples(EXAMPLES)]),
        },
    )
