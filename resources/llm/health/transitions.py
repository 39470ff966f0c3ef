"""What each event makes of a breaker; no clock, no die, no I/O.

The same functions run here and under the row's lock, on the same events, in the board's time. So a process that is
alone and all processes together decide alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from resources.llm.health.breaker import Breaker, Cooling, Event, What
from resources.llm.health.counts import Bucket, bucket_number
from resources.llm.health.evidence import too_many_failures, too_many_slow, weight
from resources.llm.health.leases import permits, without_lease
from resources.llm.health.settings import BreakerSettings

_BACKOFF_S, _BACKOFF_MOST_S = 1.0, 20.0


def apply(breaker: Breaker, event: Event, settings: BreakerSettings) -> Breaker:
    return _APPLY[event.what](breaker, event, settings)


def _answered(breaker: Breaker, event: Event, settings: BreakerSettings) -> Breaker:
    cooled = _cooled_down(breaker, event)
    if event.lease is not None:
        return _passed(cooled, event, settings)
    if cooled.phase != "closed":
        return cooled
    started_s, at_s = event.started_s, event.at_s
    slow, number = cooled.slowness, bucket_number(at_s, settings.window_s)
    return replace(
        cooled,
        window=cooled.window if event.counted else cooled.window.plus(Bucket(number, event.count)),
        failures=cooled.failures.answered(event.count, started_s, at_s, weight(settings.failure_share)),
        slowness=slow if event.counted else slow.answered(event.count, started_s, at_s, weight(settings.slow_share)),
    )


def _cooled_down(breaker: Breaker, event: Event) -> Breaker:
    cooling = breaker.cooling
    if cooling.rounds and event.started_s >= cooling.until_s:
        return replace(breaker, cooling=replace(cooling, rounds=0))
    return breaker


def _passed(breaker: Breaker, event: Event, settings: BreakerSettings) -> Breaker:
    left = without_lease(breaker, event.lease)
    if left is breaker or event.counted:
        return left
    if left.passed + 1 < permits(left, settings):
        return replace(left, passed=left.passed + 1)
    if left.stage + 1 < len(settings.ramp):
        return replace(left, phase="ramping", stage=left.stage + 1, passed=0)
    return Breaker(number=left.number, since_s=event.at_s, cooling=left.cooling)


def _failed(breaker: Breaker, event: Event, settings: BreakerSettings) -> Breaker:
    cooled = breaker
    if event.retry_after_s is not None:  # a guess of a machine in trouble, not an account of a quota
        cooled = _cool(breaker, event, min(event.retry_after_s, settings.max_open_s))
    if event.lease is not None:
        return _probe_failed(cooled, event, settings)
    if cooled.phase != "closed" or event.started_s < cooled.since_s:
        return cooled
    number, calls = bucket_number(event.at_s, settings.window_s), 0 if event.counted else 1
    counted = replace(
        cooled,
        window=cooled.window.plus(Bucket(number, calls, failed=1)),
        failures=cooled.failures.longer(event.started_s, event.at_s),
    )
    why = too_many_failures(counted, event.at_s, settings)
    return _opening(counted, event, settings, why=f"{why}: {event.why}") if why else counted


def _slow(breaker: Breaker, event: Event, settings: BreakerSettings) -> Breaker:
    if event.lease is not None:
        held = breaker.leases.get(event.lease)
        last_resort = held is not None and held.last_resort and breaker.phase == "open"
        return breaker if last_resort else _probe_failed(breaker, event, settings, slow=True)
    if breaker.phase != "closed" or event.started_s < breaker.since_s:
        return breaker
    number = bucket_number(event.at_s, settings.window_s)
    counted = replace(
        breaker,
        window=breaker.window.plus(Bucket(number, calls=1, slow=1)),
        slowness=breaker.slowness.longer(event.started_s, event.at_s),
    )
    why = too_many_slow(counted, event.at_s, settings)
    return _opening(counted, event, settings, why=why, slow=True) if why else counted


def _probe_failed(breaker: Breaker, event: Event, settings: BreakerSettings, slow: bool = False) -> Breaker:
    held = breaker.leases.get(event.lease or "")
    if held is None:
        return breaker
    if held.last_resort and breaker.phase == "open":
        return replace(without_lease(breaker, event.lease), probed_s=event.at_s)
    why = f"a probe {'was slow' if slow else 'failed'}" + (f": {event.why}" if event.why else "")
    return _opening(breaker, event, settings, breaker.rounds + 1, why, slow)


def _limited(breaker: Breaker, event: Event, settings: BreakerSettings) -> Breaker:
    returned = without_lease(breaker, event.lease)
    if event.retry_after_s is not None:
        return _cool(returned, event, min(event.retry_after_s, settings.quarantine_s))
    if event.started_s <= returned.cooling.since_s:  # one refusal with the one that began the pause
        return returned
    return _cool(returned, event, min(_BACKOFF_S * 2**returned.cooling.rounds, _BACKOFF_MOST_S))


def _cool(breaker: Breaker, event: Event, for_s: float) -> Breaker:
    """A pause never shortens."""
    old = breaker.cooling
    lasts_s = for_s + event.draw * min(1.0, 0.1 * for_s)
    rounds = old.rounds if event.started_s <= old.since_s else min(old.rounds + 1, 16)
    if event.at_s + lasts_s <= old.until_s:
        return replace(breaker, cooling=replace(old, rounds=rounds))
    return replace(breaker, cooling=Cooling(old.number + 1, event.at_s, lasts_s, rounds, event.why))


def _barred(breaker: Breaker, event: Event, settings: BreakerSettings) -> Breaker:
    if event.started_s < breaker.since_s and breaker.phase != "open":
        return breaker
    barred = _opening(breaker, event, settings, why=event.why)
    return replace(barred, phase="quarantined", for_s=settings.quarantine_s, identity=settings.identity)


def _returned(breaker: Breaker, event: Event, settings: BreakerSettings) -> Breaker:
    return without_lease(breaker, event.lease)


def _opening(
    breaker: Breaker, event: Event, settings: BreakerSettings, rounds: int = 0, why: str = "", slow: bool = False
) -> Breaker:
    longest_s = min(settings.open_s * settings.growth ** min(rounds, 64), settings.max_open_s)
    return Breaker(
        phase="open",
        number=breaker.number + 1,
        since_s=event.at_s,
        for_s=longest_s * (1.0 - settings.jitter * event.draw),
        rounds=rounds,
        why=why,
        slow=slow,
        probed_s=event.at_s,
        cooling=breaker.cooling,
    )


def _opened(breaker: Breaker, event: Event, settings: BreakerSettings) -> Breaker:
    """Another process found it must be left alone. If it opened since that evidence began, that is known."""
    opening = event.opening
    if opening is None or breaker.is_shut or breaker.since_s > event.started_s:
        return breaker
    rounds = max(opening.rounds, breaker.rounds)
    return replace(opening, number=breaker.number + 1, rounds=rounds, cooling=breaker.cooling, leases={})


_APPLY: Mapping[What, Callable[[Breaker, Event, BreakerSettings], Breaker]] = {
    "answered": _answered,
    "failed": _failed,
    "slow": _slow,
    "limited": _limited,
    "barred": _barred,
    "returned": _returned,
    "opened": _opened,
}
