"""Texts to be embedded in one request."""

from collections.abc import Sequence

from resources.llm.attempts import Attempts, Sent
from resources.llm.connections import Connections
from resources.llm.journey import Journey
from resources.llm.model import Adapter, Vectors
from resources.llm.routing import Ask, Event, Happened
from resources.llm.world import World


class Texts(Journey[Vectors]):
    """Vectors are kept by whoever asked for them, so nothing is looked up."""

    def __init__(self, texts: Sequence[str], attempts: Attempts, connections: Connections, world: World) -> None:
        super().__init__(attempts, connections, world)
        self._texts = texts
        self._vectors: Vectors | None = None

    @property
    def vectors(self) -> Vectors:
        if self._vectors is None:
            raise RuntimeError("the call settled without vectors")
        return self._vectors

    async def _look_up(self) -> Event:
        return Happened("missed", self._world.monotonic())

    async def _request(self, adapter: Adapter, sent: Sent) -> Vectors:
        return await adapter.embed(sent.endpoint, self._texts, sent.ask.timeout_s)

    async def _answered(self, sent: Sent, result: Vectors) -> Event:
        self._vectors = result
        self.attempts.answered(sent, True, result)
        return Happened("accepted", self._world.monotonic())

    def _chars(self) -> int:
        return sum(map(len, self._texts))

    def _max_tokens(self, ask: Ask) -> int:
        return 0
