"""A feed's gold is read as its documents are, by the same route, and held against what a person said it says."""

import asyncio

from assets.answers import AnswerBook
from assets.dialogues import Desk, Read, Undecided, route_version
from assets.failures import Transient
from assets.reading import Readers
from extraction.chunking import chunk
from extraction.feed import Feed
from extraction.gold import Gold, gold_of, gold_version
from extraction.parsing import Unreadable
from extraction.scoring import Score, score
from extraction.shape import shape_of
from resources.lake import Lake
from resources.ledger import Ledger
from resources.ledger.scores import GoldScore, GoldVersion
from resources.llm import Caller
from resources.llm.resource import LlmResource


async def measured(
    feed: Feed, llm: LlmResource, lake: Lake, ledger: Ledger, caller: Caller, again: bool = False
) -> GoldScore:
    """The score of the feed as it is now; asked of models only if this version was not measured before."""
    gold = gold_of(feed.folder)
    async with llm.open(AnswerBook(ledger)) as engine:
        route = route_version(feed, engine)
        version = GoldVersion(feed.name, feed.schema_version, feed.prompt_version, route, gold_version(gold))
        known = await asyncio.to_thread(ledger.scores.of, version)
        if known and not again:
            return known
        with Readers() as readers:
            desk = Desk(feed, engine, lake, caller, again)
            found = _stated(await Gilder(feed, desk, ledger, readers).measure(gold))
    await asyncio.to_thread(ledger.scores.keep, version, found, caller.run_id)
    return found


class Gilder:
    """Reads the documents of the gold and scores what came of them."""

    def __init__(self, feed: Feed, desk: Desk, ledger: Ledger, readers: Readers) -> None:
        self._feed, self._desk, self._ledger, self._readers = feed, desk, ledger, readers

    async def measure(self, gold: tuple[Gold, ...]) -> Score:
        records = await asyncio.gather(*(self._record(each) for each in gold))
        return score(zip([each.fields for each in gold], records, strict=True), shape_of(self._feed.schema))

    async def _record(self, gold: Gold) -> object:
        """What is read of a document, right or wrong; nothing of one that cannot be read."""
        try:
            document = await asyncio.to_thread(self._readers.read, gold.file.name, gold.content)
        except Unreadable:
            return None
        read = Read(f"gold/{gold.file.name}", gold.doc_id, document, chunk(gold.doc_id, document))
        outcome = await self._desk.decide(read)
        finding = outcome.finding if isinstance(outcome, Undecided) else outcome
        await asyncio.to_thread(self._ledger.answers.keep_attempts, list(finding.attempts))
        if isinstance(outcome, Undecided):
            raise Transient(f"The gold of {self._feed.name} cannot be measured now: {outcome.why}")
        return finding.record


def _stated(found: Score) -> GoldScore:
    rows = [
        {
            "field": path,
            "precision": each.precision,
            "recall": each.recall,
            "f1": each.f1,
            "values": each.right + each.missed,
        }
        for path, each in sorted(found.fields.items(), key=lambda field: field[1].f1)
    ]
    return GoldScore(found.whole.f1, found.documents, rows)


def caller_of(feed: Feed, run_id: str, partition: str) -> Caller:
    """Whose calls these are: the gold's, not a document's."""
    return Caller(run_id, feed.name, feed.tenant, None, "gold_scores", partition)
