"""Which fault each scenario injects and which conduct it wants; times are a full run's seconds.

The catalogue is that of the public benchmark failoverbench (its S01 to S16), told in the sandbox's rules. `PRIMARY`
and `FALLBACK` are two providers; `TWIN` has the primary's very model at another address.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from benchmarks.conduct import checks
from benchmarks.conduct.checks import Check

Place = Literal["primary", "twin", "fallback"]
Rules = Mapping[Place, Sequence[dict[str, Any]]]
OUTAGE_S = 60.0
SPACING_S = 4.0
CALLS = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """`rules` are made for a number of seconds: what a full run's one second is on the wall."""

    number: str
    title: str
    rules: Callable[[float], Rules]
    wanted: tuple[Check, ...]
    route: tuple[Place, ...] = ("primary", "fallback")
    calls: int = 1
    answerable: bool = True
    most_s: float = 45.0
    small_primary: bool = False


def _primary(**rule: Any) -> Callable[[float], Rules]:
    return lambda _: {"primary": [rule]}


FAULTS = (
    Fault(
        "S01",
        "429 with Retry-After 2 s, then fine",
        lambda s: {"primary": [{"kind": "rate_limited", "retry_after_s": 2 * s, "times": 1}]},
        (checks.at_most_within(2, 1.5), checks.retry_after_kept(1.8)),
        most_s=20,
    ),
    Fault(
        "S02",
        "429 for ever, without a header",
        _primary(kind="rate_limited"),
        (checks.at_most_within(4, 3.0), checks.at_most(6)),
        most_s=40,
    ),
    Fault(
        "S03",
        "one 500, then fine",
        _primary(kind="status", status=500, times=1),
        (checks.retried_in_place,),
        most_s=20,
    ),
    Fault(
        "S04",
        "503 for ever",
        _primary(kind="status", status=503),
        (checks.at_most(6),),
        most_s=40,
    ),
    Fault("S05", "connection reset before any header", _primary(kind="reset", times=1), (), most_s=20),
    Fault(
        "S06",
        "accepted, never answered",
        _primary(kind="silence"),
        (checks.ended_within(100), checks.at_most(1)),
        most_s=130,
    ),
    Fault(
        "S07",
        "the first token takes 20 s",
        lambda s: {"primary": [{"kind": "slow_first_token", "delay_s": 20 * s}]},
        (checks.was_streamed, checks.ended_within(15)),
        most_s=60,
    ),
    Fault(
        "S08",
        "the stream is cut in the middle",
        _primary(kind="cut", at=0.66, how="close"),
        (checks.was_streamed, checks.at_most(2)),
        most_s=40,
    ),
    Fault(
        "S09",
        "the stream stalls in the middle",
        lambda s: {"primary": [{"kind": "stall", "at": 0.33, "stall_s": 30 * s}]},
        (checks.was_streamed, checks.ended_within(45), checks.healthy_after),
        most_s=70,
    ),
    Fault(
        "S10",
        "one chunk is malformed",
        _primary(kind="malformed_chunk", at=0.2),
        (checks.was_streamed, checks.healthy_after),
        most_s=30,
    ),
    Fault(
        "S11",
        "the stream ends without its sentinel",
        _primary(kind="no_sentinel"),
        (checks.was_streamed, checks.ended_within(8), checks.usage_is_told),
        most_s=30,
    ),
    Fault(
        "S12",
        "context_length_exceeded",
        _primary(kind="context_too_long"),
        (checks.at_most(1), checks.twin_not_asked),
        route=("primary", "twin", "fallback"),
        small_primary=True,
        most_s=20,
    ),
    Fault(
        "S13",
        "refused by content policy",
        _primary(kind="content_policy"),
        (checks.at_most(1), checks.fallback_not_asked, checks.reason_reaches_the_caller("safety system")),
        answerable=False,
        most_s=20,
    ),
    Fault(
        "S14",
        "cut stream, and the fallback rejects a prefill",
        lambda _: {"primary": [{"kind": "cut", "at": 0.66}], "fallback": [{"kind": "reject_prefill"}]},
        (checks.was_streamed, checks.no_prefill_sent),
        most_s=40,
    ),
    Fault(
        "S15",
        "down for 60 s, then healthy",
        lambda s: {"primary": [{"kind": "status", "status": 503, "window_s": [0, OUTAGE_S * s]}]},
        (checks.served_all_along, checks.back_within(30, OUTAGE_S), checks.probes_at_most(0.3, OUTAGE_S)),
        calls=CALLS,
        most_s=30,
    ),
    Fault(
        "S16",
        "primary 503, the fallback answers",
        _primary(kind="status", status=503),
        (checks.answer_names_the_fallback, checks.failures_cost_nothing, checks.usage_is_told, checks.at_most(6)),
        most_s=40,
    ),
)
