"""The LLM engine: whatever the providers do, a call ends in an answer or in one error that says what to do.

It knows no Dagster and no SDK. One engine belongs to one event loop; leaving it closes its clients and gives back what
it holds of shared limits and budgets.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from resources.llm.admission import Admission
from resources.llm.attempts import Attempts
from resources.llm.budgets import Budgets, Purse
from resources.llm.calls import Accept, Answer, Call, Embedded
from resources.llm.connections import Connections
from resources.llm.endpoints import Route
from resources.llm.errors import Unanswered
from resources.llm.health import Health
from resources.llm.hedging import Hedges
from resources.llm.journey import Means
from resources.llm.limits import Limits
from resources.llm.messages import Vectors
from resources.llm.pace import Pace
from resources.llm.plan import EMBEDDING_TASK, Plan
from resources.llm.question import Question
from resources.llm.report import Report, report
from resources.llm.retries import Retries
from resources.llm.returns import Returns
from resources.llm.routing import Flow, GaveUp
from resources.llm.sharing import Board, Exchange
from resources.llm.store import AnswerStore, Attempt, Caller
from resources.llm.suited import Unsuited, preferring, suited
from resources.llm.texts import Texts
from resources.llm.trip import travel
from resources.llm.watching import Watch
from resources.llm.world import World

Tell = Callable[[str], None]


def _silently(sentence: str) -> None:
    """Whoever wants to hear of breakers, limits and budgets says so."""


class Llm:
    """Ask for an answer by task; who gives it, after how many tries, is decided by the plan's routes."""

    def __init__(
        self,
        plan: Plan,
        store: AnswerStore,
        board: Board | None = None,
        connections: Connections | None = None,
        world: World | None = None,
        tell: Tell = _silently,
        watches: Sequence[Watch] = (),
    ) -> None:
        self._plan = plan
        self._watches = watches
        self._store = store
        self._world = world or World()
        self._connections = connections or Connections()
        process = self._world.process
        health = Health(plan.breakers, process, self._world, tell)
        limits = Limits(plan.limits, process, self._world)
        budgets = Budgets(plan.budgets, process, self._world, tell)
        self._exchange = Exchange(board, (health, limits, budgets), self._world, tell)
        limits.join(self._exchange)
        budgets.join(self._exchange)
        self.admission = Admission(health, limits, budgets, self._exchange, self._world)
        self._sharing: asyncio.Task[None] | None = None
        self.pace = Pace()
        self._means = Means(
            self._connections,
            self.admission,
            self.pace,
            Retries(),
            Hedges(),
            Returns(),
            plan.slow_floors_s,
            self._world,
        )

    async def __aenter__(self) -> Self:
        self.pace.remember(await asyncio.to_thread(self._store.recent_answers))
        await self._exchange.now()
        self._sharing = asyncio.create_task(self._exchange.run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exchange.close()
        if self._sharing:
            await self._sharing
        await self._connections.close()

    @property
    def is_sandbox(self) -> bool:
        return self._plan.is_sandbox

    @property
    def embedding_model(self) -> str | None:
        """Whose vectors `embed` makes; None where nobody does."""
        route = self._plan.embedding
        return route.steps[0].endpoint.model if route else None

    def version(self, task: str) -> str:
        """Changes whenever the same question might be answered differently."""
        return self._plan.route(task).version

    def sees(self, task: str) -> bool:
        """Whether any endpoint of the task reads pictures."""
        return any(step.endpoint.vision for step in self._plan.route(task).steps)

    async def report(self) -> Report:
        """Who can be called now, by what all processes know."""
        await self._exchange.now()
        now_s = self._world.monotonic()
        health = {each.endpoint: each for each in self.admission.health.callable_now(now_s)}
        return report(self._plan, health, self.pace, alone=self._exchange.alone)

    async def ask(self, call: Call, caller: Caller, accept: Accept) -> Answer:
        """The answer, judged by `accept`; Unanswered if there is none."""
        attempts = Attempts(self._world.new_id(), caller, call.task, call.prompt_version, self._watches)
        route = suited(self._plan.route(call.task), call, self.pace, thrifty=self._is_thrifty(caller))
        if isinstance(route, Unsuited):
            raise Unanswered(call.task, route.why, route.reasons, False, ())
        if route.hedge:
            self._means.hedges.called(route.hedge)
        question = Question(call, accept, route, self._store, attempts, self._means)
        ending = await question.travel(self._way(route, call.tier, len(call.system) + len(call.prompt)))
        if isinstance(ending, GaveUp):
            raise _unanswered(route, ending, attempts.handed_over())
        return replace(question.answer, attempts=attempts.handed_over(), cost_usd=attempts.spent_usd)

    def _way(self, route: Route, tier: int = 1, chars: int = 0) -> Flow:
        def may_retry(endpoint: str) -> bool:
            return self._means.retries.may_retry(endpoint, route.retries, self._world.monotonic())

        return travel(route, self._world.monotonic(), self._world.random, tier=tier, chars=chars, may_retry=may_retry)

    def _is_thrifty(self, caller: Caller) -> bool:
        """Whether a budget runs so low that the cheapest is asked first."""
        purse = Purse(caller.tenant, caller.feed, "", caller.lane == "urgent")
        return self.admission.budgets.pressure(purse) not in ("free", "noted")

    async def embed(self, texts: Sequence[str], caller: Caller) -> Embedded:
        """One vector a text; Unanswered if nobody makes them now."""
        route = self._plan.embedding
        if route is None:
            raise Unanswered(EMBEDDING_TASK, "as no endpoint that makes vectors is on", (), False, ())
        route = preferring(route, route.steps, self.pace, thrifty=self._is_thrifty(caller))
        rows: list[Attempt] = []
        size = min(step.endpoint.batch_texts for step in route.steps)
        made = [await self._embed_batch(route, batch, caller, rows) for batch in _batches(texts, size)]
        return _joined(route, made, rows)

    async def _embed_batch(self, route: Route, texts: Sequence[str], caller: Caller, rows: list[Attempt]) -> Vectors:
        attempts = Attempts(self._world.new_id(), caller, route.task, route.version, self._watches)
        journey = Texts(texts, route, attempts, self._means)
        ending = await journey.travel(self._way(route))
        rows.extend(attempts.handed_over())
        if isinstance(ending, GaveUp):
            raise _unanswered(route, ending, rows)
        return journey.vectors


def _unanswered(route: Route, ending: GaveUp, attempts: Sequence[Attempt]) -> Unanswered:
    turned_away = list(dict.fromkeys(refusal.why for refusal in ending.turned_away))
    no_money = any(refusal.by == "budget" for refusal in ending.turned_away)
    error = Unanswered(route.task, ending.why, ending.reasons, ending.transient, attempts, turned_away, no_money)
    error.__cause__ = ending.reasons[-1] if ending.reasons else None
    return error


def _batches(texts: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), size):
        yield texts[start : start + size]


def _joined(route: Route, made: Sequence[Vectors], rows: Sequence[Attempt]) -> Embedded:
    import numpy as np

    endpoint = route.steps[0].endpoint
    matrix = np.concatenate([vectors.matrix for vectors in made]) if made else np.empty((0, 0), np.float32)
    answered_by = rows[-1].endpoint if rows else endpoint.name
    return Embedded(matrix, endpoint.model, answered_by, tuple(rows))
