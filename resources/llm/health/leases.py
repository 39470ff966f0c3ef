"""Who may find out whether an endpoint is well again: one call, then five, then ten, over all processes together.

A lease is kept by renewing it: the ones of a process that died are free again within seconds, however long a call
may take. The time a closure has run is told by the caller, who measured it; nobody's wall clock lengthens it.
"""

from collections.abc import Iterable
from dataclasses import replace

from resources.llm.health.breaker import Breaker, Lease
from resources.llm.health.counts import NEVER_S, NO_RUN, bucket_number, bucket_start_s
from resources.llm.health.settings import BreakerSettings

LEASE_S = 10.0
LAST_RESORT_S = 2.0
_TURNED_AWAY_FOR_A_PROBE = 5
_LATEST = 1.25  # times the longest rest: 30 s, after which a primary that is well has to be back


def without_lease(breaker: Breaker, lease: str | None) -> Breaker:
    if lease not in breaker.leases:
        return breaker
    return replace(breaker, leases={name: held for name, held in breaker.leases.items() if name != lease})


def permits(breaker: Breaker, settings: BreakerSettings) -> int:
    """How many calls have to pass the stage; another process may know of more stages than we do."""
    return settings.ramp[min(breaker.stage, len(settings.ramp) - 1)]


def is_due(breaker: Breaker, shut_for_s: float, settings: BreakerSettings) -> bool:
    """Whether a shut door may be tried. Where calls are rare a probe is a large share of them, so it waits longer: for
    the last call that still finds out in time, by how far apart they came.
    """
    if breaker.phase == "quarantined" and breaker.identity != settings.identity:
        return True
    if not breaker.is_shut or shut_for_s < breaker.for_s:
        return False
    if breaker.phase == "quarantined" or breaker.turned_away >= _TURNED_AWAY_FOR_A_PROBE:
        return True
    next_call_in_s = shut_for_s / (breaker.turned_away + 1)
    return shut_for_s >= settings.max_open_s and shut_for_s + next_call_in_s >= _LATEST * settings.max_open_s


def room(breaker: Breaker, settings: BreakerSettings, now_s: float, due: bool, last_resort: bool) -> int:
    """How many more calls may go to a door that is not plainly open to all."""
    if breaker.phase == "closed" or breaker.cooling.until_s > now_s:
        return 0
    if due or breaker.phase == "ramping":
        return max(1, permits(breaker, settings) - breaker.passed) - len(breaker.leases)
    if not last_resort or breaker.phase != "open":
        return 0
    if breaker.slow:  # it does answer: better slowly than not at all
        return settings.ramp[-1] - len(breaker.leases)
    return int(not breaker.leases and now_s - breaker.probed_s >= LAST_RESORT_S)


def granted(breaker: Breaker, names: Iterable[str], now_s: float, last_resort: bool) -> Breaker:
    new = {name: Lease(now_s, last_resort) for name in names}
    return replace(breaker, leases={**breaker.leases, **new}, probed_s=now_s) if new else breaker


def renewed(breaker: Breaker, names: Iterable[str], now_s: float) -> Breaker:
    held = {name: replace(breaker.leases[name], renewed_s=now_s) for name in names if name in breaker.leases}
    return replace(breaker, leases={**breaker.leases, **held}) if held else breaker


def settled(breaker: Breaker, settings: BreakerSettings, now_s: float) -> Breaker:
    """As of now: lost leases are free; and nothing lies in the future, where only a clock that went back puts it."""
    leases = {name: held for name, held in breaker.leases.items() if now_s - LEASE_S < held.renewed_s <= now_s}
    if len(leases) < len(breaker.leases):
        breaker = replace(breaker, leases=leases)
    return _without_future(breaker, settings, now_s) if _newest_s(breaker, settings) > now_s else breaker


def _newest_s(breaker: Breaker, settings: BreakerSettings) -> float:
    runs = max(breaker.failures.last_s, breaker.slowness.last_s)
    buckets = breaker.window.buckets
    counted_s = bucket_start_s(buckets[-1].number, settings.window_s) if buckets else NEVER_S
    return max(breaker.since_s, breaker.probed_s, breaker.cooling.since_s, runs, counted_s)


def _without_future(breaker: Breaker, settings: BreakerSettings, now_s: float) -> Breaker:
    """Whoever saw a closure or a pause begin goes on timing it by its own clock; this is for newcomers."""
    cooling = breaker.cooling
    return replace(
        breaker,
        since_s=min(breaker.since_s, now_s if breaker.phase != "closed" else NEVER_S),
        probed_s=min(breaker.probed_s, now_s),
        cooling=replace(cooling, since_s=cooling.since_s if cooling.since_s <= now_s else NEVER_S),
        window=breaker.window.until(bucket_number(now_s, settings.window_s)),
        failures=NO_RUN,
        slowness=NO_RUN,
    )
