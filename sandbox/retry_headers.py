"""How a provider says when to come back: seconds, milliseconds, a date, and whether to come back at all."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from math import ceil

from sandbox.exchange import Headers
from sandbox.quota import Limit, Standing
from sandbox.rules import Quota, RateLimited, Waiting


def waiting_headers(rule: Waiting, now: datetime) -> Headers:
    """The headers of an error that a rule made."""
    told = () if rule.should_retry is None else (("x-should-retry", str(rule.should_retry).lower()),)
    if rule.retry_after_s is None:
        return told
    plain = ("retry-after", _seconds(rule.retry_after_s))
    exact = ("retry-after-ms", str(round(rule.retry_after_s * 1000)))
    dated = ("retry-after", http_date(now + timedelta(seconds=rule.retry_after_s)))
    forms: dict[str, Headers] = {
        "seconds": (plain,),
        "milliseconds": (exact,),
        "date": (dated,),
        "both": (plain, exact),
    }
    return forms[rule.retry_after_form] + told


def quota_headers(rule: Quota, standing: Standing, wire: str) -> Headers:
    """When a caller over its quota may come back."""
    if not rule.retry_after:
        return ()
    plain = ("retry-after", str(max(1, ceil(standing.wait_s))))
    exact = ("retry-after-ms", str(ceil(standing.wait_s * 1000)))
    return (plain, exact) if wire == "openai" else (plain,)


def used_up(rule: RateLimited) -> Standing | None:
    """The standing a plain rate limit reports."""
    if rule.limit is None:
        return None
    return Standing(False, (Limit("requests", rule.limit, 0, rule.retry_after_s or 60.0),))


def http_date(moment: datetime) -> str:
    """The date of an HTTP header; whole seconds, never before the moment."""
    whole = moment.astimezone(UTC).replace(microsecond=0)
    return format_datetime(whole + timedelta(seconds=1) if moment.microsecond else whole, usegmt=True)


def _seconds(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.3f}"
