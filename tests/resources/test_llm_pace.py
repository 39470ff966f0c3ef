"""What is known of speed decides about timeouts, streaming, slowness and hedges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.llm.endpoints import HedgeSettings, RetrySettings
from resources.llm.hedging import Hedges
from resources.llm.pace import Pace
from resources.llm.retries import Retries
from resources.llm.store import Timed
from tests.resources.llm_parts import endpoint

A = endpoint("a", first_token_timeout_s=15.0)


def timed(seconds: float, count: int, tokens: int = 100) -> Pace:
    pace = Pace()
    pace.remember(Timed("a", "extract", seconds, tokens) for _ in range(count))
    return pace


def test_nothing_is_known_of_a_stranger() -> None:
    """Whoever was never timed is streamed, slow only by the floor, and hedged when silence would be noticed."""
    pace = Pace()
    assert pace.percentiles("a", "extract") is None
    assert not pace.is_quick(A, "extract")
    assert pace.slow_after_s(A, "extract", 1000, 20.0) == 20.0
    assert pace.hedge_after_s(A, "extract", None) == 15.0


def test_few_answers_say_nothing_about_the_tail() -> None:
    """A tail is not told from a handful."""
    assert not timed(0.1, 19).is_quick(A, "extract")
    assert timed(0.1, 20).is_quick(A, "extract")


@pytest.mark.parametrize(("seconds", "quick"), [(0.5, True), (4.9, True), (5.1, False), (12.0, False)])
def test_streaming_pays_where_silence_would_last_too_long(seconds: float, quick: bool) -> None:
    """Answers that come in a third of the time silence may last need no streaming to be missed."""
    assert timed(seconds, 32).is_quick(A, "extract") is quick


def test_slow_is_normalised_by_the_length_that_is_expected() -> None:
    """A task of long answers is not slow for being long."""
    short, long = timed(2.0, 40, tokens=50), timed(20.0, 40, tokens=500)
    assert short.slow_after_s(A, "extract", 8000, 1.0) == pytest.approx(6.0)
    assert long.slow_after_s(A, "extract", 8000, 1.0) == pytest.approx(60.0)
    assert short.slow_after_s(A, "extract", 8000, 20.0) == 20.0


def test_tasks_and_endpoints_are_timed_apart() -> None:
    """Embedding fast says nothing about answering fast."""
    pace = timed(0.1, 40)
    assert not pace.is_quick(A, "classify")
    assert not pace.is_quick(endpoint("b"), "extract")


def test_percentiles_are_those_of_the_last_answers() -> None:
    """What was true yesterday is forgotten when enough came since."""
    pace = timed(9.0, 300)
    pace.remember(Timed("a", "extract", number / 100, 10) for number in range(260))
    found = pace.percentiles("a", "extract")
    assert found is not None
    assert (found.p50_s, found.p95_s, found.p99_s) == pytest.approx((1.32, 2.47, 2.57), abs=0.1)


RETRIES = RetrySettings(share=0.2, floor_per_minute=6.0, most=10.0)


def test_retries_are_a_share_of_the_calls() -> None:
    """After the floor is used up, five calls earn one retry."""
    retries = Retries()
    while retries.may_retry("a", RETRIES, 0.0):
        pass
    for _ in range(5):
        assert not retries.may_retry("a", RETRIES, 0.0)
        retries.called("a", RETRIES, 0.0)
    assert retries.may_retry("a", RETRIES, 0.0)


def test_a_few_retries_a_minute_are_always_there() -> None:
    """Where calls are rare, one that fails may still be tried again."""
    retries = Retries()
    while retries.may_retry("a", RETRIES, 0.0):
        pass
    assert not retries.may_retry("a", RETRIES, 9.0)
    assert retries.may_retry("a", RETRIES, 20.0)
    assert retries.may_retry("b", RETRIES, 20.0)


@given(st.lists(st.tuples(st.booleans(), st.floats(-5, 60)), max_size=200))
def test_no_history_earns_more_than_the_rules_allow(steps: list[tuple[bool, float]]) -> None:
    """Neither time running backwards nor saving up gets an endpoint more retries than calls and time pay for."""
    retries, now_s, calls, granted, elapsed = Retries(), 100.0, 0, 0, 0.0
    latest = now_s
    for is_call, delta in steps:
        now_s += delta
        elapsed, latest = elapsed + max(0.0, now_s - latest) * 2, max(latest, now_s)
        if is_call:
            calls += 1
            retries.called("a", RETRIES, latest)
        else:
            granted += retries.may_retry("a", RETRIES, latest)
    assert granted <= RETRIES.floor_per_minute + calls * RETRIES.share + elapsed * RETRIES.floor_per_minute / 60 + 1e-6


def test_hedges_are_at_most_their_share_of_the_calls() -> None:
    """Five of a hundred, whatever is late."""
    hedges, settings, drawn = Hedges(), HedgeSettings(share=0.05), 0
    for _ in range(1000):
        hedges.called(settings)
        drawn += hedges.may(settings)
    assert 45 <= drawn <= 50


def test_a_hedge_that_was_not_asked_is_given_back() -> None:
    """The second endpoint was shut: nothing was spent."""
    hedges, settings = Hedges(), HedgeSettings(share=0.05)
    for _ in range(20):
        hedges.called(settings)
    assert hedges.may(settings)
    hedges.unused()
    assert hedges.may(settings)
    assert not hedges.may(settings)
