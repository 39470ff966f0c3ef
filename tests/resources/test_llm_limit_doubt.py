"""When refusals that nobody explains mean a limit: again and again, and not now and then."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.llm.limits.doubt import Doubt


def strewn(share: float, requests: int, seed: int) -> int:
    """How often so many requests, of which chance refuses a share, are taken for a limit."""
    dice, doubt, convinced = random.Random(seed), Doubt(), 0
    for number in range(1, requests + 1):
        if dice.random() < share:
            convinced += doubt.refused(sent_ago_s=0.5, now_s=float(number))
        else:
            doubt.answered(1)
    return convinced


def test_one_in_a_hundred_is_no_limit() -> None:
    """Once in a hundred thousand requests the dice fall so that it looks like one."""
    assert sum(strewn(0.01, 10_000, seed) for seed in range(10)) <= 1


def test_one_in_ten_is_one() -> None:
    """More than one in twenty adds up."""
    assert all(strewn(0.1, 300, seed) for seed in range(10))


def test_what_refuses_everything_is_one_at_the_third_time() -> None:
    """A window that is used up refuses until it ends."""
    doubt = Doubt()
    assert [doubt.refused(0.5, 1000.0 + number) for number in range(4)] == [False, False, True, True]


def test_a_burst_convinces_nobody_but_the_next_refusal_does() -> None:
    """Thirty-two calls that were under way together may have met with one hiccup."""
    doubt = Doubt()
    assert not any(doubt.refused(2.0, 1000.0) for _ in range(32))
    assert doubt.refused(0.5, 1002.0)


def test_answers_take_the_doubt_away() -> None:
    """The same burst, after which sixty calls are answered, is forgotten."""
    doubt = Doubt()
    for _ in range(32):
        doubt.refused(2.0, 1000.0)
    doubt.answered(60)
    assert not doubt.refused(0.5, 1010.0)


@pytest.mark.parametrize("jump_s", [-1e6, -60.0, 1e6])
def test_a_clock_that_jumps_neither_convinces_nor_deafens(jump_s: float) -> None:
    """Three in a row are three in a row by any clock."""
    doubt = Doubt()
    times_s = (1000.0, 1002.0 + jump_s, 1004.0 + jump_s, 1006.0 + jump_s)
    found = [doubt.refused(0.5, now_s) for now_s in times_s]
    assert found[0] is False
    assert found[-1] is True


@given(st.lists(st.tuples(st.booleans(), st.floats(0.0, 5.0), st.integers(0, 50)), max_size=60))
def test_no_evidence_outlives_sixty_answers(events: list[tuple[bool, float, int]]) -> None:
    """Whatever came before."""
    doubt, now_s = Doubt(), 1000.0
    for refused, seconds, answers in events:
        now_s += seconds
        if refused:
            doubt.refused(1.0, now_s)
        doubt.answered(answers)
    doubt.answered(60)
    assert not doubt.refused(0.0, now_s + 10.0)
