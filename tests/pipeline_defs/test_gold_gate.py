"""A feed that reads its gold below its floor releases nothing by its checks, in a real run; a person still can."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipeline_defs.__main__ import main
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
floor: 0.9
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
routes:
  - {{task: extract, steps: [{{endpoint: own}}], attempts_per_endpoint: 1, max_attempts: 3, deadline_s: 5}}
"""
GOLD = {"a.txt": "Supplier: Nordwerk GmbH\nTotal: 12.50\n", "b.txt": "Supplier: Halden AS\nTotal: 99.00\n"}
TRUTH = [("a.txt", "Nordwerk GmbH", "12.50"), ("b.txt", "Halden AS", "99.00")]


@dataclass
class Project:
    folder: Path
    provider: Provider
    database_url: str
    instance: dg.DagsterInstance

    def label(self, rows: list[tuple[str, str, str]]) -> None:
        """What a person says that the gold says."""
        lines = [json.dumps({"doc": doc, "fields": {"supplier": who, "total": what}}) for doc, who, what in rows]
        (self.folder / "feeds" / FEED / "gold" / "labels.jsonl").write_text("\n".join(lines))

    def run(self, job: str = "process_partition", **config: Any) -> dg.ExecuteInProcessResult:
        return defs.resolve_job_def(job).execute_in_process(
            partition_key=KEY, instance=self.instance, run_config={"ops": config}, raise_on_error=False
        )

    def delivered(self) -> int:
        file = self.folder / "delivered" / f"{FEED}.jsonl"
        return len(file.read_text().splitlines()) if file.exists() else 0

    def gate(self) -> tuple[str, str]:
        with Ledger.open(self.database_url) as ledger:
            state = ledger.gate.state(DAY, FEED)
        return (state.state, state.reason) if state else ("", "")


@pytest.fixture
def project(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    feed = tmp_path / "feeds" / FEED
    (feed / "gold" / "docs").mkdir(parents=True)
    for name, text in {"feed.yaml": FEED_YAML, "schema.py": SCHEMA, "prompt.md": "Read the note."}.items():
        (feed / name).write_text(text)
    for name, text in GOLD.items():
        (feed / "gold" / "docs" / name).write_text(text)
    inbox = tmp_path / "inbox" / FEED / DAY
    inbox.mkdir(parents=True)
    (inbox / "c.txt").write_text("Supplier: Wachholder KG\nTotal: 7.00\n")
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


def test_above_the_floor_the_gate_opens_and_gold_is_asked_about_once(project: Project) -> None:
    """A second run asks no model anything, also not about the gold."""
    project.label(TRUTH)
    assert project.run().success
    assert (project.gate()[0], project.delivered(), project.provider.asked) == ("open", 1, 3)
    assert project.run().success
    assert project.provider.asked == 3


def test_below_the_floor_nothing_leaves_until_a_person_says_so(project: Project) -> None:
    """Neither by the run nor by a later one of the deliveries alone; another look after a fix opens the gate."""
    project.label([TRUTH[0], ("b.txt", "Halden AS", "98.00")])
    assert not project.run().success
    state, reason = project.gate()
    assert (state, project.delivered()) == ("closed", 0)
    assert "F1 on the gold of supplier_quotes is 0.750, below the floor of 0.90" in reason
    assert not project.run("recheck_partition").success
    assert project.delivered() == 0
    assert project.run("release_partition", release={"config": {"reason": "looked at by hand"}}).success
    assert project.delivered() == 1


def test_a_corrected_gold_is_measured_again(project: Project) -> None:
    """The score belongs to a version of the feed and its gold."""
    project.label([TRUTH[0], ("b.txt", "Halden AS", "98.00")])
    project.run()
    project.label(TRUTH)
    assert project.run("recheck_partition").success
    assert (project.gate()[0], project.delivered()) == ("open", 1)


def test_the_asset_shows_every_field(project: Project) -> None:
    """With the floor beside the figure."""
    project.label([TRUTH[0], ("b.txt", "Halden AS", "98.00")])
    result = dg.materialize(
        [defs.get_assets_def("gold_scores")],
        partition_key=KEY,
        instance=project.instance,
        resources=defs.resources,
    )
    [event] = result.asset_materializations_for_node("gold_scores")
    page: dict[str, Any] = {name: each.value for name, each in event.metadata.items()}
    assert (page["f1"], page["floor"], page["gold_documents"]) == (0.75, 0.9, 2)
    rows = [dict(row.data) for row in page["fields"].records]
    assert rows[0] == {"field": "total", "precision": "0.500", "recall": "0.500", "F1": "0.500", "values": "2"}


def test_the_command_says_which_field_is_to_blame(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """And by its exit code whether the feed is below its floor."""
    project.label([TRUTH[0], ("b.txt", "Halden AS", "98.00")])
    assert main(["gold", FEED]) == 1
    said = capsys.readouterr().out
    assert "F1 0.750 over 2 documents (floor 0.90: below, nothing is released by checks)" in said
    project.label(TRUTH)
    assert main(["gold"]) == 0


def test_a_feed_that_is_not_there_is_a_sentence(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """With the feeds that are."""
    assert main(["gold", "nobody"]) == 1
    assert "There is no feed 'nobody'; the feeds are supplier_quotes." in capsys.readouterr().err
