"""What must be true of ledger, sink and consumer once everything has come to rest, each as a count that is to be 0."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resources.ledger.connections import connect
from tests.crashes.story import Inbox

OF_THE_LEDGER = {
    "documents without a verdict": """
        select count(*) from documents where status in ('pending', 'waiting')""",
    "documents with two of record, item and letter, or none": """
        select count(*) from documents d where status in ('accepted', 'review', 'dead') and (
            (status = 'review') <> exists (select from review_items r where r.doc_id = d.doc_id and resolved_at is null)
            or (status = 'dead') <> exists (select from dead_letters l where l.doc_id = d.doc_id
                                            and resolved_at is null)
            or (status = 'accepted') <> exists (select from extractions e where e.doc_id = d.doc_id
                                                and e.verdict = 'accepted' and e.record is not null))""",
    "records without an event": """
        select count(*) from documents d join extractions e using (doc_id) where d.status = 'accepted'
        and e.record is distinct from (select payload from outbox o where o.place = d.place and o.doc_id = d.doc_id
                                       order by number desc limit 1)""",
    "events without a record": """
        select count(*) from outbox o where type <> 'record.withdrawn'
        and not exists (select from extractions e where e.doc_id = o.doc_id and e.record = o.payload)
        and not exists (select from extraction_history h where h.doc_id = o.doc_id
                        and h.extraction -> 'record' = o.payload)""",
    "events out of turn": """
        select count(*) from (
            select type, number, row_number() over each as nth, lag(type) over each as before from outbox
            window each as (partition by place order by number)) as told
        where number <> nth
           or (type = 'record.created') <> (before is null or before = 'record.withdrawn')""",
    "events that were not published": "select count(*) from outbox where published_at is null",
    "items decided twice or by nobody": """
        select count(*) from review_items where (resolution in ('approved', 'corrected', 'rejected'))
        <> (resolved_by is not null)""",
    "leases nobody holds": "select count(*) from documents where lease_owner is not null",
}
OF_THE_CONSUMER = {
    "effects that happened twice": "select count(*) - count(distinct event_id) from effects",
    "effects that never happened": """
        select count(*) from outbox o where not exists (select from effects e where e.event_id = o.event_id::text)""",
    "effects nobody asked for": """
        select count(*) from effects e where not exists (select from outbox o where e.event_id = o.event_id::text)""",
    "documents of which the consumer holds another record": """
        select count(*) from records r join lateral (
            select payload from outbox o where o.place = r.subject order by number desc limit 1) last on true
        where nullif(r.data, 'null') is distinct from last.payload""",
}


@dataclass(frozen=True)
class Audit:
    """What was counted; `wrong` holds what is not 0."""

    counts: dict[str, int]
    documents: int
    events: int

    @property
    def wrong(self) -> dict[str, int]:
        return {what: number for what, number in self.counts.items() if number}

    def __str__(self) -> str:
        lines = [f"{number:8} {what}" for what, number in self.counts.items()]
        return "\n".join([f"{self.documents:8} documents, {self.events} events", *lines])


def audit(url: str, inbox: Path, with_consumer: bool) -> Audit:
    queries = {**OF_THE_LEDGER, **(OF_THE_CONSUMER if with_consumer else {})}
    with connect(url) as connection:
        connection.execute("set search_path to weir, public")

        def one(query: str) -> Any:
            row = connection.execute(query.encode()).fetchone()
            return row[0] if row else None

        counts = {what: int(one(query)) for what, query in queries.items()}
        held = connection.execute("select place, doc_id from documents where status <> 'superseded'").fetchall()
        present = Inbox.read(inbox)
        counts["files the ledger has lost, or holds although they are gone"] = len(set(present.items()) ^ set(held))
        return Audit(counts, int(one("select count(*) from documents")), int(one("select count(*) from outbox")))
