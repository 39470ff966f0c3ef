"""When bad calls are enough to leave an endpoint alone: so many in a row, or such a share of the window.

The share is looked at over the whole window, and over its last fifth with twice the calls: what has worked for a
minute at many calls a second would otherwise hide for half a minute that it no longer does.
"""

import math

from resources.llm.health.breaker import Breaker
from resources.llm.health.counts import Bucket, bucket_number
from resources.llm.health.settings import BreakerSettings

_CHANCE = 1e-5  # a run that luck alone brings more often than this says nothing
_RARE_CALLS_A_SECOND = 0.5


def too_many_failures(breaker: Breaker, at_s: float, settings: BreakerSettings) -> str:
    """Why it has to be left alone, if it has."""
    counts, recent = _counts(breaker, at_s, settings)
    run, seen_for_s = breaker.failures.count, min(at_s - breaker.since_s, settings.window_s)
    if run >= _needed(settings.consecutive_failures, counts.calls, counts.failed - run, seen_for_s, settings):
        return f"{math.ceil(run)} failures in a row"
    bad = _past_share(counts.calls, counts.failed, recent.calls, recent.failed, settings.failure_share, settings)
    return f"{bad} calls failed" if bad else ""


def too_many_slow(breaker: Breaker, at_s: float, settings: BreakerSettings) -> str:
    """The same of calls that took longer than expected, whatever came of them."""
    counts, recent = _counts(breaker, at_s, settings)
    run, seen_for_s = breaker.slowness.count, min(at_s - breaker.since_s, settings.window_s)
    if run >= _needed(settings.consecutive_slow, counts.calls, counts.slow - run, seen_for_s, settings):
        return f"{math.ceil(run)} slow calls in a row"
    bad = _past_share(counts.calls, counts.slow, recent.calls, recent.slow, settings.slow_share, settings)
    return f"{bad} calls were slow" if bad else ""


def weight(share: float) -> float:
    """What a late good answer takes off a run, so that a run grows only where bad ones exceed the share."""
    return share / (1.0 - share) if share < 1.0 else math.inf


def _counts(breaker: Breaker, at_s: float, settings: BreakerSettings) -> tuple[Bucket, Bucket]:
    number = bucket_number(at_s, settings.window_s)
    return breaker.window.all(number), breaker.window.recent(number)


def _past_share(
    calls: int, bad: int, recent_calls: int, recent_bad: int, share: float, settings: BreakerSettings
) -> str:
    if calls >= settings.min_calls and bad >= share * calls:
        return f"{bad} of {calls}"
    if recent_calls >= 2 * settings.min_calls and recent_bad >= share * recent_calls:
        return f"{recent_bad} of the last {recent_calls}"
    return ""


def _needed(configured: int, calls: int, others: float, seen_for_s: float, settings: BreakerSettings) -> int:
    """How long a run has to be to mean something: shorter where calls are rare and another is far, longer where
    they fail now and then and luck would bring it about.
    """
    if calls < _RARE_CALLS_A_SECOND * seen_for_s:
        return max(1, configured - 1)
    usual = others / calls
    if usual <= 0:
        return configured
    by_luck = math.log(_CHANCE) / math.log(min(usual, 0.9))
    return max(configured, min(math.ceil(by_luck), settings.min_calls))
