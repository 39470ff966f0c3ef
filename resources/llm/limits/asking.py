"""The words in which limits are asked: what one request takes, whose turn it is, and what is answered."""

from dataclasses import dataclass, field
from typing import Literal

What = Literal["requests", "tokens", "input_tokens", "output_tokens"]
Shape = Literal["bucket", "window"]
WHATS: tuple[What, ...] = ("requests", "tokens", "input_tokens", "output_tokens")
Costs = tuple[float, float, float, float]
"""Amounts in the order of WHATS."""


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """What is known of an endpoint's limits before it says anything; headers that say less win.

    `use` is our share of them, `shape` how they refill, if that is known: at once, or drop by drop.
    """

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    input_tokens_per_minute: int | None = None
    output_tokens_per_minute: int | None = None
    window_s: float = 60.0
    burst_s: float = 10.0
    use: float = 1.0
    shape: Shape | None = None

    def limit(self, what: What) -> float | None:
        """Amount a window, of which we use our share."""
        per_minute: int | None = getattr(self, f"{what}_per_minute")
        return None if per_minute is None else per_minute * self.window_s / 60.0 * self.use


@dataclass(frozen=True, slots=True)
class Tokens:
    """What one request takes: before it is sent, the most output it may have; after it, what it had."""

    input: int = 0
    output: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose request it is."""

    tenant: str
    feed: str
    urgent: bool = False


@dataclass(slots=True)
class Moment:
    """Requests so close together that one may overtake the other; amounts are all that was ever admitted here."""

    since_s: float
    before: Costs
    """When the moment before this one began."""
    begun: Costs
    next_ended: Costs | None = None
    """When the moment after this one was over."""


@dataclass(slots=True)
class Reserved:
    """The right to send one request; it is given back by `settle`, `refuse` or `cancel`, once."""

    endpoint: str
    number: int
    asked: Tokens
    costs: Costs
    after: Costs
    """All that was ever admitted here, this request included."""
    moment: "Moment"
    epochs: tuple[int, int, int, int]
    others: Costs
    """All that others were known to have spent when it was sent."""
    sent_s: float
    over: bool = field(default=False)


@dataclass(frozen=True, slots=True)
class Short:
    """No request for now; `until_s` is when there may be one."""

    until_s: float
    why: str
    cold: bool = False
    """Nobody has answered yet, and somebody is about to."""


def costs_of(input_tokens: float, output_tokens: float) -> Costs:
    return (1.0, input_tokens + output_tokens, input_tokens, output_tokens)
