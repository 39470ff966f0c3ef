"""What a person sees on an asset's page: the numbers to plot, a table, a picture, the columns of a record."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from assets.columns import column_schema
from assets.partitions import Partition
from assets.pictures import where_documents_went
from extraction.feed import Feed
from resources.ledger import Ledger
from resources.ledger.documents import Standing
from resources.ledger.gate import Release
from resources.ledger.outbox import Counts

if TYPE_CHECKING:
    from assets.documents import Tally
    from assets.embeddings import Embedding
    from assets.extractions import Progress

Metadata = Mapping[str, Any]
Tell = Callable[[str], None]
ROWS = 20  # of a preview
TRUTH = "The ledger is the truth, this materialization its announcement."


def documents_page(feed: Feed, tally: "Tally", counts: Mapping[str, int], standings: Sequence[Standing]) -> Metadata:
    return {
        "documents": sum(number for status, number in counts.items() if status != "superseded"),
        "read": tally.read,
        "unchanged": tally.unchanged,
        "withdrawn": tally.withdrawn,
        "could_not_be_opened": len(tally.not_readable),
        "duplicates": counts.get("duplicate", 0),
        "unreadable": tally.by_status.get("dead", 0),
        "dagster/partition_row_count": sum(counts.values()),
        "preview": table(
            ("document", "status", "cause", "doc_id"),
            [(each.place, each.status, each.cause or "", each.doc_id[:12]) for each in standings],
        ),
        "feed": dg.MetadataValue.md(f"**{feed.name}** ({feed.owner}): {feed.description}\n\n{TRUTH}"),
    }


def chunks_page(made: int, documents: int) -> Metadata:
    return {"documents": documents, "chunks_made": made}


def embeddings_page(done: "Embedding", documents: int) -> Metadata:
    page = {"documents": documents, "vectors_made": done.made}
    if done.model:
        page["model"] = done.model  # type: ignore[assignment]
    if done.without:
        page["went_on_without"] = done.without  # type: ignore[assignment]
    return page


def extractions_page(feed: Feed, ledger: Ledger, partition: Partition, run_id: str, progress: "Progress") -> Metadata:
    counts = ledger.documents.count_by_status(partition.date, partition.feed)
    manual, judged = ledger.verdicts.first_verdicts(partition.date, partition.feed)
    reasons = ledger.reports.reasons(partition.date, partition.feed)
    standing = {status: number for status, number in counts.items() if status != "superseded"}
    return {
        "where_documents_went": dg.MetadataValue.md(where_documents_went(standing, reasons)),
        **{status: counts.get(status, 0) for status in ("accepted", "review", "dead", "waiting")},
        "decided": progress.finished,
        "unchanged": progress.unchanged,
        "manual_review_rate": manual / judged if judged else 0.0,
        **_money_and_time(ledger, run_id),
        "records": _records(ledger, partition),
        "dagster/column_schema": column_schema(feed.schema),
        "dagster/partition_row_count": counts.get("accepted", 0),
    }


def _money_and_time(ledger: Ledger, run_id: str) -> Metadata:
    calls = ledger.reports.calls([run_id], "extractions")
    p50, p99 = ledger.reports.document_seconds([run_id])
    return {
        "llm_calls": calls.calls,
        "llm_calls_failed": calls.failed,
        "fallbacks": calls.fallbacks,
        "answers_from_cache": calls.cached,
        "input_tokens": int(calls.input_tokens),
        "output_tokens": int(calls.output_tokens),
        "cost_usd": float(calls.cost_usd),
        "document_p50_s": round(p50 or 0.0, 3),
        "document_p99_s": round(p99 or 0.0, 3),
    }


def _records(ledger: Ledger, partition: Partition) -> dg.TableMetadataValue:
    rows = ledger.reports.recent_records(partition.date, partition.feed, ROWS)
    return table(
        ("document", "verdict", "endpoint", "record"),
        [(place, verdict, endpoint or "", _short(record)) for place, verdict, record, endpoint in rows],
    )


def _short(record: Any) -> str:
    text = json.dumps(record, ensure_ascii=False)
    return text if len(text) <= 300 else text[:299] + "…"


def deliveries_page(published: int, counts: Counts, gate: Release | None) -> Metadata:
    state = f"{gate.state} by {gate.by}: {gate.reason}" if gate else "closed: no gate check has looked yet"
    return {
        "published_now": published,
        "published": counts.published,
        "waiting_to_be_published": counts.released,
        "held_by_the_gate": counts.held,
        "gate": state,
        "dagster/partition_row_count": counts.published,
    }


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> dg.TableMetadataValue:
    """A table whose cells are text."""
    return dg.MetadataValue.table(
        records=[dg.TableRecord(dict(zip(columns, row, strict=True))) for row in rows],
        schema=dg.TableSchema([dg.TableColumn(name, "string") for name in columns]),
    )
