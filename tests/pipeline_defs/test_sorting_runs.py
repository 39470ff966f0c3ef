"""An intake's documents end in their feeds, each once; what is in the wrong feed goes to a person, unasked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipeline_defs.definitions import defs
from resources.ledger import Ledger
from resources.ledger.connections import connect
from tests.provider import Provider, serve

DAY = "2026-11-19"
INTAKE, QUOTES, DEALS = "supplier_messages", "supplier_quotes", "deals"  # names the code location knows
HEAD = "name: {name}\ndescription: {description}\nowner: team:tests\ntenant: tests\n"
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
QUOTE = "Quotation 12\nSupplier: Nordwerk GmbH\nTotal: 12.50\n"
ORDER = "Purchase Order 7\nSupplier: Halden AS\nTotal: 99.00\n"


@dataclass
class Project:
    folder: Path
    provider: Provider
    database_url: str
    instance: dg.DagsterInstance

    def file(self, place: str) -> Path:
        return self.folder / "inbox" / place

    def drop(self, place: str, text: str) -> None:
        self.file(place).parent.mkdir(parents=True, exist_ok=True)
        self.file(place).write_text(text)

    def run(self, feed: str) -> dg.ExecuteInProcessResult:
        job = defs.resolve_job_def("process_partition")
        done = job.execute_in_process(partition_key=f"{DAY}|{feed}", instance=self.instance, raise_on_error=False)
        assert done.success
        return done

    def ask(self, look: Callable[[Ledger], Any]) -> Any:
        with Ledger.open(self.database_url) as ledger:
            return look(ledger)

    def statuses(self, feed: str) -> dict[str, int]:
        return dict(self.ask(lambda ledger: ledger.documents.count_by_status(DAY, feed)))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with connect(self.database_url) as connection:
            return connection.execute(query.encode()).fetchall()

    def events(self) -> list[tuple[str, str]]:
        return [(row[0], row[1]) for row in self.rows("select place, type from weir.outbox order by seq")]


@pytest.fixture
def project(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    described = {QUOTES: "Quotes from suppliers.", DEALS: "Purchase orders that were placed."}
    for name, description in described.items():
        _feed(tmp_path, name, HEAD.format(name=name, description=description) + "schema: Note\n", SCHEMA)
    _feed(tmp_path, INTAKE, HEAD.format(name=INTAKE, description="What nobody sorted.") + "intake: true\n", "")
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


def _feed(folder: Path, name: str, manifest: str, schema: str) -> None:
    feed = folder / "feeds" / name
    feed.mkdir(parents=True)
    (feed / "feed.yaml").write_text(manifest)
    if schema:
        (feed / "schema.py").write_text(schema)
        (feed / "prompt.md").write_text("Read the note. A value it does not state is null.")


def test_an_intake_carries_each_document_to_its_feed_once(project: Project) -> None:
    """Of the same day; its own row says where it went, and running again changes nothing."""
    project.drop(f"{INTAKE}/{DAY}/a.txt", QUOTE)
    project.drop(f"{INTAKE}/{DAY}/scans/b.txt", ORDER)
    for _ in range(2):
        for feed in (INTAKE, QUOTES, DEALS):
            project.run(feed)
    assert project.provider.asked == 2
    assert project.statuses(INTAKE) == {"duplicate": 2}
    assert (project.statuses(QUOTES), project.statuses(DEALS)) == ({"accepted": 1}, {"accepted": 1})
    assert project.events() == [
        (f"{QUOTES}/{DAY}/{INTAKE}/{DAY}/a.txt", "record.created"),
        (f"{DEALS}/{DAY}/{INTAKE}/{DAY}/scans/b.txt", "record.created"),
    ]
    causes = project.rows("select place, cause from weir.documents where status = 'duplicate' order by place")
    assert causes == [
        (f"{INTAKE}/{DAY}/a.txt", f"routed to {QUOTES}"),
        (f"{INTAKE}/{DAY}/scans/b.txt", f"routed to {DEALS}"),
    ]


def test_a_correction_follows_and_a_withdrawn_file_takes_its_copy_along(project: Project) -> None:
    """Also when the correction's title says nothing: it is the same document's next version."""
    place = f"{INTAKE}/{DAY}/a.txt"
    for text in (QUOTE, QUOTE.replace("Quotation 12\n", "").replace("12.50", "13.50")):
        project.drop(place, text)
        project.run(INTAKE)
        project.run(QUOTES)
    project.file(place).unlink()
    project.run(INTAKE)
    project.run(QUOTES)
    assert [kind for _, kind in project.events()] == ["record.created", "record.updated", "record.withdrawn"]
    assert not project.file(f"{QUOTES}/{DAY}/{place}").exists()
    assert project.rows("select * from weir.routes") == []


def test_a_correction_that_is_something_else_changes_its_feed(project: Project) -> None:
    """The copy in the first feed goes, and its record with it."""
    place = f"{INTAKE}/{DAY}/a.txt"
    for text in (QUOTE, ORDER):
        project.drop(place, text)
        for feed in (INTAKE, QUOTES, DEALS):
            project.run(feed)
    assert [kind for _, kind in project.events()] == ["record.created", "record.withdrawn", "record.created"]
    assert project.statuses(DEALS) == {"accepted": 1}


def test_what_no_title_tells_stays_for_a_person(project: Project) -> None:
    """With the feeds to choose from; no model is asked."""
    project.drop(f"{INTAKE}/{DAY}/a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    project.run(INTAKE)
    assert project.statuses(INTAKE) == {"review": 1}
    assert project.provider.asked == 0
    [(reasons,)] = project.rows("select reasons from weir.review_items")
    assert "no feed could be told" in str(reasons)
    assert QUOTES in str(reasons)


def test_a_document_in_the_wrong_feed_goes_to_a_person_unasked(project: Project) -> None:
    """With the feed it seems to belong to; a feed may do without that."""
    project.drop(f"{DEALS}/{DAY}/a.txt", QUOTE)
    project.run(DEALS)
    assert project.statuses(DEALS) == {"review": 1}
    assert project.provider.asked == 0
    [(reasons,)] = project.rows("select reasons from weir.review_items")
    assert f"belong to the feed {QUOTES} (its title says 'quotation')" in str(reasons)
    manifest = project.folder / "feeds" / DEALS / "feed.yaml"
    manifest.write_text(manifest.read_text() + "sort: false\n")
    project.drop(f"{DEALS}/{DAY}/b.txt", QUOTE.replace("12.50", "13.00"))
    project.run(DEALS)
    assert project.statuses(DEALS) == {"review": 1, "accepted": 1}
