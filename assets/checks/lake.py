"""The check that lake and ledger agree, on every day of every feed: it reads all keys of the lake, so it runs daily."""

from collections.abc import Sequence

import dagster as dg

from assets.checks.check import Check
from assets.checks.finding import OFFENDERS, Finding
from assets.lake_check import KINDS, Differences
from assets.lake_repair import differences
from extraction.feed import feed_names
from resources.environment import Environment
from resources.lake import Lake
from resources.ledger import Ledger

EXAMPLES = 20  # of each kind of difference

LAKE = Check(
    "lake_holds_what_the_ledger_knows",
    "embeddings",
    "Documents, bytes, chunks and vectors are in the lake, once, and nothing else is.",
    "python -m pipeline_defs lake check --repair reads again what is missing and deletes what nobody owns.",
    query="select feed, date, doc_id, place, status from weir.documents "
    "where status <> 'superseded' order by date desc",
    standing=True,
)


def agreement(found: Sequence[Differences]) -> Finding:
    """Whether they agree on every feed, and in what they do not."""
    numbers = {kind: sum(each.numbers[kind] for each in found) for kind in KINDS}
    documents = sum(each.documents for each in found)
    sentence = "; ".join(f"{number} {KINDS[kind]}" for kind, number in numbers.items() if number)
    rows = [
        {"feed": each.feed, "what": what, "document": place}
        for each in found
        for what, place in each.examples(EXAMPLES)
    ]
    return Finding(
        "WARN" if sentence else "none",
        sentence or f"lake and ledger agree on {documents} documents",
        {"documents": documents, **{kind.replace(" ", "_"): number for kind, number in numbers.items()}},
        rows[:OFFENDERS],
    )


@LAKE.step()
def lake_holds_what_the_ledger_knows(
    context: dg.AssetCheckExecutionContext, lake: dg.ResourceParam[Lake], ledger: dg.ResourceParam[Ledger]
) -> dg.AssetCheckResult:
    finding = agreement([differences(feed, lake, ledger) for feed in feed_names(Environment.read().feeds_dir)])
    context.log.info(f"{LAKE.name}: {finding.sentence}")
    return LAKE.report(finding)
