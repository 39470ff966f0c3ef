"""Accepted is what is right, review what may be wrong, dead what has no shape."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from extraction.document import Document
from extraction.feed import Feed
from extraction.verdict import Reason, Verdict

Hold = Callable[..., Any]


@pytest.fixture
def judged(feed: Feed, document: Callable[[str], Document], invoice_text: str, hold: Hold) -> Callable[[Any], Verdict]:
    """The verdict on one answer about the invoice, given again in every round."""

    def judge(answer: Any, degraded: bool = False) -> Verdict:
        verdict: Verdict = hold(feed, document(invoice_text), lambda ask: answer, degraded).verdict
        return verdict

    return judge


def test_a_true_record_is_accepted(judged: Callable[..., Verdict], invoice: dict[str, Any]) -> None:
    """With evidence for every value, and no reason to look."""
    verdict = judged(invoice)
    assert (verdict.kind, verdict.reasons, verdict.cause) == ("accepted", (), None)
    assert all(each.grounded for each in verdict.evidence)
    assert len(verdict.evidence) == 14


def test_a_record_is_json(judged: Callable[..., Verdict], invoice: dict[str, Any]) -> None:
    """Dates and decimals as text, so that nothing is lost in a database."""
    verdict = judged(invoice)
    assert verdict.record is not None
    assert verdict.record["issued"] == "2026-11-19"
    assert verdict.record["total"] == "1214.5"
    assert json.loads(json.dumps(verdict.record)) == verdict.record


@pytest.mark.parametrize(
    ("change", "field", "why"),
    [
        ({"total": None}, "total", "a required value is missing"),
        ({"seller": "unknown"}, "seller", "is no value"),
        ({"terms": "n/a"}, "terms", "is no value"),
        ({"number": "R-9999"}, "number", "was not found"),
        ({"total": 1215.5}, "total", "was not found"),
        ({"issued": "19th"}, "issued", "valid date"),
        ({"total": "unreadable scribble"}, "total", "is no number"),
    ],
)
def test_a_value_that_may_be_wrong_goes_to_a_person(
    judged: Callable[..., Verdict], invoice: dict[str, Any], change: dict[str, Any], field: str, why: str
) -> None:
    """With the field and the reason, and the record as far as it goes."""
    verdict = judged({**invoice, **change})
    assert verdict.kind == "review"
    assert any(reason.field == field and why in reason.why for reason in verdict.reasons)
    assert verdict.record is not None
    assert verdict.record["lines"]


def test_a_broken_rule_goes_to_a_person(judged: Callable[..., Verdict], invoice: dict[str, Any]) -> None:
    """Although every value stands in the document."""
    invoice["lines"].pop()
    assert Reason("", "the lines do not add up to the total") in judged(invoice).reasons


def test_a_review_record_is_json_too(judged: Callable[..., Verdict], invoice: dict[str, Any]) -> None:
    """A person sees what the model said, and a database can hold it."""
    invoice["total"] = float("inf")
    invoice["number"] = "R\x00\ud800"
    verdict = judged(invoice)
    assert verdict.kind == "review"
    json.dumps(verdict.record, allow_nan=False).encode("utf-8")


SHAPELESS: list[Any] = [None, "I am sorry, I cannot.", [], {}, {"error": "no"}, {"lines": "many", "total": 1}]


@pytest.mark.parametrize("answer", SHAPELESS)
def test_what_never_has_the_shape_is_dead(judged: Callable[..., Verdict], answer: Any) -> None:
    """With its cause, a sentence and a remedy."""
    verdict = judged(answer)
    assert (verdict.kind, verdict.cause, verdict.record) == ("dead", "never_validates", None)
    assert verdict.message
    assert verdict.remedy


def test_an_answer_that_says_nothing_is_not_accepted(make_feed: Hold, document: Any, hold: Hold) -> None:
    """Also where the schema would be content with nothing."""
    schema = "from pydantic import BaseModel\nclass Note(BaseModel):\n    name: str | None = None\n"
    feed = make_feed(schema, "Note", name="notes").load()
    verdict = hold(feed, document("Nothing of interest."), lambda ask: {"name": None}).verdict
    assert (verdict.kind, [reason.why for reason in verdict.reasons]) == (
        "review",
        ["no value of this document was found"],
    )


def test_a_record_of_judgements_needs_no_ground(make_feed: Hold, document: Any, hold: Hold) -> None:
    """A feed that only classifies is not sent to review for it."""
    schema = """
        from typing import Literal
        from pydantic import BaseModel

        class Kind(BaseModel):
            kind: Literal['a', 'b']
    """
    feed = make_feed(schema, "Kind", name="kinds").load()
    assert hold(feed, document("Some text."), lambda ask: {"kind": "a"}).verdict.kind == "accepted"


def test_a_degraded_answer_is_accepted_if_it_is_grounded(
    judged: Callable[..., Verdict], invoice: dict[str, Any]
) -> None:
    """A smaller model may be right; its word alone is not enough."""
    assert judged(invoice, degraded=True).kind == "accepted"
    assert judged({**invoice, "number": "R-1"}, degraded=True).kind == "review"
