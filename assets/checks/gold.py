"""The third check of the gate: a feed that no longer reads its own gold well enough releases nothing by itself."""

import asyncio

import dagster as dg

from assets.checks.check import Check
from assets.checks.finding import Finding
from assets.checks.gate import GOLD_CHECK, noted
from assets.feeds import feed_of
from assets.measuring import caller_of, measured
from assets.partitions import Partition
from extraction.feed import Feed
from extraction.gold import gold_of
from resources.lake import Lake
from resources.ledger import Ledger
from resources.ledger.scores import GoldScore
from resources.llm.resource import LlmResource

GOLD = Check(
    GOLD_CHECK,
    "extractions",
    "F1 on the feed's gold, measured once a version of the feed, is not below the floor in its feed.yaml.",
    "The fields in the table are read worse than they have to be: mend prompt.md, schema.py or the route, look with "
    "python -m pipeline_defs gold, then run recheck_partition.",
    query="select f1, documents, fields from weir.gold_scores where feed = 'FEED' order by at desc",
    limits="floor",
    blocking=True,
)


_FIGURES = {"precision": "precision", "recall": "recall", "F1": "f1"}


def above_the_floor(feed: Feed, found: GoldScore | None) -> Finding:
    """Whether a feed reads its gold as well as it has to; `found` is None where nothing was measured."""
    floor = feed.settings.floor
    if floor is None:
        return _said(True, f"{feed.name}/feed.yaml sets no floor", {})
    if found is None or not found.documents:
        return _said(False, f"{feed.name} has a floor of {floor:.2f} but no gold: put labels.jsonl into gold/", {})
    numbers = {"f1": found.f1, "floor": floor, "gold_documents": found.documents}
    side = "below" if found.f1 < floor else "at or above"
    sentence = f"F1 on the gold of {feed.name} is {found.f1:.3f}, {side} the floor of {floor:.2f}"
    return _said(found.f1 >= floor, sentence, numbers, found)


def _said(passed: bool, sentence: str, numbers: dict[str, float | int], found: GoldScore | None = None) -> Finding:
    rows = [
        {"field": row["field"], **{name: f"{row[key]:.3f}" for name, key in _FIGURES.items()}}
        for row in (found.fields if found else ())
        if row["f1"] < 1
    ]
    return Finding("none" if passed else "ERROR", sentence, numbers, rows)


@GOLD.step()
def gold_is_read_at_or_above_the_floor(
    context: dg.AssetCheckExecutionContext,
    lake: dg.ResourceParam[Lake],
    ledger: dg.ResourceParam[Ledger],
    llm: LlmResource,
) -> dg.AssetCheckResult:
    partition = Partition.parse(context.partition_key)
    feed = feed_of(partition.feed)
    found = None
    if feed.settings.floor is not None and gold_of(feed.folder):
        caller = caller_of(feed, context.run.run_id, partition.key)
        found = asyncio.run(measured(feed, llm, lake, ledger, caller))
    return noted(context, ledger, partition, GOLD, above_the_floor(feed, found), feed.owner)
