"""The values an LLM call is made of; nothing here decides, waits or sends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

Wire = Literal["openai", "anthropic"]
StructuredOutput = Literal["json_schema", "tool", "json_object", "text"]
Effort = Literal["none", "minimal", "low", "medium", "high"]
Prefer = Literal["order", "price", "latency"]
Lane = Literal["normal", "urgent"]
Outcome = Literal["ok", "rejected", "failed", "cached"]
Accept = Callable[[Any], str | None]
"""The parsed JSON (or the bare text, where it was none) -> None, or what to tell the model."""


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


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose call it is, for the row every attempt becomes."""

    run_id: str
    feed: str
    tenant: str
    doc_id: str | None
    asset: str
    partition: str
    lane: Lane = "normal"


@dataclass(frozen=True, slots=True)
class Call:
    """A question; `fresh` asks again although an answer is kept, `tier` begins with a stronger model."""

    task: str
    system: str
    prompt: str
    schema: Mapping[str, Any]
    schema_name: str
    max_tokens: int
    prompt_version: str
    fresh: bool = False
    tier: int = 1
    images: tuple["Image", ...] = ()


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of a page, for models that see."""

    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["user", "assistant"]
    text: str
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is sent: the conversation so far and the shape of the answer."""

    system: str
    messages: tuple[Message, ...]
    schema: Mapping[str, Any]
    schema_name: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as they are billed: input includes what the cache held or was given, output includes reasoning."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    reasoning_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """How one request is to be made; an adapter keeps to them and decides nothing.

    `stream` only so that silence is noticed: after `first_token_s` without a token, or `stall_s` between two.
    """

    max_tokens: int
    timeout_s: float
    stream: bool = False
    first_token_s: float = 15.0
    stall_s: float = 15.0
    structured_output: StructuredOutput = "json_schema"


@dataclass(frozen=True, slots=True)
class Allowance:
    """Where a provider says we stand with one limit: what is left of it, and when it is full again."""

    what: Literal["requests", "tokens", "input_tokens", "output_tokens"]
    limit: int
    remaining: int
    reset_s: float


@dataclass(frozen=True, slots=True)
class Completion:
    """What came back, whole: an answer that was cut is an error and never this."""

    text: str
    model: str
    stop_reason: str | None
    usage: Usage
    first_token_s: float | None = None
    allowances: tuple[Allowance, ...] = ()


@dataclass(frozen=True, slots=True)
class Vectors:
    """One row for each text, in their order."""

    matrix: "NDArray[float32]"
    model: str
    usage: Usage
    allowances: tuple[Allowance, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One row of the ledger: what was tried, what came of it, what it cost.

    The cost of a call that timed out after it was sent is the most it can have been.
    """

    call_id: str
    attempt: int
    run_id: str
    doc_id: str | None
    feed: str
    tenant: str
    asset: str
    partition: str
    endpoint: str
    model: str
    task: str
    prompt_version: str
    outcome: Outcome
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    reasoning_tokens: int
    cost_usd: Decimal
    started_at: datetime
    error: str | None = None
    stop_reason: str | None = None
    latency_s: float = 0.0
    first_token_s: float | None = None
    cache_hit: bool = False
    fallback: bool = False
    cache_write_tokens: int = 0
    degraded: bool = False
    hedge: bool = False
    lane: Lane = "normal"


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it is kept, to be judged again by whoever asks again."""

    text: str
    endpoint: str
    model: str
    stop_reason: str | None
    input_tokens: int
    output_tokens: int
    degraded: bool


@dataclass(frozen=True, slots=True)
class Timed:
    """An answer that came: the seconds it took, and its length."""

    endpoint: str
    task: str
    seconds: float
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The last answer of a call and what all of it cost; `attempts` are the rows the store does not hold yet."""

    value: Any
    text: str
    accepted: bool
    complaint: str | None
    endpoint: str
    model: str
    degraded: bool
    cached: bool
    attempts: tuple[Attempt, ...]
    cost_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors of one model; `attempts` are rows the store does not hold yet."""

    vectors: "NDArray[float32]"
    model: str
    endpoint: str
    attempts: tuple[Attempt, ...]


class AnswerStore(Protocol):
    """Where answers are kept; called from a thread."""

    def recent_answers(self) -> Sequence[Timed]:
        """How fast endpoints answered lately, oldest first."""

    def recall_answer(self, key: str) -> StoredAnswer | None: ...

    def keep_answer(self, key: str, answer: StoredAnswer, attempts: Sequence[Attempt]) -> None:
        """One transaction: the answer, and the rows of the attempts it took."""


class Adapter(Protocol):
    """A provider's wire, without any policy: one request, one answer or one error of the tree."""

    async def complete(self, endpoint: Endpoint, prompt: Prompt, terms: Terms) -> Completion: ...

    async def embed(self, endpoint: Endpoint, texts: Sequence[str], timeout_s: float) -> Vectors: ...

    async def close(self) -> None: ...
