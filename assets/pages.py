"""What a person sees on an asset's page: the numbers to plot, a table, a picture, the columns of a record."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import dagster as dg

from assets.columns import IN_DATA, VECTORS, column_schema, event_schema, from_same
from assets.partitions import Partition
from assets.pictures import where_documents_went
from extraction.feed import Feed
from resources.lake import LakeChunk
from resources.ledger import Ledger
from resources.ledger.outbox import Counts
from resources.ledger.samples import Which

if TYPE_CHECKING:
    from assets.documents import Tally
    from assets.embeddings import Embedding
    from assets.extractions import Progress

Metadata = Mapping[str, Any]
Tell = Callable[[str], None]
ROWS = 20  # of a preview
LINE = 38  # characters of a sentence side by side
TRUTH = "The ledger is the truth; a materialization is its announcement."  # stands on every asset's page
STANDINGS = ("accepted", "review", "dead", "waiting", "pending", "duplicate")


@dataclass(frozen=True, slots=True)
class Page:
    """One materialization's page. Every asset of a partition shows how its documents stand."""

    feed: Feed
    ledger: Ledger
    partition: Partition
    run_id: str
    asset: str

    def documents(self, tally: "Tally") -> Metadata:
        rows = self.ledger.documents.standings(*self._where, ROWS)
        return {
            **self._standing(),
            "read": tally.read,
            "unchanged": tally.unchanged,
            "withdrawn": tally.withdrawn,
            "could_not_be_opened": len(tally.not_readable),
            **({"routed": tally.routed} if tally.routed else {}),
            "preview": table(
                ("document", "status", "why", "doc_id"),
                [(each.place, each.status, each.why or each.cause or "", each.doc_id[:12]) for each in rows],
            ),
        }

    def chunks(self, made: int, unchanged: int, some: Sequence[LakeChunk]) -> Metadata:
        return {
            **self._standing(),
            "dagster/column_lineage": from_same("documents", ("feed", "doc_id", "date", "text", "parser_version")),
            "chunks_made": made,
            "unchanged": unchanged,
            "preview": table(
                ("document", "chunk", "from", "text"),
                [(each.doc_id[:12], str(each.position), each.label, _short(each.text, 160)) for each in some],
            ),
        }

    def embeddings(self, done: "Embedding", documents: int) -> Metadata:
        said = {"model": done.model, "went_on_without": done.without}
        return {
            **self._standing(),
            **self._money_and_time(),
            "dagster/column_lineage": from_same("chunks", VECTORS, {"vector": "text"}),
            "vectors_made": done.made,
            "unchanged": documents - done.documents,
            **{name: text for name, text in said.items() if text},
            "preview": table(("documents embedded now", "vectors"), [(str(done.documents), str(done.made))]),
        }

    def extractions(self, progress: "Progress") -> Metadata:
        record = column_schema(self.feed.schema)
        names = [column.name for column in record.columns]
        p50, p99 = self.ledger.reports.document_seconds([self.run_id])
        return {
            **self._standing(),
            **self._money_and_time(),
            "dagster/column_schema": record,
            # A value is asked for in the chunks, and stands in them.
            "dagster/column_lineage": from_same("chunks", names, dict.fromkeys(names, "text")),
            "schema_version": self.feed.schema_version,
            "prompt_version": self.feed.prompt_version,
            "decided": progress.finished,
            "unchanged": progress.unchanged,
            "document_p50_s": round(p50 or 0.0, 3),
            "document_p99_s": round(p99 or 0.0, 3),
            "preview": self._records(),
            **self._samples(),
        }

    def deliveries(self, published: int, counts: Counts) -> Metadata:
        event = event_schema(self.feed.schema)
        data = [column.name for column in event.columns if column.name.startswith(IN_DATA)]
        gate = self.ledger.gate.state(*self._where)
        rows = self.ledger.reports.recent_events(*self._where, ROWS)
        return {
            **self._standing(),
            "dagster/column_schema": event,
            "dagster/column_lineage": from_same("extractions", data, {name: name[len(IN_DATA) :] for name in data}),
            "published_now": published,
            "published": counts.published,
            "waiting_to_be_published": counts.released,
            "held_by_the_gate": counts.held,
            "set_aside": counts.set_aside,
            **self._refusals(),
            "gate": f"{gate.state} by {gate.by}: {gate.reason}" if gate else "closed: no check has looked yet",
            "preview": table(
                ("document", "event", "published", "event id"),
                [(place, type_, at or "not yet", event_id) for place, type_, at, event_id in rows],
            ),
        }

    def _samples(self) -> Metadata:
        """Some of what was asked and answered, if anything was kept."""
        day, feed = self._where
        found = self.ledger.samples.find(Which(feed, day), ROWS)
        rows = [
            (
                each.place,
                each.endpoint,
                each.error or each.outcome,
                _short(each.asked[-1]["text"], 300),
                _short(each.answered, 300),
                f"python -m pipeline_defs calls {each.call_id[:12]}",
            )
            for each in found
        ]
        return (
            {"samples": table(("document", "endpoint", "outcome", "asked last", "answered", "in full"), rows)}
            if rows
            else {}
        )

    def _refusals(self) -> Metadata:
        """What the sink refused, if it refused something."""
        rows = self.ledger.outbox.refusals(*self._where, ROWS)
        rows_told = [(place, type_, str(attempts), why) for place, type_, attempts, why in rows]
        return {"not_taken": table(("document", "event", "attempts", "why"), rows_told)} if rows else {}

    @property
    def _where(self) -> tuple[str, str]:
        return self.partition.date, self.partition.feed

    def _standing(self) -> Metadata:
        """How the partition's documents stand: the same picture on every page."""
        counts = self.ledger.documents.count_by_status(*self._where)
        current = {status: number for status, number in counts.items() if status != "superseded"}
        manual, judged = self.ledger.verdicts.first_verdicts(*self._where)
        reasons = self.ledger.reports.reasons(*self._where)
        return {
            "where_documents_went": dg.MetadataValue.md(where_documents_went(current, reasons)),
            "rows": sum(current.values()),
            **{status: counts.get(status, 0) for status in STANDINGS},
            "manual_review_rate": manual / judged if judged else 0.0,
            "dagster/partition_row_count": sum(current.values()),
            "owner": self.feed.owner,
        }

    def _money_and_time(self) -> Metadata:
        calls = self.ledger.reports.calls([self.run_id], self.asset)
        return {
            "llm_calls": calls.calls,
            "llm_calls_failed": calls.failed,
            "fallbacks": calls.fallbacks,
            "answers_from_cache": calls.cached,
            "input_tokens": int(calls.input_tokens),
            "output_tokens": int(calls.output_tokens),
            "cost_usd": float(calls.cost_usd),
            "call_p50_s": round(calls.p50_s or 0.0, 3),
            "call_p99_s": round(calls.p99_s or 0.0, 3),
        }

    def _records(self) -> dg.TableMetadataValue:
        rows = self.ledger.reports.recent_records(*self._where, ROWS)
        return table(
            ("document", "verdict", "endpoint", "record"),
            [(place, verdict, endpoint or "", _json(record)) for place, verdict, record, endpoint in rows],
        )


def _json(record: Any) -> str:
    return _short(json.dumps(record, ensure_ascii=False), 300)


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def sentences(told: Iterable[str]) -> dg.MarkdownMetadataValue:
    """Points to be read at a glance, broken where Dagster's narrow column ends: it would cut them off there."""
    lines = (wrap(each, LINE, break_long_words=False, break_on_hyphens=False) for each in told)
    return dg.MetadataValue.md("\n".join("* " + "  \n  ".join(each) for each in lines))


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> dg.TableMetadataValue:
    """A table whose cells are text."""
    return dg.MetadataValue.table(
        records=[dg.TableRecord(dict(zip(columns, row, strict=True))) for row in rows],
        schema=dg.TableSchema([dg.TableColumn(name, "string") for name in columns]),
    )
