"""How long an answer takes under the latency rules that struck it."""

from sandbox.faults import Decision, Strike
from sandbox.lots import draw, draw_lognormal
from sandbox.rules import Latency
from sandbox.script import Pace

_PIECE_TOKENS = 16


def pace_of(decision: Decision, tokens: int = 0) -> Pace:
    """The pace of an answer; one that comes whole waits for all its `tokens` at once."""
    rules = [strike.rule for strike in decision.latencies if isinstance(strike.rule, Latency)]
    per_token = sum(rule.per_token_s for rule in rules)
    first = sum(sample(strike) for strike in decision.latencies)
    return Pace(first + per_token * tokens, per_token * _PIECE_TOKENS)


def sample(strike: Strike) -> float:
    """The seconds one latency rule adds."""
    rule = strike.rule
    if not isinstance(rule, Latency):
        return 0.0
    if rule.distribution == "fixed":
        return rule.seconds
    lot = (*strike.lot, "latency")
    if rule.distribution == "uniform":
        return rule.low_s + (rule.high_s - rule.low_s) * draw(*lot)
    return draw_lognormal(rule.seconds, rule.sigma, *lot)
