"""How every wire fails alike: the transport's errors, and refusals by the one table."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx2

from resources.llm.adapters.said import Said, read_said
from resources.llm.adapters.standing import allowances, retry_after_s
from resources.llm.adapters.table import Leaf, meaning
from resources.llm.errors import (
    Connection,
    EndpointFailed,
    Malformed,
    Spend,
    TimeoutAfterSend,
    TimeoutBeforeSend,
    without_keys,
)

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


def of_transport(endpoint: str, error: Exception, **facts: Any) -> EndpointFailed:
    """What the SDK wraps when no answer came."""
    cause = error if isinstance(error, httpx2.HTTPError) else error.__cause__ or error
    leaf, spend = next(
        ((leaf, spend) for kind, leaf, spend in _TRANSPORT if isinstance(cause, kind)),
        (Connection, "nothing"),
    )
    return leaf(endpoint, f"{type(cause).__name__} {cause}".strip(), spend=spend, **facts)


def of_status(endpoint: str, response: httpx2.Response, body: Any) -> EndpointFailed:
    """What a refusal means, and where the provider says we stand."""
    now = datetime.now(UTC)
    said = read_said(body, response.headers.get("x-amzn-errortype", ""))
    waits_s = retry_after_s(response.headers, now) or said.wait_s
    standing = allowances(response.headers, now)
    leaf = meaning(response.status_code, said.codes, said.text)
    in_vain = response.headers.get("x-should-retry", "").lower() == "false"
    detail = _told(response.status_code, said)
    return leaf(endpoint, detail, retry_after_s=waits_s, allowances=standing, never_again=in_vain)


def of_event(endpoint: str, body: Any, **facts: Any) -> EndpointFailed:
    """An error in the middle of an answer; what was made until then may be billed."""
    said = read_said(body)
    leaf = meaning(said.status, said.codes, said.text)
    return leaf(endpoint, _told(said.status, said), retry_after_s=said.wait_s, spend="ambiguous", **facts)


def _told(status: int | None, said: Said) -> str:
    named = ", ".join(sorted(said.codes))
    head = " ".join(part for part in (str(status or ""), named) if part) or "an error"
    return f"{head}: {said.text}" if said.text else head


def scrub(error: BaseException, key: str) -> None:
    """The SDK's own message stays in the chain of causes, where a traceback would print a key it quotes."""
    error.args = tuple(without_keys(part, key) if isinstance(part, str) else part for part in error.args)
    for name, value in vars(error).items():
        if isinstance(value, str):
            vars(error)[name] = without_keys(value, key)
        elif name in ("body", "details"):
            vars(error)[name] = None  # it was read, and quotes the key once more


def sendable(text: str) -> str:
    """Without what neither a request nor a database can hold: lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def word(holder: Any, name: str) -> str | None:
    """What is said there, if anything is."""
    value = holder.get(name) if isinstance(holder, Mapping) else None
    return value if isinstance(value, str) and value else None


def count(holder: Any, name: str) -> int:
    """A number of tokens, whatever a server puts there."""
    value = holder.get(name) if isinstance(holder, Mapping) else None
    return max(0, value) if isinstance(value, int) else 0
