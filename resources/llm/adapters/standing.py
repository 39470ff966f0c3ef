"""Where a provider says we stand: its rate limit headers, and when it wants us back, each read with its own clock.

A moment is told by the provider's clock, so it is measured from the `date` of the same response; ours may be wrong.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

import httpx2

from resources.llm.messages import Allowance

What = Literal["requests", "tokens", "input_tokens", "output_tokens"]
Fact = Literal["limit", "remaining", "reset"]

_LONGEST_S = 86_400.0  # whoever sends us away for longer is asked again after a day
_WINDOW_S = 60.0  # of a limit that does not say when it is full again
_FACTS: tuple[Fact, ...] = ("limit", "remaining", "reset")
_SPOKEN: dict[bytes, tuple[What, Fact]] = {
    **{f"x-ratelimit-{fact}-{what}".encode(): (what, fact) for fact in _FACTS for what in ("requests", "tokens")},
    **{
        f"anthropic-ratelimit-{what.replace('_', '-')}-{fact}".encode(): (what, fact)
        for fact in _FACTS
        for what in ("requests", "tokens", "input_tokens", "output_tokens")
    },
}
_UNITS_S = {"d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|us|µs|ns|d|h|m|s)")


def allowances(headers: httpx2.Headers, now: datetime) -> tuple[Allowance, ...]:
    """One for each limit that is told whole; most responses tell two, some none."""
    told: dict[What, dict[Fact, str]] = {}
    for name, value in headers.raw:
        spoken = _SPOKEN.get(name.lower())
        if spoken is not None:
            told.setdefault(spoken[0], {})[spoken[1]] = value.decode("latin-1")
    if not told:
        return ()
    since = told_at(headers, now)
    read = (_allowance(what, facts, since) for what, facts in told.items())
    return tuple(allowance for allowance in read if allowance is not None)


def _allowance(what: What, facts: Mapping[Fact, str], since: datetime) -> Allowance | None:
    limit, remaining = _count(facts.get("limit")), _count(facts.get("remaining"))
    if limit is None or remaining is None:
        return None
    reset_s = duration_s(facts.get("reset", ""), since)
    return Allowance(what, limit, remaining, _WINDOW_S if reset_s is None else min(reset_s, _LONGEST_S))


def _count(value: str | None) -> int | None:
    return int(value) if value is not None and value.isascii() and value.isdigit() else None


def duration_s(value: str, since: datetime) -> float | None:
    """`6m0s`, `1.5s`, `20ms`, a number of seconds or a moment; one that is past is now."""
    seconds = span_s(value)
    if seconds is None:
        seconds = _number(value)
    if seconds is None:
        seconds = _until(value, since)
    return None if seconds is None else max(0.0, seconds)


def span_s(value: str) -> float | None:
    """A duration as Go writes it, a day at the most."""
    if not value or _DURATION.sub("", value):
        return None
    return min(_LONGEST_S, sum(float(number) * _UNITS_S[unit] for number, unit in _DURATION.findall(value)))


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Milliseconds, seconds or a date, a day at the most; what is none of these, or past, is not said."""
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is not None:
            number = _number(value)
            seconds = _until(value, told_at(headers, now)) if number is None else number * unit_s
            return min(seconds, _LONGEST_S) if seconds is not None and seconds > 0 else None
    return None


def told_at(headers: Mapping[str, str], now: datetime) -> datetime:
    """When the provider said so, by its own clock if it tells the time."""
    return _moment(headers.get("date") or "") or now


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None  # neither infinite nor no number


def _until(value: str, since: datetime) -> float | None:
    moment = _moment(value)
    return None if moment is None else (moment - since).total_seconds()


def _moment(value: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(value)
        except (ValueError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
