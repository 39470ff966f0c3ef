"""The limits of a feed's checks: every feed has good ones, each is changed by itself, nonsense is refused."""

from collections.abc import Callable
from math import inf
from typing import Any

import pytest

from extraction.broken_feed import BrokenSetting
from extraction.limits import Checks, Limits

Make = Callable[..., Any]


def test_a_feed_needs_to_say_nothing(make_feed: Make) -> None:
    """The defaults are those of the model."""
    assert make_feed().load().settings.checks == Checks()


def test_a_limit_set_alone_leaves_the_others_of_its_check(make_feed: Make) -> None:
    """And all other checks."""
    checks = make_feed(settings="checks:\n  fallbacks: {error: 0.5}\n").load().settings.checks
    assert checks.fallbacks == Limits(warn=0.05, error=0.5, min_count=50)
    assert checks.failed_calls == Checks().failed_calls


def test_a_limit_can_be_switched_off(make_feed: Make) -> None:
    """By the number that nothing is above."""
    checks = make_feed(settings="checks:\n  fallbacks: {warn: .inf, error: .inf}\n").load().settings.checks
    assert checks.fallbacks.warn == inf


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("checks:\n  fallbacks: {warn: 0.2}\n", "checks.fallbacks: warn (0.2) is above error (0.1)"),
        (
            "checks:\n  fallbacks: {warm: 0.2}\n",
            "checks.fallbacks.warm: there is no such setting. Did you mean 'warn'?",
        ),
        ("checks:\n  fallback: {warn: 0.2}\n", "checks.fallback: there is no such setting. Did you mean 'fallbacks'?"),
        ("checks:\n  fallbacks: 0.2\n", "checks.fallbacks: "),
        ("checks:\n  fallbacks: {min_count: 0}\n", "checks.fallbacks.min_count: "),
        ("checks: strict\n", "checks: "),
    ],
)
def test_nonsense_is_refused_with_path_and_line(make_feed: Make, settings: str, said: str) -> None:
    """As every other setting is."""
    with pytest.raises(BrokenSetting) as caught:
        make_feed(settings=settings).load()
    assert said in str(caught.value)
    assert caught.value.line is not None


def test_every_limit_says_what_it_is() -> None:
    """docs/checks.md is made of these sentences."""
    assert all(field.description for field in (*Checks.model_fields.values(), *Limits.model_fields.values()))
