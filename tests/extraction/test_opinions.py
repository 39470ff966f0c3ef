"""A second model is asked for the fields that matter of what would be accepted; where it disagrees, people decide."""

from collections.abc import Callable
from typing import Any

import pytest

from extraction.dialogue import Ask
from extraction.feed import BrokenFeed

Hold = Callable[..., Any]
SETTINGS = "second_opinion: {task: careful, fields: [total, lines]}\n"


@pytest.fixture
def opinion(make_feed: Hold, document: Any, hold: Hold, invoice_text: str, invoice: dict[str, Any]) -> Hold:
    """Talks about the invoice; `first` and `second` change what the two models say."""
    feed = make_feed(settings=SETTINGS).load()

    def talk(first: dict[str, Any] | None = None, second: Any = None) -> Any:
        def answer(ask: Ask) -> Any:
            if ask.task != "careful":
                return {**invoice, **(first or {})}
            said = {name: invoice[name] for name in ("total", "lines")}
            return {**said, **second} if isinstance(second, dict) else second or said

        return hold(feed, document(invoice_text), answer)

    return talk


def test_agreement_is_accepted_and_surer(opinion: Hold) -> None:
    """The second model is asked for its fields alone, by its own route."""
    talk = opinion()
    assert talk.verdict.kind == "accepted"
    assert [ask.task for ask in talk.asks] == ["extract", "careful"]
    assert talk.asks[1].schema["required"] == ["total", "lines"]
    why = {each.path: each.why for each in talk.verdict.evidence}
    assert "a second model says the same" in why["total"]
    assert "a second model says the same" in why["lines[0].quantity"]
    assert "a second model says the same" not in why["seller"]


def test_another_way_to_write_a_value_is_no_disagreement(opinion: Hold) -> None:
    """Values are compared by what they mean."""
    assert opinion(second={"total": "1.214,50"}).verdict.kind == "accepted"


def test_disagreement_goes_to_a_person_with_both_values(opinion: Hold) -> None:
    """And the value is less sure."""
    verdict = opinion(second={"total": 100}).verdict
    [reason] = verdict.reasons
    assert (verdict.kind, reason.field) == ("review", "total")
    assert reason.why == "'1214.5' by the first model, '100' by the second"
    disputed = next(each for each in verdict.evidence if each.path == "total")
    assert disputed.confidence < 0.5
    assert verdict.record["total"] == "1214.5"


def test_a_row_that_only_one_of_them_saw_is_a_disagreement(opinion: Hold, invoice: dict[str, Any]) -> None:
    """Each of its values, with nothing on the other side."""
    verdict = opinion(second={"lines": invoice["lines"][:1]}).verdict
    assert verdict.kind == "review"
    assert any("nothing by the second" in reason.why for reason in verdict.reasons)


def test_no_answer_is_no_agreement(opinion: Hold) -> None:
    """What was to be confirmed was not."""
    verdict = opinion(second="I cannot say.").verdict
    assert verdict.kind == "review"
    assert {reason.field for reason in verdict.reasons} == {"total", "lines"}


def test_what_goes_to_a_person_anyway_is_asked_once(opinion: Hold) -> None:
    """A second model would cost and change nothing."""
    talk = opinion(first={"number": "R-9999"})
    assert talk.verdict.kind == "review"
    assert [ask.task for ask in talk.asks] == ["extract"]


def test_a_feed_says_how_sure_is_sure_enough(
    make_feed: Hold, document: Any, hold: Hold, invoice_text: str, invoice: dict[str, Any]
) -> None:
    """For all values, or for those that matter most."""
    strict = make_feed(settings="review: {confidence: 0.0, confidence_of: {terms: 0.99}}\n").load()
    verdict = hold(strict, document(invoice_text), lambda ask: invoice).verdict
    assert [(reason.field, "less sure than 0.99" in reason.why) for reason in verdict.reasons] == [("terms", True)]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ("second_opinion: {task: a, fields: [total], field: [x]}", "Did you mean 'fields'"),
        ("second_opinion: {task: a, fields: [totals]}", "Invoice has no field 'totals'. Did you mean 'total'"),
        ("review: {confidence_of: {lines.total: 0.9}}", "Invoice has no field 'lines.total'. Did you mean 'lines"),
    ],
)
def test_a_setting_that_means_nothing_is_named(make_feed: Hold, settings: str, sentence: str) -> None:
    """With what was probably meant."""
    with pytest.raises(BrokenFeed) as caught:
        make_feed(settings=settings).load()
    assert sentence in str(caught.value)
