"""What an error body says, in whichever provider's shape: its codes, its words, and when to come back."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from resources.llm.adapters.standing import span_s

_AGAIN_IN = re.compile(r"(?:try again|retry) in ((?:\d+(?:\.\d+)?(?:ms|h|m|s))+)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """`status` is the one the body names, for errors that have none of their own."""

    codes: frozenset[str] = frozenset()
    text: str = ""
    status: int | None = None
    wait_s: float | None = None


def read_said(body: Any, error_type: str = "") -> Said:
    """The facts of an error's body; `error_type` is AWS's header, `Name:http://…`."""
    error = _error(body)
    named = frozenset(_codes(error)) | frozenset(_aws(error_type or _word(error, "__type")))
    text = _text(error) if isinstance(error, Mapping) else str(error or "")
    return Said(named, text, _status(error), _delay_s(error) or _told_s(text))


def _error(body: Any) -> Any:
    """The error itself: Google wraps it in a list, most in `error`, compatible servers not at all."""
    if isinstance(body, list):
        body = body[0] if body else None
    if isinstance(body, Mapping):
        return body.get("error") or body
    return body


def _codes(error: Any) -> Iterator[str]:
    for name in ("code", "type", "status"):
        if value := _word(error, name):
            yield value
    for detail in _details(error):
        for name in ("error_code", "reason"):
            if value := _word(detail, name):
                yield value


def _details(error: Any) -> list[Any]:
    """Anthropic has one object there, Google a list of them."""
    details = error.get("details") if isinstance(error, Mapping) else None
    return details if isinstance(details, list) else [details]


def _word(holder: Any, name: str) -> str:
    value = holder.get(name) if isinstance(holder, Mapping) else None
    return value if isinstance(value, str) else ""


def _aws(error_type: str) -> Iterator[str]:
    name = error_type.partition(":")[0].rpartition("#")[2]
    if name:
        yield name[0].upper() + name[1:]


def _text(error: Mapping[str, Any]) -> str:
    """What is said, and the quotas it names."""
    message = error.get("message") or error.get("Message") or error.get("detail") or ""
    quotas = [quota for detail in _details(error) for quota in _quotas(detail)]
    return " ".join([str(message), *quotas]).strip()


def _quotas(detail: Any) -> Iterator[str]:
    violations = detail.get("violations") if isinstance(detail, Mapping) else None
    for violation in violations if isinstance(violations, list) else ():
        if quota := _word(violation, "quotaId"):
            yield quota


def _status(error: Any) -> int | None:
    code = error.get("code") if isinstance(error, Mapping) else None
    return code if isinstance(code, int) and 400 <= code < 600 else None


def _delay_s(error: Any) -> float | None:
    """Google's RetryInfo."""
    for detail in _details(error):
        delay = _word(detail, "retryDelay")
        if delay.endswith("s") and delay[:-1].replace(".", "", 1).isdigit():
            return float(delay[:-1])
    return None


def _told_s(text: str) -> float | None:
    found = _AGAIN_IN.search(text)
    return span_s(found[1]) if found else None
