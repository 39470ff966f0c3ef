"""Every attempt becomes a row, whatever came of it; no row is handed out twice."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from resources.llm.endpoints import Endpoint, Step
from resources.llm.errors import EndpointFailed
from resources.llm.messages import Completion, Prompt, Usage, Vectors
from resources.llm.prices import FREE, cost_usd, most_it_can_have_cost_usd
from resources.llm.store import Attempt, Caller, Outcome, StoredAnswer
from resources.llm.watching import Ended, Watch

CANCELLED = "cancelled"


@dataclass(slots=True)
class Sent:
    """What was sent where, and when; how long it took is known when it is over."""

    step: Step
    started_at: datetime
    started_s: float
    chars: int
    max_tokens: int
    fallback: bool
    hedge: bool = False
    latency_s: float = 0.0
    asked: Prompt | None = None

    @property
    def endpoint(self) -> Endpoint:
        return self.step.endpoint

    def cost_of(self, error: EndpointFailed) -> Decimal:
        """What a failure used up; what nobody knows, at the most it can be."""
        if error.spend == "ambiguous":
            return self.most_usd()
        return cost_usd(self.endpoint, error.usage)

    def most_usd(self) -> Decimal:
        return most_it_can_have_cost_usd(self.endpoint, self.chars, self.max_tokens)


class Attempts:
    """The rows of one call."""

    def __init__(
        self, call_id: str, caller: Caller, task: str, prompt_version: str, watches: Sequence[Watch] = ()
    ) -> None:
        self.caller, self.task = caller, task
        self._watches = watches
        self.spent_usd = FREE
        self._facts = {"call_id": call_id, "task": task, "prompt_version": prompt_version, **asdict(caller)}
        self._pending: list[Attempt] = []
        self._count = 0

    def answered(self, sent: Sent, accepted: bool, result: Completion | Vectors) -> None:
        outcome: Outcome = "ok" if accepted else "rejected"
        more, text = {}, ""
        if isinstance(result, Completion):
            more, text = {"stop_reason": result.stop_reason, "first_token_s": result.first_token_s}, result.text
        cost = cost_usd(sent.endpoint, result.usage)
        self._sent(sent, text, outcome, result.model, result.usage, cost, **more)

    def failed(self, sent: Sent, error: EndpointFailed) -> None:
        model = error.model or sent.endpoint.model
        told = {"stop_reason": error.stop_reason, "error": error.name}
        self._sent(sent, str(error), "failed", model, error.usage, sent.cost_of(error), **told)

    def cancelled(self, sent: Sent) -> None:
        """Another answered first, or the call was given up; it may be billed all the same."""
        self._sent(sent, "", "failed", sent.endpoint.model, Usage(), sent.most_usd(), error=CANCELLED)

    def recalled(self, answer: StoredAnswer, at: datetime) -> None:
        """A kept answer costs nothing again, so its row counts no tokens."""
        self._add(
            answer.endpoint,
            answer.model,
            "cached",
            Usage(),
            FREE,
            started_at=at,
            cache_hit=True,
            degraded=answer.degraded,
        )

    def handed_over(self) -> tuple[Attempt, ...]:
        """The rows not yet kept; from now on they are somebody else's to keep."""
        rows = tuple(self._pending)
        self._pending.clear()
        return rows

    def _sent(
        self, sent: Sent, came: str, outcome: Outcome, model: str, usage: Usage, cost: Decimal, **more: Any
    ) -> None:
        row = self._add(
            sent.endpoint.name,
            model,
            outcome,
            usage,
            cost,
            latency_s=sent.latency_s,
            fallback=sent.fallback,
            hedge=sent.hedge,
            degraded=sent.step.degraded,
            started_at=sent.started_at,
            **more,
        )
        for each in self._watches:
            each.ended(Ended(row, sent.endpoint, sent.max_tokens, sent.asked, came))

    def _add(self, endpoint: str, model: str, outcome: Outcome, usage: Usage, cost: Decimal, **more: Any) -> Attempt:
        self._count += 1
        self.spent_usd += cost
        row = Attempt(
            **self._facts,
            attempt=self._count,
            endpoint=endpoint,
            model=model,
            outcome=outcome,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cached_tokens=usage.cached_tokens,
            cache_write_tokens=usage.cache_write_tokens,
            reasoning_tokens=usage.reasoning_tokens,
            cost_usd=cost,
            **more,
        )
        self._pending.append(row)
        return row
