"""A feed in a folder elsewhere, against a provider at a base URL, by the commands a Dagster user types."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

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
        return self.dagster("dagster", "asset", "materialize", "--select", "*", "--partition", KEY, *module)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with connect(self.variables["DATABASE_URL"]) as connection:
            return connection.execute(query.encode()).fetchall()

    def delivered(self) -> list[dict[str, object]]:
        file = self.folder / "delivered" / "delivery_notes.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def elsewhere(tmp_path: Path, database_url: str) -> Iterator[Elsewhere]:
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


def test_a_feed_of_ones_own_is_delivered_and_its_limits_hold(elsewhere: Elsewhere) -> None:
    """Three files in a folder make a feed; its results stand in the tables and in the sink."""
    elsewhere.drop("one.txt", "Note number: DN-1\nDelivered on: 2026-11-17\nOrder number: PO-7\n")
    elsewhere.drop("two.txt", "Note number: DN-2\nDelivered on: 2026-11-18\n")
    ended = elsewhere.materialize()
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert "Warning" not in ended.stderr
    assert elsewhere.rows("select verdict, record ->> 'note_number', endpoint from weir.extractions order by 2") == [
        ("accepted", "DN-1", "gpt"),
        ("accepted", "DN-2", "gpt"),
    ]
    assert elsewhere.rows("select count(*) from weir.outbox where published_at is not null") == [(2,)]
    assert sorted(str(event["subject"]) for event in elsewhere.delivered()) == [
        "delivery_notes/2026-11-20/one.txt",
        "delivery_notes/2026-11-20/two.txt",
    ]
    _a_closed_gate(elsewhere)


def _a_closed_gate(elsewhere: Elsewhere) -> None:
    """One bad note more: a third of the documents need a person, over the feed's limit; nothing new leaves."""
    elsewhere.drop("three.txt", "Note number: DN-3\nnothing about the day\n")
    elsewhere.drop("four.txt", "Note number: DN-4\nDelivered on: 2026-11-19\n")
    elsewhere.drop("five.txt", "no number here\nDelivered on: 2026-11-19\n")
    assert elsewhere.materialize().returncode == 1
    assert elsewhere.rows("select state from weir.releases") == [("closed",)]
    assert len(elsewhere.delivered()) == 2


def test_the_habits_of_a_dagster_user_work(elsewhere: Elsewhere) -> None:
    """`dg` checks, lists and launches; warnings that are not the user's are silent."""
    elsewhere.drop("one.txt", "Note number: DN-1\nDelivered on: 2026-11-17\n")
    checked = elsewhere.dagster("dg", "check", "defs")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    listed = elsewhere.dagster("dg", "list", "defs", "--json")
    assert {asset["asset_key"] for asset in json.loads(listed.stdout)["assets"]} == {
        *("documents", "chunks", "embeddings", "extractions", "deliveries")
    }
    launched = elsewhere.dagster("dg", "launch", "--assets", "*", "--partition", KEY)
    assert launched.returncode == 0, launched.stderr[-2000:]
    assert len(elsewhere.delivered()) == 1
