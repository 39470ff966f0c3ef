"""Texts to be embedded in one request."""

from collections.abc import Sequence

from resources.llm.attempts import Attempts, Sent
from resources.llm.endpoints import Route, Step
from resources.llm.journey import Journey, Means
from resources.llm.messages import Adapter, Terms, Vectors
from resources.llm.routing import Event, Happened, LookUp


class Texts(Journey[Vectors]):
    """Vectors are kept by whoever asked for them, so nothing is looked up."""

    def __init__(self, texts: Sequence[str], route: Route, attempts: Attempts, means: Means) -> None:
        super().__init__(route, attempts, means)
        self._texts = texts
        self._vectors: Vectors | None = None

    @property
    def vectors(self) -> Vectors:
        if self._vectors is None:
            raise RuntimeError("the call settled without vectors")
        return self._vectors

    async def _look_up(self, move: LookUp) -> Event:
        return Happened("missed", self._world.monotonic())

    async def _request(self, adapter: Adapter, sent: Sent, terms: Terms) -> Vectors:
        return await adapter.embed(sent.endpoint, self._texts, terms.timeout_s)

    async def _answered(self, sent: Sent, result: Vectors) -> Event:
        self._vectors = result
        self.attempts.answered(sent, True, result)
        return Happened("accepted", self._world.monotonic())

    def _chars(self) -> int:
        return sum(map(len, self._texts))

    def _max_tokens(self, step: Step) -> int:
        return 0
