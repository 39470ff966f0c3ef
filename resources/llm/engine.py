"""The LLM engine: whatever the providers do, a call ends in an answer or in one error that says what to do.

It knows no Dagster and no SDK. One engine belongs to one event loop; leaving it closes its clients.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from resources.llm.attempts import Attempts
from resources.llm.connections import Connections
from resources.llm.errors import Unanswered
from resources.llm.model import Accept, Answer, AnswerStore, Attempt, Call, Caller, Embedded, Route, Vectors
from resources.llm.plan import EMBEDDING_TASK, Plan
from resources.llm.question import Question
from resources.llm.routing import GaveUp, travel
from resources.llm.texts import Texts
from resources.llm.world import World


class Llm:
    """Ask for an answer by task; who gives it, after how many tries, is decided by the plan's routes."""

    def __init__(
        self,
        plan: Plan,
        store: AnswerStore,
        connections: Connections | None = None,
        world: World | None = None,
    ) -> None:
        self._plan = plan
        self._store = store
        self._connections = connections or Connections()
        self._world = world or World()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
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

    async def ask(self, call: Call, caller: Caller, accept: Accept) -> Answer:
        """The answer, judged by `accept`; Unanswered if there is none."""
        route = self._plan.route(call.task)
        attempts = Attempts(self._world.new_id(), caller, call.task, call.prompt_version)
        question = Question(call, accept, route.version, self._store, attempts, self._connections, self._world)
        ending = await question.travel(travel(route, self._world.monotonic(), self._world.random))
        if isinstance(ending, GaveUp):
            raise _unanswered(route, ending, attempts.handed_over())
        return replace(question.answer, attempts=attempts.handed_over(), cost_usd=attempts.spent_usd)

    async def embed(self, texts: Sequence[str], caller: Caller) -> Embedded:
        """One vector a text; Unanswered if nobody makes them now."""
        route = self._plan.embedding
        if route is None:
            raise Unanswered(EMBEDDING_TASK, "as no endpoint that makes vectors is on", (), False, ())
        rows: list[Attempt] = []
        size = min(step.endpoint.batch_texts for step in route.steps)
        made = [await self._embed_batch(route, batch, caller, rows) for batch in _batches(texts, size)]
        return _joined(route, made, rows)

    async def _embed_batch(self, route: Route, texts: Sequence[str], caller: Caller, rows: list[Attempt]) -> Vectors:
        attempts = Attempts(self._world.new_id(), caller, route.task, route.version)
        journey = Texts(texts, attempts, self._connections, self._world)
        ending = await journey.travel(travel(route, self._world.monotonic(), self._world.random))
        rows.extend(attempts.handed_over())
        if isinstance(ending, GaveUp):
            raise _unanswered(route, ending, rows)
        return journey.vectors


def _unanswered(route: Route, ending: GaveUp, attempts: Sequence[Attempt]) -> Unanswered:
    error = Unanswered(route.task, ending.why, ending.reasons, ending.transient, attempts)
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
