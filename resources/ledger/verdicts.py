"""One transaction a document: a record and its event, or a review item, or a dead letter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from resources.ledger.answers import keep_attempts
from resources.ledger.connections import Book, Connection, jsonb
from resources.ledger.errors import LeaseLost

Refresh = Literal["none", "failed", "all"]


@dataclass(frozen=True, slots=True)
class Versions:
    """What an extraction was made with; another of any of them makes it anew."""

    schema: str
    prompt: str
    route: str

    @property
    def whole(self) -> str:
        return f"{self.schema}.{self.prompt}.{self.route}"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of one run to decide on one document, and how it stood before."""

    place: str
    doc_id: str
    token: int
    answered: bool
    approved: bool
    approved_record: Any = None
    replayed: bool = False  # somebody asked for it: its answer is not to come from the cache


@dataclass(frozen=True, slots=True)
class Work:
    """Whose documents a run decides on."""

    date: str
    feed: str
    run_id: str
    versions: Versions


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a document, as the ledger keeps it."""

    verdict: Literal["accepted", "review", "dead"]
    record: Mapping[str, Any] | None = None
    evidence: Sequence[Mapping[str, Any]] = ()
    reasons: Sequence[Mapping[str, Any]] = ()
    endpoint: str | None = None
    degraded: bool = False
    cause: str | None = None
    message: str = ""
    remedy: str = ""
    cost_usd: str = "0"
    latency_s: float = 0.0
    asked: str = ""  # the last question and its answer, as they may be shown
    answered: str = ""
    attempts: Sequence[Mapping[str, Any]] = field(default=())


@dataclass(frozen=True, slots=True)
class WaitingPartition:
    date: date
    feed: str
    documents: int
    since: datetime
    last_tried: datetime


class Verdicts(Book):
    topic = "verdicts"

    def to_do(self, work: Work, refresh: Refresh) -> tuple[int, int]:
        """How many documents of the partition are to be worked on, and how many are current."""
        todo, current = self._row(
            "count_to_claim", date=work.date, feed=work.feed, version=work.versions.whole, refresh=refresh
        )
        return int(todo), int(current)

    def claim(self, work: Work, refresh: Refresh, after: str, limit: int) -> list[Lease]:
        """Take the next documents behind `after` into work."""
        values = {
            "date": work.date,
            "feed": work.feed,
            "owner": work.run_id,
            "version": work.versions.whole,
            "refresh": refresh,
            "after": after,
            "limit": limit,
        }
        with self._transaction() as connection:
            rows = self._run(connection, "claim_documents", values).fetchall()
        return sorted((Lease(*row) for row in rows), key=lambda lease: lease.place)

    def commit(self, work: Work, lease: Lease, finding: Finding) -> None:
        """All of it or nothing; nothing when the lease is lost."""
        values = _values(work, lease, finding)
        with self._transaction() as connection:
            if self._run(connection, "finish_document", values).rowcount != 1:
                raise LeaseLost(lease.place, work.run_id)
            if lease.answered:
                self._run(connection, "keep_history", values)
            self._close_what_was_open(connection, values)
            self._run(connection, "keep_extraction", values)
            self._conclude(connection, values)
            keep_attempts(connection, finding.attempts)

    def _close_what_was_open(self, connection: Connection, values: Mapping[str, Any]) -> None:
        for name in ("close_review", "close_letter", "end_replay"):
            self._run(connection, name, values)

    def _conclude(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """One of the three, and what a person needs to see for the two that need one."""
        conclusion = {"accepted": "tell_downstream", "review": "ask_a_person", "dead": "bury"}[values["status"]]
        self._run(connection, conclusion, values)
        words = "keep_last_words" if values["asked"] and values["status"] != "accepted" else "forget_last_words"
        self._run(connection, words, values)

    def let_wait(self, work: Work, lease: Lease, finding: Finding, patience: timedelta) -> str:
        """Nobody could answer: it waits. When the feed's patience ends it is dead, or what it was. Its new status."""
        values = {**_values(work, lease, finding), "patience": patience}
        with self._transaction() as connection:
            row = self._run(connection, "let_document_wait", values).fetchone()
            if row is None:
                raise LeaseLost(lease.place, work.run_id)
            status, is_new = row
            if status != "waiting":
                self._run(connection, "end_replay", {**values, "outcome": "unanswered"})
            if status == "dead" and is_new:
                if lease.answered:
                    self._run(connection, "keep_history", values)
                self._run(connection, "keep_extraction", values)
                self._run(connection, "bury", values)
            keep_attempts(connection, finding.attempts)
        return str(status)

    def give_back(self, work: Work) -> None:
        """Let go of every lease of this run."""
        with self._transaction() as connection:
            self._run(connection, "give_back", {"date": work.date, "feed": work.feed, "owner": work.run_id})

    def waiting(self) -> list[WaitingPartition]:
        return [WaitingPartition(*row) for row in self._rows("waiting_partitions")]

    def stored_records(self, day: str, feed: str, after: str, limit: int) -> list[tuple[str, Any]]:
        """Place and record of accepted documents, a page at a time."""
        rows = self._rows("stored_records", date=day, feed=feed, after=after, limit=limit)
        return [(row[0], row[1]) for row in rows]

    def first_verdicts(self, day: str, feed: str) -> tuple[int, int]:
        """Documents whose first verdict needed a person, of all with a verdict."""
        manual, judged = self._row("first_verdicts", date=day, feed=feed)
        return int(manual), int(judged)

    def offenders(self, day: str, feed: str, limit: int) -> list[tuple[str, str, str, str]]:
        """Place, first verdict, status now and the reasons of documents that needed a person."""
        rows = self._rows("review_offenders", date=day, feed=feed, limit=limit)
        return [(row[0], row[1], row[2], row[3]) for row in rows]


def _standing(lease: Lease, finding: Finding) -> str:
    """What a person approved keeps its record: whatever says otherwise comes back as a review item."""
    if not lease.approved or (finding.verdict == "accepted" and finding.record == lease.approved_record):
        return finding.verdict
    return "review"


def _reasons(lease: Lease, finding: Finding) -> Sequence[Mapping[str, Any]]:
    if lease.approved and finding.verdict == "dead":
        return [{"field": "", "why": f"made again, it gave no record any more: {finding.message}"}]
    return finding.reasons


def _values(work: Work, lease: Lease, finding: Finding) -> dict[str, Any]:
    return {
        "date": work.date,
        "feed": work.feed,
        "run_id": work.run_id,
        "place": lease.place,
        "doc_id": lease.doc_id,
        "token": lease.token,
        "status": _standing(lease, finding),
        "verdict": finding.verdict,
        "record": None if finding.record is None else jsonb(finding.record),
        "evidence": jsonb(list(finding.evidence)),
        "reasons": jsonb(list(_reasons(lease, finding))),
        "endpoint": finding.endpoint,
        "degraded": finding.degraded,
        "cause": finding.cause,
        "message": finding.message,
        "remedy": finding.remedy,
        "cost_usd": finding.cost_usd,
        "latency_s": finding.latency_s,
        "asked": finding.asked,
        "answered": finding.answered,
        "version": work.versions.whole,
        "schema_version": work.versions.schema,
        "prompt_version": work.versions.prompt,
        "route_version": work.versions.route,
        "again": "replayed" if lease.replayed else "extracted again",
        "outcome": finding.verdict,
    }
