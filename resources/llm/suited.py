"""Which endpoints of a route can answer this call at all, and whom it prefers among equals."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from resources.llm.calls import Call
from resources.llm.endpoints import Endpoint, Route, Step
from resources.llm.errors import BadRequest, ContextTooLong, EndpointFailed
from resources.llm.pace import Pace
from resources.llm.prices import estimated_tokens, most_it_can_have_cost_usd

_SURELY_TOO_LONG = 1.3  # an estimate is an estimate: who might just read it is asked


@dataclass(frozen=True, slots=True)
class Unsuited:
    """Nobody, and why each of them not."""

    why: str
    reasons: tuple[EndpointFailed, ...]


def suited(route: Route, call: Call, pace: Pace, *, thrifty: bool) -> Route | Unsuited:
    """The same route with those who can, best first."""
    against = {step.endpoint.name: _against(step, call) for step in route.steps}
    steps = [step for step in route.steps if against[step.endpoint.name] is None]
    if not steps:
        return Unsuited("as no endpoint can take it", tuple(error for error in against.values() if error))
    return preferring(route, steps, pace, thrifty=thrifty)


def preferring(route: Route, steps: Sequence[Step], pace: Pace, *, thrifty: bool) -> Route:
    """The same route with these steps, in the order it wants them; with little money left, the cheapest first."""
    if thrifty or route.prefer == "price":
        steps = sorted(steps, key=_price)
    elif route.prefer == "latency":
        steps = sorted(steps, key=lambda step: _latency(step, route.task, pace))
    elif len(steps) == len(route.steps):
        return route
    return replace(route, steps=tuple(steps))


def _against(step: Step, call: Call) -> EndpointFailed | None:
    endpoint = step.endpoint
    if call.images and not endpoint.vision:
        return BadRequest(endpoint.name, "it does not see pictures")
    tokens = estimated_tokens(len(call.system) + len(call.prompt))
    window = endpoint.context_window_tokens
    if window is not None and tokens > window * _SURELY_TOO_LONG:
        return ContextTooLong(endpoint.name, f"about {tokens} tokens, it reads {window}")
    return None


def _price(step: Step) -> Decimal:
    return _typical_usd(step.endpoint)


@cache
def _typical_usd(endpoint: Endpoint) -> Decimal:
    """Of a typical call: much is read, little is said."""
    return most_it_can_have_cost_usd(endpoint, 10_000, 500)


def _latency(step: Step, task: str, pace: Pace) -> float:
    """Who was never timed is tried before those who were, or nobody would ever know."""
    known = pace.percentiles(step.endpoint.name, task)
    return known.p50_s if known else 0.0
