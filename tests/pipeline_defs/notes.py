"""A project of notes with a feed, a provider and a folder of its own, run in this process, read from its ledger."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipeline_defs.definitions import defs
from resources.ledger import Ledger
from tests.provider import Provider, serve

DAY, FEED = "2026-11-19", "supplier_quotes"  # a name the code location knows; everything in it is the test's own
KEY = f"{DAY}|{FEED}"
FEED_YAML = """
name: supplier_quotes
description: Notes of what something costs.
owner: team:tests
tenant: tests
schema: Note
review: {warn: 0.2, error: 0.5, min_documents: 2}
"""
SCHEMA = """
from decimal import Decimal
from pydantic import BaseModel, Field

class Note(BaseModel):
    supplier: str = Field(description="Who sells it.")
    total: Decimal = Field(gt=0, description="What it costs.")
"""
LLM = """
endpoints:
  - {{name: own, provider: openai, model: own-model-1, base_url: "{url}", timeouts: {{attempt_s: 5}},
     price: {{input_usd_per_mtok: 1, output_usd_per_mtok: 2}}}}
  - {{name: vectors, provider: openai, model: own-vectors-1, base_url: "{url}", capabilities: {{embeddings: true}},
     price: {{input_usd_per_mtok: 1, output_usd_per_mtok: 0}}}}
routes:
  - {{task: extract, steps: [{{endpoint: own}}], attempts_per_endpoint: 1, max_attempts: 3, deadline_s: 5}}
embedding: {{steps: [{{endpoint: vectors}}], attempts_per_endpoint: 1, max_attempts: 1, deadline_s: 5}}
"""


@dataclass
class Project:
    folder: Path
    provider: Provider
    database_url: str
    instance: dg.DagsterInstance

    def drop(self, name: str, text: str) -> None:
        path = self.folder / "inbox" / FEED / DAY / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(
        self, job: str = "process_partition", partition: str | None = KEY, **config: Any
    ) -> dg.ExecuteInProcessResult:
        return defs.resolve_job_def(job).execute_in_process(
            partition_key=partition, instance=self.instance, run_config={"ops": config}, raise_on_error=False
        )

    def delivered(self) -> list[dict[str, Any]]:
        return self.delivered_of(FEED)

    def delivered_of(self, feed: str, day: date | None = None) -> list[dict[str, Any]]:
        """What a feed's systems were told, of all days or of one."""
        file = self.folder / "delivered" / f"{feed}.jsonl"
        events = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        return [event for event in events if day is None or f"/{day}/" in event["subject"]]

    def ask(self, look: Callable[[Ledger], Any]) -> Any:
        with Ledger.open(self.database_url) as ledger:
            return look(ledger)

    def statuses(self) -> dict[str, int]:
        return dict(self.ask(lambda ledger: ledger.documents.count_by_status(DAY, FEED)))

    def gate(self) -> str | None:
        state = self.ask(lambda ledger: ledger.gate.state(DAY, FEED))
        return state.state if state else None


@contextmanager
def a_note_project(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    feed = tmp_path / "feeds" / FEED
    feed.mkdir(parents=True)
    (feed / "feed.yaml").write_text(FEED_YAML)
    (feed / "schema.py").write_text(SCHEMA)
    (feed / "prompt.md").write_text("Read the note. A value it does not state is null.")
    with serve() as provider, dg.DagsterInstance.ephemeral() as instance:
        (tmp_path / "llm.yaml").write_text(LLM.format(url=provider.url))
        for name, value in {
            "DATABASE_URL": database_url,
            "LAKE_URI": str(tmp_path / "lake"),
            "INBOX_URI": str(tmp_path / "inbox"),
            "DELIVERY_URL": str(tmp_path / "delivered"),
            "FEEDS_DIR": str(tmp_path / "feeds"),
            "LLM_CONFIG": str(tmp_path / "llm.yaml"),
        }.items():
            monkeypatch.setenv(name, value)
        yield Project(tmp_path, provider, database_url, instance)
