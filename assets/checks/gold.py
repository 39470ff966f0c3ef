"""The third check of the gate: a feed that no longer reads its own gold well enough releases nothing by itself."""

import asyncio

import dagster as dg

from assets.checks.gate import GOLD_CHECK, Finding, noted
from assets.extractions import extractions
from assets.feeds import feed_of
from assets.measuring import caller_of, measured
from assets.partitions import Partition, partitions
from extraction.feed import Feed
from extraction.gold import gold_of
from resources.lake import Lake
from resources.ledger import Ledger
from resources.ledger.scores import GoldScore
from resources.llm.resource import LlmResource

_COLUMNS = ("field", "precision", "recall", "F1")


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
        dict(
            zip(_COLUMNS, (row["field"], *(f"{row[name]:.3f}" for name in ("precision", "recall", "f1"))), strict=True)
        )
        for row in (found.fields if found else ())
        if row["f1"] < 1
    ]
    return Finding(passed, not passed, sentence, numbers, rows, _COLUMNS)


@dg.asset_check(
    name=GOLD_CHECK,
    asset=extractions,
    blocking=True,
    partitions_def=partitions,
    description="F1 on the feed's gold, measured once a version of the feed, is not below the floor in its feed.yaml.",
)
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
    return noted(context, ledger, partition, GOLD_CHECK, above_the_floor(feed, found))
