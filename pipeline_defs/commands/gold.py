"""How well the feeds as they are now read their gold, on one screen; the exit code tells of one below its floor."""

import asyncio
from functools import partial
from uuid import uuid4

from assets.measuring import caller_of, measured
from extraction.feed import Feed, feed_names, load_feed
from extraction.gold import gold_of
from pipeline_defs.commands.errors import NoSuchFeed
from pipeline_defs.commands.stopping import beside
from resources.environment import Environment
from resources.lake import Lake
from resources.ledger import Ledger
from resources.ledger.database import database_url
from resources.ledger.scores import GoldScore
from resources.llm.resource import LlmResource


def gold(name: str | None, again: bool) -> int:
    """Measure one feed, or all that have gold; 1 if one of them is below its floor."""
    environment = Environment.read()
    feeds = _feeds(environment, name)
    with Ledger.open(database_url(environment)) as ledger:
        lake = Lake.open(environment.lake_uri)
        scores = [(feed, beside(partial(_measure, feed, lake, ledger, again))) for feed in feeds]
    print("\n\n".join(table_of(feed, found) for feed, found in scores))
    return 1 if any(_is_below(feed, found) for feed, found in scores) else 0


def _feeds(environment: Environment, name: str | None) -> list[Feed]:
    known = feed_names(environment.feeds_dir)
    if name is not None and name not in known:
        raise NoSuchFeed(name, known)
    feeds = [load_feed(environment.feeds_dir / each) for each in ([name] if name else known)]
    return [feed for feed in feeds if name or gold_of(feed.folder)]


def _measure(feed: Feed, lake: Lake, ledger: Ledger, again: bool) -> GoldScore:
    return asyncio.run(measured(feed, LlmResource(), lake, ledger, caller_of(feed, str(uuid4()), ""), again))


def _is_below(feed: Feed, found: GoldScore) -> bool:
    return feed.settings.floor is not None and found.f1 < feed.settings.floor


def table_of(feed: Feed, found: GoldScore) -> str:
    """A feed's score, the worst fields first."""
    floor = "no floor" if feed.settings.floor is None else f"floor {feed.settings.floor:.2f}"
    verdict = ": below, nothing is released by checks" if _is_below(feed, found) else ""
    width = max([len(row["field"]) for row in found.fields] + [len("field")])
    lines = [
        f"{feed.name}: F1 {found.f1:.3f} over {found.documents} documents ({floor}{verdict})",
        f"  {'field':{width}}  precision  recall     F1  values",
    ]
    for row in found.fields:
        numbers = f"{row['precision']:9.3f}  {row['recall']:6.3f}  {row['f1']:5.3f}  {row['values']:6}"
        lines.append(f"  {row['field']:{width}}  {numbers}")
    return "\n".join(lines)
