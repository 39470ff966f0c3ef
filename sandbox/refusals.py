"""What a provider says when a fault makes it refuse: the sentence, the status, the headers."""

from datetime import datetime

from sandbox.exchange import Headers
from sandbox.faults import Decision
from sandbox.frames import Frame
from sandbox.problems import ProviderProblem, problem_of
from sandbox.quota import Standing
from sandbox.replying import too_long
from sandbox.retry_headers import quota_headers, used_up, waiting_headers
from sandbox.rules import (
    AnyRule,
    ContentPolicy,
    ContextTooLong,
    Quota,
    QuotaExhausted,
    RateLimited,
    RejectPrefill,
    Status,
    StreamError,
    Waiting,
)
from sandbox.wires import Wire

_SPENT = "You exceeded your current quota, please check your plan and billing details."
_POLICY = "Your request was rejected by the safety system: the prompt may violate our usage policies."
_PREFILL = "This model does not support assistant message prefill. The conversation must end with a user message."


def problem_of_rule(rule: AnyRule | None, decision: Decision, model: str, tokens: int) -> ProviderProblem:
    """The complaint a fault stands for."""
    said = rule.sentence if isinstance(rule, Waiting) else None
    if isinstance(rule, Status):
        return problem_of(rule.status, said)
    if isinstance(rule, QuotaExhausted):
        return ProviderProblem("quota_exhausted", said or _SPENT)
    if isinstance(rule, ContextTooLong):
        return ProviderProblem(
            "context_too_long", said or too_long(model, max(1, tokens - 1), tokens).sentence, "messages"
        )
    if isinstance(rule, ContentPolicy):
        return ProviderProblem("content_policy", said or _POLICY)
    if isinstance(rule, RejectPrefill):
        return ProviderProblem("bad_request", said or _PREFILL)
    return ProviderProblem("rate_limited", said or _limit_sentence(model, decision.standing))


def _limit_sentence(model: str, standing: Standing | None) -> str:
    limit = standing.short_of if standing is not None else None
    if standing is None or limit is None:
        return f"Rate limit reached for {model}. Please try again later."
    return (
        f"Rate limit reached for {model} in organization sandbox on {limit.what}: Limit {limit.limit}, "
        f"Remaining {limit.remaining}. Please try again in {standing.wait_s:.3f}s."
    )


def refusal_headers(rule: AnyRule | None, decision: Decision, wire: Wire, now: datetime) -> Headers:
    """The headers that say when to come back, and where the caller stands."""
    if isinstance(rule, Quota) and decision.standing is not None:
        return quota_headers(rule, decision.standing, wire.NAME) + _limits(wire, decision.standing, now)
    if not isinstance(rule, Waiting):
        return ()
    standing = used_up(rule) if isinstance(rule, RateLimited) else None
    return waiting_headers(rule, now) + _limits(wire, standing or decision.standing, now)


def _limits(wire: Wire, standing: Standing | None, now: datetime) -> Headers:
    headers: Headers = wire.limit_headers(standing, now) if standing is not None else ()
    return headers


def error_frame(fault: StreamError, wire: Wire) -> Frame:
    """The event that reports an error in the middle of a stream."""
    return wire.error_frame(problem_of(fault.status, fault.sentence))
