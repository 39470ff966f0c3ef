"""What a response says of limits and of coming back, in every form it is said."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.llm.adapters.standing import allowances, duration_s, retry_after_s
from resources.llm.messages import Allowance
from tests.resources.llm_parts import DAY

OPENAI = {
    "x-ratelimit-limit-requests": "500",
    "x-ratelimit-remaining-requests": "499",
    "x-ratelimit-reset-requests": "120ms",
    "X-RateLimit-Limit-Tokens": "30000",
    "x-ratelimit-remaining-tokens": "29000",
    "x-ratelimit-reset-tokens": "6m0s",
}
ANTHROPIC = {
    "anthropic-ratelimit-requests-limit": "50",
    "anthropic-ratelimit-requests-remaining": "49",
    "anthropic-ratelimit-requests-reset": "2026-11-19T09:00:01Z",
    "anthropic-ratelimit-input-tokens-limit": "40000",
    "anthropic-ratelimit-input-tokens-remaining": "39000",
    "anthropic-ratelimit-input-tokens-reset": "2026-11-19T10:00:30+01:00",
    "anthropic-ratelimit-output-tokens-limit": "8000",
    "anthropic-ratelimit-output-tokens-remaining": "0",
    "anthropic-ratelimit-output-tokens-reset": "2026-11-19T08:00:00Z",
}


def told(headers: dict[str, str]) -> tuple[Allowance, ...]:
    return allowances(httpx2.Headers(headers), DAY)


def test_openai_tells_limits_with_durations() -> None:
    """Requests and tokens, whatever the case of the names."""
    assert told(OPENAI) == (Allowance("requests", 500, 499, 0.12), Allowance("tokens", 30000, 29000, 360.0))


def test_anthropic_tells_limits_with_moments() -> None:
    """Input and output apart; a moment that is past is now."""
    assert told(ANTHROPIC) == (
        Allowance("requests", 50, 49, 1.0),
        Allowance("input_tokens", 40000, 39000, 30.0),
        Allowance("output_tokens", 8000, 0, 0.0),
    )


def test_moments_are_read_by_the_clock_that_told_them() -> None:
    """Where ours is an hour off, the response's own date keeps the difference right."""
    dated = {"date": "Thu, 19 Nov 2026 10:00:00 GMT", "anthropic-ratelimit-tokens-reset": "2026-11-19T10:00:07Z"}
    facts = {"anthropic-ratelimit-tokens-limit": "10", "anthropic-ratelimit-tokens-remaining": "1"}
    assert told({**dated, **facts}) == (Allowance("tokens", 10, 1, 7.0),)
    assert retry_after_s({**dated, "retry-after": "Thu, 19 Nov 2026 10:00:05 GMT"}, DAY) == 5.0


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, ()),
        ({"x-ratelimit-limit-requests": "5"}, ()),
        ({"x-ratelimit-limit-requests": "5", "x-ratelimit-remaining-requests": "-1"}, ()),
        ({"x-ratelimit-limit-requests": "many", "x-ratelimit-remaining-requests": "1"}, ()),
        (
            {"x-ratelimit-limit-requests": "5", "x-ratelimit-remaining-requests": "4"},
            (Allowance("requests", 5, 4, 60.0),),
        ),
    ],
    ids=["none", "half", "negative", "words", "no reset"],
)
def test_a_limit_that_is_not_told_whole_is_not_told(headers: dict[str, str], expected: Any) -> None:
    """Except for when it is full again: limits are a minute's where nothing else is said."""
    assert told(headers) == expected


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("1h2m3s", 3723.0), ("7.66s", 7.66), ("20ms", 0.02), ("59", 59.0), ("-3", 0.0), ("", None), ("soon", None)],
)
def test_durations_are_read_as_they_are_written(value: str, seconds: float | None) -> None:
    """As Go writes them, as plain seconds, or not at all."""
    assert duration_s(value, DAY) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "20"}, 20.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "Thu, 19 Nov 2026 09:01:30 GMT"}, 90.0),
        ({"retry-after": "Thu, 19 Nov 2026 08:59:00 GMT"}, None),
        ({"retry-after": "99999999999"}, 86_400.0),
        ({"retry-after": "1e308"}, 86_400.0),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, milliseconds or a date, a day at the most; what is past or no time at all was not said."""
    assert retry_after_s(headers, DAY) == seconds


@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_a_server_writes_there_does_no_harm(retry: str, reset: str) -> None:
    """Any text is a time within a day, or nothing."""
    waits_s = retry_after_s({"retry-after": retry, "date": reset}, DAY)
    assert waits_s is None or 0 < waits_s <= 86_400
    full_s = duration_s(reset, DAY - timedelta(days=1))
    assert full_s is None or full_s >= 0
