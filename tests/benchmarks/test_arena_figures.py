"""Figures of a comparison: what counts as a failing call, a storm, a recovery, and who is said to have missed a bar."""

from dataclasses import replace
from typing import Any

from benchmarks.arena.crew import Call
from benchmarks.arena.figures import (
    Figure,
    as_share,
    back_after,
    busiest_second,
    failing_calls,
    lost,
    middle,
    quantile,
    ratio,
)
from benchmarks.arena.tables import table
from benchmarks.provider import Seen


def seen(at_s: float, status: int | None = 503, **changes: Any) -> Seen:
    plain = Seen(at_s, 0.05, "/primary/v1/chat/completions", "m", "ok", status, False, False, 1, 1)
    return replace(plain, **changes)


def call(took_s: float, who: str | None = "primary-model-1") -> Call:
    return Call(0.0, took_s, who, 1, [])


def test_failing_calls_are_those_a_client_could_have_spared() -> None:
    """What was under way when the first failure came back was not known to be in vain."""
    under_way = [seen(1.0, took_s=0.5), seen(1.1, took_s=0.5), seen(1.4, took_s=0.5)]
    assert failing_calls([seen(0.5, 200), *under_way, seen(1.6), seen(1.7, 200), seen(1.8, None)]) == 2
    assert failing_calls([seen(0.5, 200)]) == 0


def test_a_storm_is_seen_wherever_its_second_begins() -> None:
    """A second is any second, not one that begins with the clock's."""
    assert busiest_second([seen(each / 10) for each in range(5, 25)], 0.0, 10.0) == 10
    assert busiest_second([seen(9.0), seen(11.0)], 10.0, 20.0) == 1
    assert busiest_second([], 0.0, 1.0) == 0


def test_back_is_the_first_answer_after_recovery() -> None:
    """An answer from before does not count, nor a failed try after."""
    assert back_after([seen(1.0, 200), seen(11.0), seen(14.0, 200)], 10.0) == 4.0
    assert back_after([seen(1.0, 200)], 10.0) is None


def test_only_answered_calls_have_a_latency() -> None:
    """A lost call is counted as lost, not as fast."""
    calls = [*(call(each / 100) for each in range(1, 101)), call(0.001, None)]
    assert lost(calls) == 1
    assert quantile(calls, 0.5) == 0.51
    assert quantile(calls, 0.99) == 1.0
    assert quantile([call(1.0, None)], 0.5) is None


def test_a_bar_is_held_or_missed() -> None:
    """Either way round; a figure that could not be had misses it."""
    assert Figure("lost", 0, bar=0).holds
    assert not Figure("lost", 1, bar=0).holds
    assert Figure("quota used", 0.96, as_share, 0.95, "at least").holds
    assert not Figure("quota used", 0.94, as_share, 0.95, "at least").holds
    assert not Figure("back after", None, bar=30).holds
    assert Figure("p50", None).holds


def test_several_runs_come_to_their_median() -> None:
    """Of the runs that had the figure."""
    runs = [[Figure("p99", value, bar=2.0)] for value in (9.0, 1.0, None, 1.5)]
    assert middle(runs) == [Figure("p99", 1.5, bar=2.0)]


def test_nothing_is_divided_by_nothing() -> None:
    """A ratio to nothing is none."""
    assert ratio(3.0, 2.0) == 1.5
    assert ratio(3.0, 0.0) is None
    assert ratio(None, 2.0) is None


def test_the_others_stand_beside_ours() -> None:
    """How many times ours each compared figure is; bars are ours alone."""
    rows = {
        "weir": [Figure("failing", 4, bar=7, compared=True), Figure("lost", 1, bar=0)],
        "other": [Figure("failing", 200, bar=7, compared=True), Figure("lost", 0, bar=0)],
    }
    _, ours, other = table(rows)
    assert ours.split() == ["weir", "4", "ok", "1", "MISSED"]
    assert other.split() == ["other", "200", "(50.0x)", "0"]
