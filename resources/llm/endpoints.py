"""Who can be asked: endpoints, and the routes through them."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Wire = Literal["openai", "anthropic"]
StructuredOutput = Literal["json_schema", "tool", "json_object", "text"]
Effort = Literal["none", "minimal", "low", "medium", "high"]
Prefer = Literal["order", "price", "latency"]


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars a million tokens; what is read from or written to the provider's cache is input, if not said."""

    input_usd_per_mtok: Decimal
    output_usd_per_mtok: Decimal
    cached_input_usd_per_mtok: Decimal | None = None
    cache_write_usd_per_mtok: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One model at one provider, ready to be called."""

    name: str
    provider: str
    wire: Wire
    model: str
    base_url: str
    api_key: str = field(repr=False)
    max_tokens: int
    attempt_timeout_s: float
    connect_timeout_s: float
    first_token_timeout_s: float = 15.0
    stall_timeout_s: float = 15.0
    region: str | None = None
    structured_output: StructuredOutput = "json_schema"
    streaming: bool = True
    vision: bool = False
    reasoning_effort: Effort | None = None
    context_window_tokens: int | None = None
    batch_texts: int = 256
    dimensions: int | None = None
    price: Price | None = None
    price_list: str | None = None

    @property
    def is_sandbox(self) -> bool:
        return self.provider == "sandbox"


@dataclass(frozen=True, slots=True)
class Step:
    """One endpoint in the order of a route; what a degraded step answers is marked.

    A call begins at tier 1, the cheapest, and climbs when answers are refused.
    """

    endpoint: Endpoint
    degraded: bool = False
    tier: int = 1
    max_tokens: int | None = None
    structured_output: StructuredOutput | None = None


@dataclass(frozen=True, slots=True)
class RetrySettings:
    """What may be asked of an endpoint again: so many retries a call made there, and a few a minute in any case."""

    share: float = 0.2
    floor_per_minute: float = 10.0
    most: float = 20.0


@dataclass(frozen=True, slots=True)
class HedgeSettings:
    """A second endpoint is asked too when the first is late, for at most this share of the calls."""

    share: float = 0.05
    after_s: float | None = None  # the endpoint's p95, where it is not said


@dataclass(frozen=True, slots=True)
class Route:
    """The endpoints of a task, best first, and what one call of the task may use up."""

    task: str
    steps: tuple[Step, ...]
    attempts_per_endpoint: int
    max_attempts: int
    deadline_s: float
    max_validation_rounds: int
    version: str
    patience_s: float = 60.0
    prefer: Prefer = "order"
    escalate_after: int = 1
    complex_above_chars: int | None = None
    retries: RetrySettings = RetrySettings()
    hedge: HedgeSettings | None = None
