"""What kind of limit a provider keeps is learnt from its headers, and believed only as far as both kinds allow."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.llm.limits.asking import LimitSettings
from resources.llm.limits.gauge import Gauge
from resources.llm.limits.meter import Meter, Reading, advance, believe, charge, cut, first_meter, heed, told_meter
from resources.llm.messages import Allowance
from sandbox.quota import Quota

NOW_S = 1000.0


def watched(shape: Any, blur_s: float = 0.0, latency_s: float = 0.5, requests: int = 30, gap_s: float = 0.05) -> Gauge:
    """A gauge that saw so many answers of a provider with 40 requests in 10 s."""
    gauge, quota = Gauge(60.0, None), Quota(40, None, 10.0, shape)
    for number in range(requests):
        sent_s = NOW_S + number * gap_s
        (limit,) = quota.ask(1, sent_s).limits
        reset_s = limit.reset_s if not blur_s else float(int(limit.reset_s))
        gauge.see(Allowance("requests", limit.limit, limit.remaining, reset_s), sent_s, sent_s + latency_s)
    return gauge


@pytest.mark.parametrize("shape", ["window", "bucket"])
@pytest.mark.parametrize("blur_s", [0.0, 1.0])
@pytest.mark.parametrize("latency_s", [0.01, 2.0])
def test_the_shape_shows_within_a_few_answers(shape: Any, blur_s: float, latency_s: float) -> None:
    """Exact times or whole seconds, quick answers or slow ones."""
    gauge = watched(shape, blur_s, latency_s, requests=240 if blur_s else 60)
    assert gauge.shape == shape
    assert gauge.window_s == pytest.approx(10.0, rel=0.2 if blur_s else 0.05)


def test_one_answer_proves_nothing() -> None:
    """Until then both shapes are possible, and whoever knows better may say so."""
    assert watched("window", requests=1).shape is None
    assert Gauge(60.0, "bucket").shape == "bucket"


@given(st.lists(st.floats(0.001, 3.0), min_size=8, max_size=60), st.floats(0.01, 2.0))
def test_a_window_is_never_thought_to_end_early(gaps_s: list[float], latency_s: float) -> None:
    """Requests that come a moment too early are refused, all of them."""
    gauge, quota, sent_s = Gauge(60.0, None), Quota(40, None, 10.0, "window"), NOW_S
    for gap_s in gaps_s:
        (limit,) = quota.ask(1, sent_s).limits
        gauge.see(Allowance("requests", limit.limit, limit.remaining, limit.reset_s), sent_s, sent_s + latency_s)
        assert gauge.full_s[1] >= sent_s + limit.reset_s - 1e-6
        sent_s += gap_s


def test_a_limit_that_changed_is_learnt_anew() -> None:
    """Limits change by the hour, and with the account's tier."""
    gauge = watched("bucket")
    for number in range(20):
        gauge.see(Allowance("requests", 80, 79 - number, 10.0 - number * 0.01), NOW_S + 9 + number * 0.01, NOW_S + 9.5)
    assert gauge.shape == "window"


# What is left


def told(shape: Any, least: float, most: float, limit: float = 40.0, **more: Any) -> Reading:
    plain = Reading(
        limit=limit,
        least=least,
        most=most,
        others=0.0,
        rest=None,
        sent_ago_s=0.0,
        told_ago_s=0.0,
        full_in_s=(4.0, 5.0),
        fills_in_s=None,
        window_s=10.0,
        shape=shape,
        epoch=0,
    )
    return replace(plain, **more)


def meter(shape: Any, level: float) -> Meter:
    made = told_meter(told(shape, level, level), LimitSettings(window_s=10.0), NOW_S)
    believe(made, told(shape, level, level), None)
    return made


def test_a_window_gives_all_back_at_its_end_and_nothing_before() -> None:
    """And what was held of the old one is void: the caller is told."""
    window = meter("window", 3.0)
    heed(window, told("window", 3.0, 3.0), 0.0, 0.0, None)
    assert not advance(window, NOW_S + 4.9)
    assert window.level == 3.0
    assert advance(window, NOW_S + 5.0)
    assert (window.level, window.epoch) == (40.0, 1)


def test_a_bucket_fills_at_its_pace_and_not_over_its_brim() -> None:
    """Four a second, forty at the most."""
    bucket = meter("bucket", 0.0)
    advance(bucket, NOW_S + 5.0)
    assert bucket.level == pytest.approx(20.0)
    advance(bucket, NOW_S + 500.0)
    assert bucket.level == 40.0


def test_our_own_bookkeeping_is_kept_within_what_was_said() -> None:
    """What others outside used is gone; what we thought was used and was not is there."""
    bucket = meter("bucket", 20.0)
    for least, most, level in ((10.0, 30.0, 20.0), (2.0, 5.0, 5.0), (12.0, 15.0, 12.0)):
        heed(bucket, told("bucket", least, most), 0.0, 0.0, None)
        assert bucket.level == level


def test_what_others_spent_since_is_not_found_again() -> None:
    """An answer that took long says what was left long ago."""
    bucket = meter("bucket", 5.0)
    heed(bucket, told("bucket", 30.0, 40.0, others=100.0), 130.0, 0.0, None)
    assert bucket.level == 5.0


def test_an_unknown_shape_gives_back_what_either_would() -> None:
    """A few are tried where a window would end; the whole is not believed in."""
    unsure = meter(None, 0.0)
    heed(unsure, told(None, 0.0, 0.0), 0.0, 0.0, None)
    assert not advance(unsure, NOW_S + 5.0)
    assert 4.0 <= unsure.level <= 10.0


def test_a_limit_nobody_told_is_never_exceeded_in_any_window() -> None:
    """Whatever the provider's shape: the burst and what drips in within a window are the limit together."""
    even = first_meter("requests", LimitSettings(requests_per_minute=500), NOW_S)
    assert even is not None
    assert even.capacity + even.per_s * 60.0 == pytest.approx(500.0)
    assert even.per_s * 60.0 / 500.0 >= 0.95


@pytest.mark.parametrize(("shape", "burst"), [("bucket", 500 / 6), ("window", 500.0), (None, 25.0)])
def test_a_first_burst_is_as_large_as_the_shape_allows(shape: Any, burst: float) -> None:
    """Ten seconds' worth of a bucket, all of a window, a twentieth of what may be either."""
    made = first_meter("requests", LimitSettings(requests_per_minute=500, shape=shape), NOW_S)
    assert made is not None
    assert made.level == pytest.approx(burst)


def test_what_an_operator_set_below_the_providers_limit_is_kept() -> None:
    """Others share the account; what the provider would allow us is not ours."""
    own = first_meter("requests", LimitSettings(requests_per_minute=30), NOW_S)
    assert own is not None
    believe(own, told("bucket", 100.0, 100.0, limit=500.0), 30.0)
    heed(own, told("bucket", 100.0, 100.0, limit=500.0), 0.0, 0.0, 30.0)
    assert (own.limit, own.level) == (30.0, own.capacity)


def cut_at(spent: float, limit: int | None = None) -> Meter:
    """A guess that was cut when so much had been spent in a minute."""
    guessed = first_meter("requests", LimitSettings(requests_per_minute=limit), NOW_S)
    assert guessed is not None
    if limit is None:
        guessed.mode = "open"
    charge(guessed, spent, NOW_S + 59.0)
    cut(guessed, NOW_S + 59.0)
    return guessed


def after_minutes(guessed: Meter, minutes: int, missed: bool) -> float:
    for minute in range(1, minutes + 1):
        guessed.missed = missed
        advance(guessed, NOW_S + 59.0 + minute * 61.0)
    return guessed.limit


def test_a_cut_leaves_most_of_what_was_answered_and_at_least_half_of_what_was_thought() -> None:
    """What went through in a minute was allowed; a quiet minute says nothing of the rest."""
    assert cut_at(700.0, limit=1000).limit == pytest.approx(630.0)
    assert cut_at(100.0, limit=1000).limit == pytest.approx(500.0)


def test_what_was_spent_before_there_was_a_limit_is_no_debt() -> None:
    """A thousand calls to an endpoint without limits, then a few refusals: the next call is due in a second."""
    cut_once = cut_at(1000.0)
    assert cut_once.limit == pytest.approx(900.0)
    advance(cut_once, NOW_S + 60.0)
    assert cut_once.level >= 1.0


def test_a_limit_that_was_met_is_approached_slowly() -> None:
    """Ten windows from nine tenths of it to all of it, so that it is hardly ever exceeded."""
    assert 950.0 < after_minutes(cut_at(1000.0), 8, missed=True) < 1000.0


def test_a_limit_that_was_none_is_forgotten() -> None:
    """Whoever goes beyond it unrefused goes faster and faster, and then as if there had never been any."""
    wrong = cut_at(1000.0)
    after_minutes(wrong, 40, missed=True)
    assert wrong.mode == "open"


def test_a_limit_that_nobody_misses_is_not_tried() -> None:
    """It grows a little, for limits change; a hundredth a window."""
    assert after_minutes(cut_at(1000.0), 40, missed=False) < 1400.0


def test_what_an_operator_set_is_never_outgrown() -> None:
    """However long nobody refuses."""
    assert after_minutes(cut_at(700.0, limit=1000), 60, missed=True) == 1000.0


@given(
    st.lists(
        st.tuples(st.sampled_from(["later", "back", "spend", "refund", "read"]), st.floats(0.0, 100.0)), max_size=40
    ),
    st.sampled_from(["window", "bucket", None]),
)
def test_no_jump_of_any_clock_gives_more_than_the_limit(moves: list[tuple[str, float]], shape: Any) -> None:
    """Forward or back, by seconds or by days."""
    one, now_s = meter(shape, 40.0), NOW_S
    for move, amount in moves:
        if move in ("later", "back"):
            now_s += amount * 1000.0 if move == "later" else -amount * 1000.0
        elif move == "read":
            heed(one, told(shape, -amount, 40.0, epoch=one.epoch), 0.0, 0.0, None)
        else:
            charge(one, amount if move == "spend" else -amount, now_s)
        advance(one, now_s)
        assert one.level <= 40.0
        assert one.full_at_s is None or one.full_at_s <= now_s + one.window_s
