"""An answer is accepted when it validates and is grounded; else the model hears what is wrong, by path."""

from collections.abc import Callable
from math import inf
from typing import Any

import pytest

from extraction.acceptance import Acceptance
from extraction.document import Document
from extraction.feed import Feed
from extraction.source import Source

Make = Callable[..., Any]


@pytest.fixture
def judge(feed: Feed, document: Callable[[str], Document], invoice_text: str) -> Acceptance:
    return Acceptance(feed, Source(document(invoice_text)))


def _complaint(judge: Acceptance, answer: Any) -> str:
    complaint = judge.accept(answer)
    assert complaint is not None
    return complaint.text


def test_a_true_answer_is_accepted(judge: Acceptance, invoice: dict[str, Any]) -> None:
    """Nothing to say."""
    assert judge.accept(invoice) is None


@pytest.mark.parametrize("answer", ["no JSON", None, [], 3, {}, {"error": "I cannot"}])
def test_what_has_no_shape_is_told_so(judge: Acceptance, answer: Any) -> None:
    """A refusal, a list, an empty object."""
    assert "the answer: " in _complaint(judge, answer)


@pytest.mark.parametrize(
    ("change", "path", "said"),
    [
        ({"total": None}, "total", "a required value is missing"),
        ({"seller": "N/A"}, "seller", "'N/A' is no value"),
        ({"terms": "TBD"}, "terms", "'TBD' is no value"),
        ({"number": "R-2026-118"}, "number", "'R-2026-118' was not found in the document"),
        ({"issued": "2026-19-11"}, "issued", "Input should be a valid date"),
        ({"total": "several"}, "total", "'several' is no number"),
        ({"lines": "many"}, "lines", "is text, not a list"),
    ],
)
def test_every_fault_is_told_with_its_path(
    judge: Acceptance, invoice: dict[str, Any], change: dict[str, Any], path: str, said: str
) -> None:
    """Missing, placeholder, invented, of the wrong kind."""
    complaint = _complaint(judge, {**invoice, **change})
    assert f"- {path}: {said}" in complaint


def test_a_fault_in_a_row_has_the_rows_number(judge: Acceptance, invoice: dict[str, Any]) -> None:
    """The model finds it again."""
    invoice["lines"][1]["quantity"] = 0
    assert "- lines[1].quantity: " in _complaint(judge, invoice)


def test_the_schemas_own_rules_speak_in_their_own_words(judge: Acceptance, invoice: dict[str, Any]) -> None:
    """Without the library's."""
    invoice["lines"].pop()
    assert "the lines do not add up to the total" in _complaint(judge, invoice)
    assert "Value error" not in _complaint(judge, invoice)


def test_long_values_are_cut(judge: Acceptance, invoice: dict[str, Any]) -> None:
    """Feedback is short, whatever the answer was."""
    invoice["seller"] = "Invented " * 400
    assert len(_complaint(judge, invoice)) < 400


def test_many_faults_are_counted(judge: Acceptance, invoice: dict[str, Any]) -> None:
    """A dozen are told, the rest is a number."""
    row = {"name": "Invented thing", "quantity": -1, "unit_price": 999.99, "total": 8888.88}
    complaint = _complaint(judge, {**invoice, "lines": [row] * 20})
    assert "more" in complaint.splitlines()[-1]
    assert len(complaint.splitlines()) < 16


def test_what_is_further_from_an_answer_weighs_more(judge: Acceptance, invoice: dict[str, Any]) -> None:
    """By the number of faults; what is no object at all is outweighed by anything that is one."""
    answers = [{**invoice, "total": None}, {**invoice, "total": None, "seller": "N/A"}, "sorry"]
    complaints = [judge.accept(answer) for answer in answers]
    assert [complaint.weight for complaint in complaints if complaint] == [1, 2, inf]


def test_an_answer_about_a_part_may_leave_things_open(judge: Acceptance) -> None:
    """What is missing may stand elsewhere, and rules over the whole wait for the whole."""
    accept = judge.accept_part(("seller", "total"))
    assert accept({"seller": None, "total": None}) is None
    assert accept({"seller": "Nordwind Werkzeuge GmbH", "total": 1214.5}) is None


def test_an_answer_about_a_part_may_not_be_wrong(judge: Acceptance) -> None:
    """Its shape, its types and its ground are checked all the same."""
    accept = judge.accept_part(("seller", "total", "lines"))
    assert "not an object" in str(accept("sorry"))
    assert "is no number" in str(accept({"total": "a lot"}))
    assert "was not found" in str(accept({"total": 99.99}))


def test_a_default_needs_no_ground(judge: Acceptance, invoice: dict[str, Any]) -> None:
    """Nobody claimed that the document states it."""
    verdict = judge.verdict({**invoice, "currency": None})
    assert verdict.kind == "accepted"
    assert verdict.record is not None
    assert verdict.record["currency"] == "EUR"


def test_optional_values_without_ground_are_the_feeds_choice(
    make_feed: Make, document: Callable[[str], Document], invoice_text: str, invoice: dict[str, Any]
) -> None:
    """By default any invention goes to a person; a feed may care for its required values only."""
    invoice["terms"] = "cash on delivery"
    source = Source(document(invoice_text))
    strict, lenient = "", "review:\n  ungrounded: required\n"
    kinds = [Acceptance(make_feed(settings=each).load(), source).verdict(invoice).kind for each in (strict, lenient)]
    assert kinds == ["review", "accepted"]


def test_a_lenient_feed_still_cares_for_required_values_in_rows(
    make_feed: Make, document: Callable[[str], Document], invoice_text: str, invoice: dict[str, Any]
) -> None:
    """Required is what a row must have, too."""
    invoice["lines"][0]["name"] = "Something else"
    feed = make_feed(settings="review:\n  ungrounded: required\n").load()
    verdict = Acceptance(feed, Source(document(invoice_text))).verdict(invoice)
    assert [reason.field for reason in verdict.reasons] == ["lines[0].name"]


def test_a_rule_that_fails_itself_is_a_reason_to_look(make_feed: Make, document: Callable[[str], Document]) -> None:
    """A mistake in schema.py costs a review, not the run."""
    schema = """
        from decimal import Decimal
        from pydantic import BaseModel, field_validator

        class Note(BaseModel):
            total: Decimal

            @field_validator("total")
            @classmethod
            def halves(cls, total):
                return 1 / (total - total)
    """
    judge = Acceptance(make_feed(schema, "Note", name="notes").load(), Source(document("Total 5")))
    verdict = judge.verdict({"total": 5})
    assert verdict.kind == "review"
    assert "a rule of schema.py failed with" in verdict.reasons[0].why


def test_a_placeholder_is_told_once(judge: Acceptance, invoice: dict[str, Any]) -> None:
    """That it is missing, too, goes without saying."""
    reasons = judge.verdict({**invoice, "seller": "N/A"}).reasons
    assert [reason.field for reason in reasons] == ["seller"]
