"""A feed on disk, a document in memory, and somebody who answers what a dialogue wants."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from extraction.chunking import Chunk, chunk
from extraction.dialogue import Ask, Cut, Reply, Search, converse
from extraction.document import Document, Span
from extraction.feed import Feed, load_feed
from extraction.verdict import Verdict

INVOICE_SCHEMA = """
    from datetime import date
    from decimal import Decimal
    from pydantic import BaseModel, Field, model_validator

    class Line(BaseModel):
        name: str = Field(description="What is sold.")
        quantity: Decimal = Field(gt=0)
        unit_price: Decimal
        total: Decimal

    class Invoice(BaseModel):
        seller: str = Field(description="Company that sells.")
        number: str = Field(description="Number of the invoice.")
        issued: date = Field(description="Date of the invoice.")
        currency: str = Field("EUR", description="ISO 4217 code.")
        total: Decimal = Field(description="Amount to pay.")
        terms: str | None = Field(None, description="Payment terms as printed.")
        lines: list[Line] = Field(default_factory=list, description="All positions.")

        @model_validator(mode="after")
        def adds_up(self):
            if self.lines and sum(line.total for line in self.lines) != self.total:
                raise ValueError("the lines do not add up to the total")
            return self
"""

INVOICE_TEXT = dedent("""\
    Nordwind Werkzeuge GmbH
    Rechnung R-2026-117 vom 19.11.2026

    Pos  Artikel          Menge   Preis      Summe
    1    Bohrer 8 mm         40     2,50    100,00
    2    Akkuschrauber        3   371,50  1.114,50

    Gesamt                              1.214,50 EUR
    Zahlbar innerhalb von 30 Tagen netto
""")

INVOICE: dict[str, Any] = {
    "seller": "Nordwind Werkzeuge GmbH",
    "number": "R-2026-117",
    "issued": "2026-11-19",
    "currency": "EUR",
    "total": 1214.5,
    "terms": "30 Tagen netto",
    "lines": [
        {"name": "Bohrer 8 mm", "quantity": 40, "unit_price": 2.5, "total": 100},
        {"name": "Akkuschrauber", "quantity": 3, "unit_price": 371.5, "total": 1114.5},
    ],
}


@dataclass
class Folder:
    """A feed's folder, to be written and spoiled."""

    path: Path

    def write(self, name: str, text: str) -> "Folder":
        (self.path / name).write_text(dedent(text), encoding="utf-8")
        return self

    def load(self) -> Feed:
        return load_feed(self.path)


@dataclass
class Talk:
    """How a dialogue went: what it asked and searched, and its verdict."""

    verdict: Verdict
    asks: list[Ask] = field(default_factory=list)
    searches: list[Search] = field(default_factory=list)


Answer = Callable[[Ask], Any]


@pytest.fixture
def make_feed(tmp_path: Path) -> Callable[..., Folder]:
    """Writes a feed that loads; keyword arguments are further settings as YAML."""

    def make(
        schema: str = INVOICE_SCHEMA, class_name: str = "Invoice", settings: str = "", name: str = "invoices"
    ) -> Folder:
        folder = tmp_path / name
        folder.mkdir(parents=True, exist_ok=True)
        head = f"name: {name}\ndescription: Invoices.\nowner: team:books\ntenant: finance\nschema: {class_name}\n"
        (folder / "feed.yaml").write_text(head + dedent(settings), encoding="utf-8")
        return Folder(folder).write("schema.py", schema).write("prompt.md", "Extract the invoice.")

    return make


@pytest.fixture
def feed(make_feed: Callable[..., Folder]) -> Feed:
    return make_feed().load()


@pytest.fixture
def invoice() -> dict[str, Any]:
    """A true answer about the invoice."""
    return {**INVOICE, "lines": [dict(line) for line in INVOICE["lines"]]}


@pytest.fixture
def invoice_text() -> str:
    return INVOICE_TEXT


@pytest.fixture
def document() -> Callable[[str], Document]:
    """A document of one page, or of one page for every form feed."""

    def make(text: str) -> Document:
        spans, start = [], 0
        for number, page in enumerate(text.split("\f"), start=1):
            end = min(start + len(page) + 1, len(text))
            spans.append(Span(start, end, number, f"page {number}"))
            start = end
        return Document(text, tuple(spans), "text/plain")

    return make


def _found(search: Search, chunks: Sequence[Chunk]) -> list[Chunk]:
    """Meaning as a child would take it: the chunks that hold most of the words."""
    words = set(search.query.lower().split())
    ranked = sorted(chunks, key=lambda chunk: -sum(word in chunk.text.lower() for word in words))
    return [chunk for chunk in ranked if any(word in chunk.text.lower() for word in words)][: search.limit]


@pytest.fixture
def hold() -> Callable[..., Talk]:
    """Holds a dialogue: searches, answers by the given function, and gives up to two rounds of feedback."""

    def talk(feed: Feed, doc: Document, answer: Answer, degraded: bool = False) -> Talk:
        chunks = chunk("doc", doc)
        going = converse(feed, doc, chunks)
        held = Talk(Verdict("dead"))
        outcome: Any = None
        while True:
            try:
                want = going.send(outcome)
            except StopIteration as end:
                held.verdict = end.value
                return held
            if isinstance(want, Search):
                held.searches.append(want)
                outcome = _found(want, chunks)
            else:
                held.asks.append(want)
                value = answer(want)
                if isinstance(value, Cut):
                    outcome = value
                    continue
                complaint = want.accept(value)
                told = str(complaint) if complaint else None
                outcome = Reply(value, complaint is None, told, "fake/model", degraded)

    return talk
