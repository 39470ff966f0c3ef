"""Drives one document's dialogue: searches the lake, asks the model, hands the ledger what came of it."""

import asyncio
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from time import monotonic
from typing import Any

from assets.answers import row
from assets.looks import Looks
from assets.places import Places
from assets.reading import Readers
from extraction.chunking import Chunk
from extraction.dialogue import Ask, Cut, Outcome, Reply, Search, Want, converse
from extraction.document import Document
from extraction.feed import Feed
from extraction.prompt import with_pictures
from extraction.verdict import Verdict
from resources.lake import Lake
from resources.ledger.verdicts import Finding
from resources.llm import Answer, Attempt, Call, Caller, Image, Llm, Truncated, Unanswered
from resources.secrets import secrets_of, shown

Dialogue = Generator[Want, Outcome, Verdict]
PROVIDER_UNAVAILABLE, BUDGET_SPENT = "provider_unavailable", "budget_spent"
# Hundreds of values a document: read by name, not copied in depth.


@dataclass(frozen=True, slots=True)
class Read:
    """A document as the lake holds it."""

    place: str
    doc_id: str
    document: Document
    chunks: Sequence[Chunk]
    pictures: tuple[Image, ...] = ()
    fresh: bool = False  # no answer from the cache: somebody asked for it to be done again

    @property
    def name(self) -> str:
        return self.place.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Undecided:
    """Nobody could answer now."""

    finding: Finding
    why: str


@dataclass(slots=True)
class Bill:
    """What one document asked for."""

    attempts: list[Attempt] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    asked: str = ""  # last

    @property
    def cost_usd(self) -> Decimal:
        return sum((answer.cost_usd for answer in self.answers), Decimal(0))


def route_version(feed: Feed, llm: Llm) -> str:
    """Changes whenever a document of the feed might be answered differently."""
    second = feed.settings.second_opinion
    versions = [llm.version(feed.settings.task)]
    if second:
        versions.append(f"{llm.version(second.task)} {','.join(second.fields)}")
    return " ".join(versions)


class Desk:
    """Where the documents of one partition are decided."""

    def __init__(
        self, feed: Feed, llm: Llm, lake: Lake, caller: Caller, fresh: bool, readers: Readers | None = None
    ) -> None:
        self._feed, self._llm, self._lake, self._caller, self._fresh = feed, llm, lake, caller, fresh
        self._places, self._looks = Places(feed.name, lake, readers), Looks(feed.name, lake, readers)
        self.without = ""  # why questions were searched for by words alone although the feed wants vectors, too

    async def decide(self, read: Read) -> Finding | Undecided:
        """A document's verdict, or why it has to wait."""
        bill, begun = Bill(), monotonic()
        try:
            verdict = await self._converse(await self._looked_at(read), bill)
        except Unanswered as unanswered:
            bill.attempts.extend(unanswered.attempts)
            return self._unanswered(unanswered, bill)
        places = await asyncio.to_thread(self._places.of, read.name, read.doc_id, read.document, verdict.evidence)
        return _finding(verdict, places, bill, monotonic() - begun)

    async def _looked_at(self, read: Read) -> Read:
        """With pictures of its poorly read pages, if anybody of the route sees."""
        if not read.document.poor_pages() or not self._llm.sees(self._feed.settings.task):
            return read
        pictures = await asyncio.to_thread(self._looks.at, read.name, read.doc_id, read.document)
        return replace(read, pictures=pictures)

    async def _converse(self, read: Read, bill: Bill) -> Verdict:
        dialogue: Dialogue = converse(self._feed, read.document, read.chunks)
        answer: Any = None  # nothing to say before the first question
        while True:
            try:
                want = dialogue.send(answer)
            except StopIteration as end:
                verdict: Verdict = end.value
                return verdict
            answer = await (self._search(want, read, bill) if isinstance(want, Search) else self._ask(want, read, bill))

    async def _search(self, want: Search, read: Read, bill: Bill) -> list[Chunk]:
        """Chunks by meaning, nearest first; none when nobody makes vectors now, and that is said once."""
        model = self._llm.embedding_model
        if model is None or self.without:
            return []
        try:
            embedded = await self._llm.embed([want.query], replace(self._caller, doc_id=read.doc_id))
        except Unanswered as unanswered:
            bill.attempts.extend(unanswered.attempts)
            self.without = str(unanswered)
            return []
        bill.attempts.extend(embedded.attempts)
        vector = embedded.vectors[0]
        search = self._lake.search_vectors
        rows = await asyncio.to_thread(search, model, self._feed.name, read.doc_id, vector, want.limit)
        by_id = {each.chunk_id: each for each in read.chunks}
        return [by_id[row.chunk_id] for row in rows if row.chunk_id in by_id]

    async def _ask(self, want: Ask, read: Read, bill: Bill) -> Reply | Cut:
        call = Call(
            task=want.task,
            system=want.system,
            prompt=want.prompt,
            schema=want.schema,
            schema_name=want.schema_name,
            max_tokens=want.max_tokens,
            prompt_version=self._feed.prompt_version,
            fresh=self._fresh or read.fresh,
        )
        bill.asked = f"{want.system}\n\n{want.prompt}"
        try:
            answer = await self._answer(call, want, read, bill)
        except Unanswered as unanswered:
            if _cause(unanswered) != Truncated.name:
                raise
            bill.attempts.extend(unanswered.attempts)
            return Cut()  # the dialogue asks for less at a time
        bill.attempts.extend(answer.attempts)
        bill.answers.append(answer)
        return Reply(answer.value, answer.accepted, answer.complaint, answer.endpoint, answer.degraded)

    async def _answer(self, call: Call, want: Ask, read: Read, bill: Bill) -> Answer:
        """By somebody who sees, where there is something to see; by the text alone when nobody of them answers."""
        caller = replace(self._caller, doc_id=read.doc_id)
        if read.pictures and self._llm.sees(call.task):
            seen = replace(call, system=with_pictures(call.system), images=read.pictures)
            try:
                return await self._llm.ask(seen, caller, want.accept)
            except Unanswered as unanswered:
                if _cause(unanswered) == Truncated.name:
                    raise
                bill.attempts.extend(unanswered.attempts)
        return await self._llm.ask(call, caller, want.accept)

    def _unanswered(self, unanswered: Unanswered, bill: Bill) -> Finding | Undecided:
        finding = Finding(
            "dead",
            cause=_cause(unanswered),
            message=str(unanswered),
            remedy=_remedy(unanswered),
            asked=shown(bill.asked, secrets_of()),
            attempts=[row(attempt) for attempt in bill.attempts],
        )
        return Undecided(finding, str(unanswered)) if unanswered.transient else finding


def _cause(unanswered: Unanswered) -> str:
    if unanswered.no_money:
        return BUDGET_SPENT
    if unanswered.transient or not unanswered.reasons:
        return PROVIDER_UNAVAILABLE
    return unanswered.reasons[-1].name


def _remedy(unanswered: Unanswered) -> str:
    if unanswered.no_money:
        return "Raise the budget in LLM_CONFIG, or materialize the partition again when its period is over."
    if unanswered.transient or not unanswered.reasons:
        return "Materialize the partition again with refresh: failed once a provider answers."
    remedy = unanswered.reasons[-1].remedy
    return f"{remedy[0].upper()}{remedy[1:]}."


def sorted_out(verdict: Verdict) -> Finding:
    """What became of a document about which nobody was asked."""
    return _finding(verdict, [], Bill(), 0.0)


def _finding(verdict: Verdict, places: Sequence[dict[str, Any]], bill: Bill, seconds: float) -> Finding:
    last = bill.answers[-1] if bill.answers else None
    return Finding(
        verdict=verdict.kind,
        record=verdict.record,
        evidence=[{**each._asdict(), **at} for each, at in zip(verdict.evidence, places, strict=True)],
        reasons=[each._asdict() for each in verdict.reasons],
        endpoint=last.endpoint if last else None,
        degraded=any(answer.degraded for answer in bill.answers),
        cause=verdict.cause,
        message=verdict.message or "",
        remedy=verdict.remedy or "",
        cost_usd=str(bill.cost_usd),
        latency_s=seconds,
        **({} if verdict.kind == "accepted" else _words(bill)),
        attempts=[row(attempt) for attempt in bill.attempts],
    )


def _words(bill: Bill) -> dict[str, str]:
    """What was asked last and answered, for the person who has to look."""
    secrets = secrets_of()
    answered = bill.answers[-1].text if bill.answers else ""
    return {"asked": shown(bill.asked, secrets), "answered": shown(answered, secrets)}
