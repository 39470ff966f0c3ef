"""How both wires fail alike: the transport's errors, Retry-After, and what a status says alone."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import httpx2

from resources.llm.errors import (
    Auth,
    BadRequest,
    Connection,
    ContextTooLong,
    EndpointFailed,
    Malformed,
    Overloaded,
    QuotaExhausted,
    RateLimited,
    Spend,
    TimeoutAfterSend,
    TimeoutBeforeSend,
    Unavailable,
    without_keys,
)

Leaf = type[EndpointFailed]


class Rule(NamedTuple):
    """A refusal is this leaf if its status, its code and its words are these; what is not said fits all."""

    leaf: Leaf
    status: int | None = None
    codes: frozenset[str] = frozenset()
    words: re.Pattern[str] | None = None

    def fits(self, status: int, codes: frozenset[str], text: str) -> bool:
        return (
            self.status in (None, status)
            and (not self.codes or bool(self.codes & codes))
            and (self.words is None or self.words.search(text) is not None)
        )


def rule(leaf: Leaf, *codes: str, status: int | None = None, words: str | None = None) -> Rule:
    return Rule(leaf, status, frozenset(codes), re.compile(words, re.IGNORECASE) if words else None)


BY_STATUS: Mapping[int, Leaf] = {
    401: Auth,
    402: QuotaExhausted,
    403: Auth,
    404: Auth,  # providers say of a model that one may not use that it does not exist
    405: Auth,
    408: TimeoutBeforeSend,
    409: Unavailable,
    413: ContextTooLong,
    425: Unavailable,
    429: RateLimited,
    499: Connection,
    503: Unavailable,
    504: TimeoutAfterSend,
    524: TimeoutAfterSend,
    529: Overloaded,
}

_TRANSPORT: tuple[tuple[type[Exception], Leaf, Spend], ...] = (
    (httpx2.ConnectTimeout, TimeoutBeforeSend, "nothing"),
    (httpx2.PoolTimeout, TimeoutBeforeSend, "nothing"),
    (httpx2.WriteTimeout, TimeoutBeforeSend, "nothing"),
    (httpx2.TimeoutException, TimeoutAfterSend, "ambiguous"),
    (httpx2.ConnectError, Connection, "nothing"),
    (httpx2.ProxyError, Connection, "nothing"),
    (httpx2.WriteError, Connection, "nothing"),
    (httpx2.DecodingError, Malformed, "ambiguous"),
    (httpx2.TransportError, Connection, "ambiguous"),  # it broke after the request was out
)


def by_status(status: int) -> Leaf:
    return BY_STATUS.get(status, Unavailable if status >= 500 else BadRequest)


def of_transport(endpoint: str, error: Exception) -> EndpointFailed:
    """What the SDK wraps when no answer came."""
    cause = error.__cause__ or error
    leaf, spend = next(
        ((leaf, spend) for kind, leaf, spend in _TRANSPORT if isinstance(cause, kind)),
        (Connection, "nothing"),
    )
    return leaf(endpoint, f"{type(cause).__name__} {cause}".strip(), spend=spend)


def of_status(
    rules: tuple[Rule, ...],
    endpoint: str,
    response: httpx2.Response,
    codes: frozenset[str],
    text: str,
    now: datetime,
) -> EndpointFailed:
    """What a refusal means: the first rule that fits, else its status."""
    status = response.status_code
    leaf = next((rule.leaf for rule in rules if rule.fits(status, codes, text)), by_status(status))
    named = ", ".join(sorted(codes))
    detail = f"{status}{f' {named}' if named else ''}: {text}" if text else f"{status} {named}".strip()
    return leaf(endpoint, detail, retry_after_s=retry_after_s(response.headers, now))


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Milliseconds, seconds or a date; what is none of these, or past, is not said."""
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is not None:
            seconds = _seconds(value, unit_s, now)
            return seconds if seconds is not None and 0 < seconds < float("inf") else None
    return None


def _seconds(value: str, unit_s: float, now: datetime) -> float | None:
    try:
        return float(value) * unit_s
    except ValueError:
        pass
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    return ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds()


def scrub(error: Exception, key: str) -> None:
    """The SDK's own message stays in the chain of causes, where a traceback would print a key it quotes."""
    error.args = tuple(without_keys(part, key) if isinstance(part, str) else part for part in error.args)


def sendable(text: str) -> str:
    """Without what neither a request nor a database can hold: lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def count(holder: Any, name: str) -> int:
    """A number of tokens, whatever a server puts there."""
    value = getattr(holder, name, None)
    return max(0, value) if isinstance(value, int) else 0
