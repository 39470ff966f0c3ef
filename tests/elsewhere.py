"""A project elsewhere: a feed, an inbox and a provider of the tests' own, driven by the commands a user types."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from resources.environment import ROOT
from resources.ledger.connections import connect
from tests.provider import Provider, serve

KEY = "2026-11-20|delivery_notes"
FEED = {
    "feed.yaml": """
name: delivery_notes
description: Delivery notes that come with the goods.
owner: team:warehouse
tenant: logistics
schema: DeliveryNote
review: {warn: 0.10, error: 0.30, min_documents: 2}
""",
    "schema.py": """
from datetime import date
from pydantic import BaseModel, Field

class DeliveryNote(BaseModel):
    note_number: str = Field(description="Number of the delivery note.")
    delivered_on: date = Field(description="Day of delivery.")
    order_number: str | None = Field(default=None, description="The purchase order it belongs to, if printed.")
""",
    "prompt.md": "The document is a delivery note. Copy names and numbers as they stand.",
}


@dataclass
class Elsewhere:
    folder: Path
    provider: Provider
    variables: dict[str, str]

    def drop(self, name: str, text: str) -> None:
        path = self.folder / "inbox" / "delivery_notes" / "2026-11-20" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def dagster(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).parent / arguments[0]), *arguments[1:]]
        return subprocess.run(
            command, env=self.variables, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False
        )

    def materialize(self) -> subprocess.CompletedProcess[str]:
        module = ("-m", "pipeline_defs.definitions")
        return self.dagster(
            "dagster", "asset", "materialize", "--select", "group:pipeline", "--partition", KEY, *module
        )

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with connect(self.variables["DATABASE_URL"]) as connection:
            return connection.execute(query.encode()).fetchall()

    def delivered(self) -> list[dict[str, object]]:
        file = self.folder / "delivered" / "delivery_notes.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@contextmanager
def a_project_in(tmp_path: Path, database_url: str) -> Iterator[Elsewhere]:
    feed = tmp_path / "feeds" / "delivery_notes"
    feed.mkdir(parents=True)
    for name, text in FEED.items():
        (feed / name).write_text(text)
    with serve() as provider:
        kept = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_BASE_URL"))}
        own = {
            "DATABASE_URL": database_url,
            "LAKE_URI": str(tmp_path / "lake"),
            "INBOX_URI": str(tmp_path / "inbox"),
            "DELIVERY_URL": str(tmp_path / "delivered"),
            "FEEDS_DIR": str(tmp_path / "feeds"),
            "OPENAI_BASE_URL": provider.url,
        }
        yield Elsewhere(tmp_path, provider, {**kept, **own})
