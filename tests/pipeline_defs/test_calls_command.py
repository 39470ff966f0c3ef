"""`python -m pipeline_defs calls`: what models were asked and answered, for people."""

from collections.abc import Iterator

import pytest

from pipeline_defs.__main__ import main
from resources.ledger import Ledger
from tests.resources.people_parts import arrive

BASE = {
    **{"run_id": "r", "asset": "extractions", "partition": "2026-11-19|quotes", "feed": "quotes", "tenant": "t"},
    **{"doc_id": "abc123", "endpoint": "gpt", "model": "gpt-1", "task": "extract", "prompt_version": "p"},
    **{"error": None, "input_tokens": 120, "output_tokens": 7, "cost_usd": "0.0012", "latency_s": 1.25},
    **{"asked": [{"role": "system", "text": "Be exact."}, {"role": "user", "text": "What is the total?"}]},
    **{"started_at": "2026-11-19T03:00:00+00:00"},
}


@pytest.fixture
def ledger(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    with Ledger.open(database_url) as opened:
        yield opened


def keep(ledger: Ledger) -> None:
    arrive(ledger, "quotes/offer.pdf", "abc123")
    refused = {"call_id": "call-one", "attempt": 1, "outcome": "rejected", "answered": "twelve"}
    ledger.samples.keep([BASE | refused, BASE | {**refused, "attempt": 2, "outcome": "ok", "answered": "12"}])
    failed = {"call_id": "call-two", "attempt": 1, "outcome": "failed", "error": "overloaded", "answered": "busy"}
    ledger.samples.keep([BASE | failed | {"feed": "deals", "partition": "2026-11-20|deals", "doc_id": "def456"}])


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert main(["calls", *arguments]) == code
    return capsys.readouterr().out


def test_the_latest_are_listed_with_what_came_of_them(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    """When, which, about which document, by whom, at what cost."""
    keep(ledger)
    text = said(capsys)
    assert text.index("call-two.1") < text.index("call-one.2") < text.index("call-one.1")
    assert "2026-11-19|quotes  quotes/offer.pdf" in text
    assert "gpt (gpt-1)  failed: overloaded  1.25 s, 120 tokens in, 7 out, 0.001200 USD" in text
    assert text.endswith("in full: python -m pipeline_defs calls call-two\n")


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--feed", "deals"], {"call-two.1"}),
        (["--date", "2026-11-19"], {"call-one.1", "call-one.2"}),
        (["--doc", "abc"], {"call-one.1", "call-one.2"}),
        (["--outcome", "failed"], {"call-two.1"}),
        (["--limit", "1"], {"call-two.1"}),
    ],
)
def test_they_can_be_chosen(
    ledger: Ledger, capsys: pytest.CaptureFixture[str], arguments: list[str], found: set[str]
) -> None:
    """By feed, day, document, outcome and number."""
    keep(ledger)
    listed = {
        word for line in said(capsys, *arguments).splitlines() for word in line.split() if word.startswith("call-")
    }
    assert {word for word in listed if "." in word} == found


def test_one_call_is_shown_whole(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    """Every request of it, oldest first, with each turn and what came back."""
    keep(ledger)
    text = said(capsys, "call-o")
    assert text.count("── user\nWhat is the total?") == 2
    assert text.index("── came back\ntwelve") < text.index("── came back\n12")
    assert "busy" not in text


def test_what_was_not_kept_is_said_with_what_decides_it(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing kept at all, or not of this call."""
    assert "No request was kept: `samples` in LLM_CONFIG says which are." in said(capsys)
    assert "nor is any other" in said(capsys, "call-nine", code=1)
    keep(ledger)
    assert "calls lists those that are" in said(capsys, "call-nine", code=1)
