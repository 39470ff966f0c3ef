"""What is kept of calls, whose they were, and who keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol

Lane = Literal["normal", "urgent"]
Outcome = Literal["ok", "rejected", "failed", "cached"]


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


class AnswerStore(Protocol):
    """Where answers are kept; called from a thread."""

    def recent_answers(self) -> Sequence[Timed]:
        """How fast endpoints answered lately, oldest first."""

    def recall_answer(self, key: str) -> StoredAnswer | None: ...

    def keep_answer(self, key: str, answer: StoredAnswer, attempts: Sequence[Attempt]) -> None:
        """One transaction: the answer, and the rows of the attempts it took."""
