"""Replay from the launchpad: what is named is done again by runs of its partitions."""

from datetime import date

import dagster as dg
from pydantic import Field

from assets.failures import Permanent, Transient, stop_retries
from extraction.feed import feed_names
from pipeline_defs.commands.errors import NoSuchFeed
from pipeline_defs.replaying import plan, replay, run_partition
from resources.environment import Environment
from resources.ledger import Ledger
from resources.ledger.errors import NothingNamed
from resources.ledger.replays import WITH_A_VERDICT, Which


class ReplayConfig(dg.Config):
    """Which documents, all that fit everything that is said, and why."""

    reason: str = Field(min_length=3, description="Why they are done again. Recorded.")
    by: str = Field(default="operator", min_length=1, description="Who asks for it. Recorded.")
    ids: list[str] = Field(default=[], description="doc_ids, beginnings of doc_ids, or places.")
    causes: list[str] = Field(default=[], description="What they died of, such as never_validates.")
    feeds: list[str] = Field(default=[], description="Names of feeds.")
    dates: list[str] = Field(
        default=[], description="Days of partitions, YYYY-MM-DD: one, or the first and the last of a range."
    )
    statuses: list[str] = Field(
        default=[], description="accepted, review, dead, waiting; if none is said, dead, or any of what is named by id."
    )
    outdated: bool = Field(
        default=False, description="Everything that was made with another schema or prompt than the feed has now."
    )
    dry_run: bool = Field(default=False, description="Only say what would be done.")

    def senseless(self) -> str | None:
        """What cannot be meant, in a sentence: of a word that is misspelt nothing would be found."""
        known = feed_names(Environment.read().feeds_dir)
        for name in self.feeds:
            if name not in known:
                return str(NoSuchFeed(name, known))
        for day in self.dates:
            if not _is_day(day):
                return f"{day!r} is no day: write it as 2026-11-19."
        for status in self.statuses:
            if status not in WITH_A_VERDICT:
                return f"{status!r} is no status: it is one of {', '.join(WITH_A_VERDICT)}."
        return None

    def which(self) -> Which:
        return Which(
            self.ids,
            self.causes,
            self.feeds,
            since=min(self.dates, default=None),
            until=max(self.dates, default=None),
            statuses=self.statuses,
        )


def _is_day(given: str) -> bool:
    try:
        return date.fromisoformat(given).isoformat() == given
    except ValueError:
        return False


@dg.op(description="Asks for documents to be worked on again, and runs their partitions, one after the other.")
def replay_named(context: dg.OpExecutionContext, config: ReplayConfig, ledger: dg.ResourceParam[Ledger]) -> None:
    if senseless := config.senseless():
        raise Permanent(senseless)
    try:
        planned = plan(ledger, config.which(), config.outdated, Environment.read(), context.log.warning)
    except NothingNamed as nothing:
        raise Permanent(str(nothing)) from nothing
    for sentence in planned.sentences():
        context.log.info(sentence)
    context.add_output_metadata({"documents": len(planned.documents), "cost_so_far_usd": float(planned.cost_usd)})
    if config.dry_run:
        return
    tags = {"weir/replay": context.run.run_id}
    failed = replay(
        ledger,
        planned,
        config.by,
        config.reason,
        lambda partition: run_partition(partition, context.instance, tags),
        context.log.info,
    )
    if failed:
        raise Transient(
            f"The runs of {', '.join(failed)} failed: look at them; their next run does what was asked for."
        )


@dg.job(
    hooks={stop_retries},
    description="Work on documents again: by id, cause, feed, date, or what an older schema or prompt made.",
)
def replay_documents() -> None:
    replay_named()
