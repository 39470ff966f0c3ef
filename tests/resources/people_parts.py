"""A ledger with a document that needs a person."""

from datetime import date, timedelta
from typing import Any, Literal

from resources.ledger import Ledger
from resources.ledger.documents import Arrival
from resources.ledger.places import Place
from resources.ledger.verdicts import Finding, Versions, Work

DAY, FEED = "2026-11-19", "quotes"
FIRST = Versions("s1", "p1", "r1")
PATIENT, AT_ITS_END = timedelta(hours=1), timedelta(seconds=-1)
DOUBT = [{"field": "total", "why": "12.00 was not found in the document"}]
NOBODY = Finding("dead", cause="provider_unavailable", message="nobody answers", remedy="wait")


def arrive(ledger: Ledger, place: str, doc_id: str, mark: str = "m", cause: str | None = None) -> None:
    ledger.places.note(FEED, [Place(place, date.fromisoformat(DAY), mark)])
    arrival = Arrival(
        place, doc_id, mark, 1, cause, "it cannot be read" if cause else None, "mend it" if cause else None
    )
    ledger.documents.arrive(DAY, FEED, "run", [arrival])


def work(run: str = "run", versions: Versions = FIRST) -> Work:
    return Work(DAY, FEED, run, versions)


def settle(
    ledger: Ledger,
    verdict: Literal["accepted", "review", "dead"],
    record: dict[str, Any] | None = None,
    run: str = "run",
    versions: Versions = FIRST,
    refresh: Literal["none", "failed", "all"] = "none",
) -> None:
    """A run that decides the same of everything there is to do."""
    for lease in ledger.verdicts.claim(work(run, versions), refresh, "", 100):
        finding = Finding(
            verdict,
            record,
            evidence=[{"path": "total", "value": "12.00"}],
            reasons=DOUBT if verdict == "review" else (),
            endpoint="gpt",
            cause="never_validates" if verdict == "dead" else None,
            message="no answer had the shape",
            remedy="simplify",
            asked="what does it cost?",
            answered="12.00",
        )
        ledger.verdicts.commit(work(run, versions), lease, finding)


def doubted(ledger: Ledger, place: str = "a", doc_id: str = "X", record: dict[str, Any] | None = None) -> int:
    """A document in review; its item."""
    arrive(ledger, place, doc_id)
    settle(ledger, "review", {"total": "12.00"} if record is None else record)
    return next(each.item_id for each in ledger.review.items() if each.place == place)


def rows(ledger: Ledger, query: str) -> list[tuple[Any, ...]]:
    with ledger.outbox._connections.connection() as connection:
        return connection.execute(query.encode()).fetchall()


def told(ledger: Ledger) -> list[tuple[Any, ...]]:
    """Type, record and by whose hand it was released, in the order of telling."""
    return rows(ledger, "select type, payload, released_by from outbox order by place, number")


def statuses(ledger: Ledger) -> dict[str, int]:
    return ledger.documents.count_by_status(DAY, FEED)
