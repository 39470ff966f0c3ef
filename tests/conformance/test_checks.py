"""The judges: each has to see the misconduct it is there for, or a pass means nothing."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from benchmarks.conduct import checks
from benchmarks.conduct.checks import Check, Ended, Run, judge
from benchmarks.provider import Seen
from resources.llm.calls import Answer
from resources.llm.errors import ContentRefused, Unanswered
from resources.llm.store import Attempt

WHOLE, CUT = {"field": "whole"}, {"field": "wh"}


def seen(at_s: float, status: int | None = 503, **changes: Any) -> Seen:
    plain = Seen(at_s, 0.1, "/a/v1/chat/completions", "primary-model-1", "ok", status, False, False, 10, 0)
    return replace(plain, **changes)


def answered(value: Any = WHOLE, sent_s: float = 0.0, took_s: float = 0.1, model: str = "fallback-model-1") -> Ended:
    return Ended(sent_s, took_s, Answer(value, "", True, None, "fallback", model, False, False, ()))


def refused(sentence: str) -> Ended:
    reason = ContentRefused("primary", sentence)
    return Ended(0.0, 0.1, error=Unanswered("extract", "for that ends the call", (reason,), False, ()))


def row(outcome: Any = "ok", cost_usd: str = "0.1", output_tokens: int = 5) -> Attempt:
    return Attempt(
        call_id="call",
        attempt=1,
        run_id="run",
        doc_id=None,
        feed="feed",
        tenant="tenant",
        asset="extractions",
        partition="2026-11-19|feed",
        endpoint="primary",
        model="primary-model-1",
        task="extract",
        prompt_version="p1",
        outcome=outcome,
        input_tokens=10,
        output_tokens=output_tokens,
        cached_tokens=0,
        reasoning_tokens=0,
        cost_usd=Decimal(cost_usd),
        started_at=datetime(2026, 11, 19, tzinfo=UTC),
    )


def run(*ended: Ended, primary: tuple[Seen, ...] = (), fallback: tuple[Seen, ...] = (), **changes: Any) -> Run:
    rows = tuple(row() for _ in (*primary, *fallback))
    plain = Run(ended or (answered(),), rows, primary, (), fallback, True, lambda value: value == WHOLE)
    return replace(plain, **changes)


FAILED_OVER = run(primary=(seen(0.0),), fallback=(seen(0.2, 200),))


def test_a_clean_rescue_passes() -> None:
    """One failure, one answer from elsewhere, both rows."""
    assert judge(FAILED_OVER, (checks.at_most(6),), True, 20)[0] == "pass"


def test_an_advisory_miss_is_partial() -> None:
    """Served, but not as one should."""
    assert judge(FAILED_OVER, (checks.retried_in_place,), True, 20)[0] == "partial"


def test_a_clean_error_where_an_answer_was_wanted_is_safe() -> None:
    """Nothing wrong was said and nobody was hammered, but the caller has nothing."""
    assert judge(run(refused("no"), primary=(seen(0.0),)), (), True, 20)[0] == "safe"


def test_an_answer_where_a_refusal_was_wanted_is_partial() -> None:
    """It was routed around."""
    assert judge(FAILED_OVER, (), False, 20)[0] == "partial"


@pytest.mark.parametrize(
    "bad",
    [
        run(Ended(0.0, 21.0)),
        run(answered(took_s=21.0)),
        run(answered(CUT)),
        run(primary=(seen(0.0),), rows=()),
    ],
    ids=["hung", "too long", "cut", "an attempt without a row"],
)
def test_what_fails_every_scenario(bad: Run) -> None:
    """A hang, a cut answer given as a success, and an attempt nobody booked."""
    assert judge(bad, (), True, 20)[0] == "fail"


MISCONDUCT: list[tuple[str, Check, Run]] = [
    ("seven attempts", checks.at_most(6), run(primary=tuple(seen(each) for each in range(7)))),
    ("hammering", checks.at_most_within(2, 1.5), run(primary=(seen(5.0), seen(5.4), seen(5.9)))),
    ("back too early", checks.retry_after_kept(1.8), run(primary=(seen(0.0, 429), seen(0.6)))),
    ("neither back nor elsewhere", checks.retry_after_kept(1.8), run(primary=(seen(0.0, 429),))),
    ("silence for long", checks.ended_within(15), run(answered(took_s=20.0))),
    ("broken afterwards", checks.healthy_after, run(alive=False)),
    ("no usage", checks.usage_is_told, run(rows=(row(output_tokens=0),))),
    ("the twin asked", checks.twin_not_asked, run(twin=(seen(1.0),))),
    ("routed around", checks.fallback_not_asked, FAILED_OVER),
    ("the reason lost", checks.reason_reaches_the_caller("safety system"), run(refused("no"))),
    ("a prefill sent", checks.no_prefill_sent, run(fallback=(seen(0.2, 400), seen(0.3, 200)))),
    ("the wrong name", checks.answer_names_the_fallback, run(answered(model="primary-model-1"))),
    ("a failure billed", checks.failures_cost_nothing, run(rows=(row("failed", "0.1"), row()))),
    ("an answer for nothing", checks.failures_cost_nothing, run(rows=(row("ok", "0"),))),
    ("never back", checks.back_within(30, 60), run(primary=(seen(64.0),))),
    ("back late", checks.back_within(30, 60), run(primary=(seen(91.0, 200),))),
    ("not served", checks.served_all_along, run(answered(), refused("no"))),
    ("too many probes", checks.probes_at_most(0.3, 60), run(*[answered()] * 3, primary=(seen(0.0),))),
    ("not streamed", checks.was_streamed, run(primary=(seen(0.0, stream=False),))),
]


@pytest.mark.parametrize(
    ("check", "bad"), [(check, bad) for _, check, bad in MISCONDUCT], ids=[n for n, *_ in MISCONDUCT]
)
def test_misconduct_is_seen(check: Check, bad: Run) -> None:
    """By the check that is there for it."""
    assert not check(bad).ok


GOOD: list[tuple[Check, Run]] = [
    (checks.retry_after_kept(1.8), run(primary=(seen(0.0, 429), seen(2.1, 200)))),
    (checks.retry_after_kept(1.8), FAILED_OVER),
    (checks.at_most_within(2, 1.5), run(primary=(seen(0.0), seen(0.4), seen(2.0)))),
    (checks.back_within(30, 60), run(primary=(seen(0.0), seen(64.0, 200)))),
    (checks.probes_at_most(0.3, 60), run(*[answered(sent_s=each * 4.0) for each in range(20)], primary=(seen(0.0),))),
]


@pytest.mark.parametrize(("check", "good"), GOOD)
def test_right_conduct_is_seen_too(check: Check, good: Run) -> None:
    """A check that nothing passes is no check."""
    assert check(good).ok
