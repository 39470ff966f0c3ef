"""Partitions as the checks find them: rows of a real ledger, of a feed of the case's own."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from psycopg.types.json import Jsonb
from pydantic import BaseModel

from assets.checks.scene import Scene
from assets.partitions import Partition
from extraction.feed import Feed, FeedSettings
from resources.lake import Lake
from resources.ledger import Ledger

DAY = "2026-11-19"
WEEK = [str(date.fromisoformat(DAY) - timedelta(days=ago)) for ago in range(1, 8)]


class Quote(BaseModel):
    supplier: str | None = None
    kind: Literal["offer", "N/A"] = "offer"


@dataclass
class Stage:
    """One feed of a ledger; documents and calls are put into it in bulk."""

    ledger: Ledger
    lake: Lake | None = None
    settings: FeedSettings = field(default_factory=FeedSettings)
    models: dict[str, str] = field(default_factory=lambda: {"gpt": "gpt-9"})
    vectors_of: str | None = None
    unopened: tuple[str, ...] = ()
    name: str = field(default_factory=lambda: f"feed_{uuid4().hex[:12]}")
    put: int = 0

    @property
    def feed(self) -> Feed:
        folder = Path("feeds") / self.name
        return Feed(self.name, "Quotes.", "team:x", "x", folder, Quote, "Read.", self.settings, "s", "p")

    @property
    def scene(self) -> Scene:
        partition = Partition(DAY, self.name)
        return Scene(self.feed, self.ledger, partition, self.lake, self.models, self.vectors_of, self.unopened)

    def set(self, **settings: Any) -> None:
        self.settings = FeedSettings.model_validate({**self.settings.model_dump(exclude_unset=True), **settings})

    def documents(
        self,
        count: int,
        status: str = "accepted",
        day: str = DAY,
        record: Any = None,
        evidence: Any = (),
        latency_s: float = 1.0,
        approved_by: str | None = None,
    ) -> list[str]:
        """So many documents, with an extraction where they have a verdict; their ids."""
        ids = [f"{self.name}-{number}" for number in range(self.put, self.put + count)]
        self.put += count
        values = {
            "feed": self.name,
            "day": day,
            "ids": ids,
            "status": status,
            "record": Jsonb(record or {"supplier": "Nordwerk"}),
            "evidence": Jsonb(list(evidence)),
            "latency_s": latency_s,
            "approved_by": approved_by,
        }
        for statement in _DOCUMENTS:
            self.run(statement, values)
        return ids

    def calls(self, count: int, *, each: int = 1, day: str = DAY, doc_id: str | None = None, **columns: Any) -> None:
        """Calls about so many documents (or about one), `each` of them answered that often; any column may be given."""
        row = {**_CALL, **columns}
        names = ", ".join(row)
        given = ", ".join(f"%({name})s" for name in row)
        self.run(
            f"insert into llm_calls (call_id, feed, partition, doc_id, {names}) select 'c' || n, %(of)s, %(key)s, "
            f"coalesce(%(doc_id)s, %(of)s || '-' || n / %(each)s), {given} "
            f"from generate_series(%(first)s::int, %(last)s::int) as n",
            {
                **row,
                "of": self.name,
                "key": f"{day}|{self.name}",
                "doc_id": doc_id,
                "each": each,
                "first": self.put * each,
                "last": (self.put + count) * each - 1,
            },
        )
        self.put += count

    def run(self, statement: str, values: dict[str, Any]) -> None:
        with self.ledger.measures._connections.connection() as connection:
            connection.execute(statement.encode(), values)

    def but(self, **changes: Any) -> "Stage":
        return replace(self, **changes)


_CALL: dict[str, Any] = {
    "attempt": 1,
    "run_id": "run",
    "asset": "extractions",
    "tenant": "x",
    "endpoint": "gpt",
    "model": "gpt-9",
    "task": "extract",
    "prompt_version": "p",
    "outcome": "ok",
    "error": None,
    "stop_reason": "stop",
    "input_tokens": 1000,
    "output_tokens": 100,
    "cached_tokens": 0,
    "cost_usd": "0.001",
    "latency_s": 1.0,
    "fallback": False,
    "hedge": False,
    "started_at": f"{DAY}T10:00:00+00:00",
}
_DOCUMENT = """with one as (
    select %(feed)s::text as feed, %(day)s::date as date, %(status)s::text as status, id,
           %(feed)s::text || '/' || id as place from unnest(%(ids)s::text[]) as id
)"""
_DOCUMENTS = (
    f"{_DOCUMENT} insert into places (place, feed, date, mark) select place, feed, date, 'm' from one",
    f"""{_DOCUMENT} insert into documents (feed, place, doc_id, date, status, cause, first_verdict, bytes)
    select feed, place, id, date, status, case when status = 'dead' then 'empty' end,
           case when status in ('accepted', 'review', 'dead') then status end, 1 from one""",
    f"""{_DOCUMENT} insert into dead_letters (feed, doc_id, place, date, cause, message, remedy)
    select feed, id, place, date, 'empty', 'no text', 'scan it again' from one where status = 'dead'""",
    f"""{_DOCUMENT} insert into extractions (feed, doc_id, place, date, verdict, record, evidence, endpoint, version,
                                        schema_version, prompt_version, route_version, latency_s, approved_by)
    select feed, id, place, date, status, %(record)s, %(evidence)s, 'gpt', 'v', 's', 'p', 'r', %(latency_s)s,
           %(approved_by)s from one where status in ('accepted', 'review', 'dead')""",
)
