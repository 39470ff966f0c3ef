"""Every attempt becomes a row, whatever came of it; no row is handed out twice."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from resources.llm.errors import EndpointFailed
from resources.llm.model import Attempt, Caller, Completion, Endpoint, Outcome, StoredAnswer, Usage, Vectors
from resources.llm.prices import FREE, cost_usd, most_it_can_have_cost_usd
from resources.llm.routing import Ask


@dataclass(slots=True)
class Sent:
    """What was sent where, and when; how long it took is known when it is over."""

    ask: Ask
    started_at: datetime
    started_s: float
    chars: int
    max_tokens: int
    latency_s: float = 0.0

    @property
    def endpoint(self) -> Endpoint:
        return self.ask.step.endpoint


@dataclass(slots=True)
class Attempts:
    """The rows of one call."""

    call_id: str
    caller: Caller
    task: str
    prompt_version: str
    pending: list[Attempt] = field(default_factory=list)
    spent_usd: Decimal = FREE
    _count: int = 0

    def answered(self, sent: Sent, accepted: bool, result: Completion | Vectors) -> None:
        stop_reason = result.stop_reason if isinstance(result, Completion) else None
        outcome: Outcome = "ok" if accepted else "rejected"
        cost = cost_usd(sent.endpoint, result.usage)
        self._add(sent, outcome, result.model, None, stop_reason, result.usage, cost)

    def failed(self, sent: Sent, error: EndpointFailed) -> None:
        """What a failure used up is booked; what nobody knows, at the most it can be."""
        if error.spend == "ambiguous":
            cost = most_it_can_have_cost_usd(sent.endpoint, sent.chars, sent.max_tokens)
        else:
            cost = cost_usd(sent.endpoint, error.usage)
        model = error.model or sent.endpoint.model
        self._add(sent, "failed", model, error.name, error.stop_reason, error.usage, cost)

    def recalled(self, answer: StoredAnswer, at: datetime) -> None:
        """A kept answer costs nothing again, so its row counts no tokens."""
        row = self._row(answer.endpoint, answer.model, "cached", Usage(), FREE, at)
        self.pending.append(row)

    def handed_over(self) -> tuple[Attempt, ...]:
        """The rows not yet kept; from now on they are somebody else's to keep."""
        rows = tuple(self.pending)
        self.pending.clear()
        return rows

    def _add(
        self,
        sent: Sent,
        outcome: Outcome,
        model: str,
        error: str | None,
        stop_reason: str | None,
        usage: Usage,
        cost: Decimal,
    ) -> None:
        row = self._row(
            sent.endpoint.name,
            model,
            outcome,
            usage,
            cost,
            sent.started_at,
            error=error,
            stop_reason=stop_reason,
            latency_s=sent.latency_s,
            fallback=sent.ask.fallback,
        )
        self.pending.append(row)

    def _row(
        self,
        endpoint: str,
        model: str,
        outcome: Outcome,
        usage: Usage,
        cost: Decimal,
        at: datetime,
        *,
        error: str | None = None,
        stop_reason: str | None = None,
        latency_s: float = 0.0,
        fallback: bool = False,
    ) -> Attempt:
        self._count += 1
        self.spent_usd += cost
        caller = self.caller
        return Attempt(
            call_id=self.call_id,
            attempt=self._count,
            run_id=caller.run_id,
            doc_id=caller.doc_id,
            feed=caller.feed,
            tenant=caller.tenant,
            asset=caller.asset,
            partition=caller.partition,
            endpoint=endpoint,
            model=model,
            task=self.task,
            prompt_version=self.prompt_version,
            outcome=outcome,
            error=error,
            stop_reason=stop_reason,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cached_tokens=usage.cached_tokens,
            reasoning_tokens=usage.reasoning_tokens,
            cost_usd=cost,
            latency_s=latency_s,
            first_token_s=None,
            cache_hit=outcome == "cached",
            fallback=fallback,
            started_at=at,
        )
