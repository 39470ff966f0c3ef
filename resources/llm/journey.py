"""The moves of a flow are carried out here: the only place that waits, and that times an attempt."""

import asyncio
from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from resources.llm.attempts import Attempts, Sent
from resources.llm.connections import Connections
from resources.llm.errors import EndpointFailed, TimeoutAfterSend
from resources.llm.model import Adapter
from resources.llm.routing import Ask, Ending, Event, Failed, Flow, Happened, LookUp, Move, Wait
from resources.llm.world import World

T = TypeVar("T")


class Journey(ABC, Generic[T]):
    """One call on its way; what it asks for, and what it does with an answer, is its own."""

    def __init__(self, attempts: Attempts, connections: Connections, world: World) -> None:
        self.attempts = attempts
        self._connections = connections
        self._world = world

    async def travel(self, flow: Flow) -> Ending:
        move = next(flow)
        while True:
            event = await self._carry_out(move)
            try:
                move = flow.send(event)
            except StopIteration as end:
                ending: Ending = end.value
                return ending

    async def _carry_out(self, move: Move) -> Event:
        if isinstance(move, Ask):
            return await self._attempt(move)
        if isinstance(move, LookUp):
            return await self._look_up()
        return await self._wait(move)

    async def _wait(self, move: Wait) -> Event:
        await self._world.sleep(move.delay_s)
        return Happened("woke", self._world.monotonic())

    async def _attempt(self, ask: Ask) -> Event:
        sent = Sent(ask, self._world.now(), self._world.monotonic(), self._chars(), self._max_tokens(ask))
        result = await self._sent(sent)
        now_s = self._world.monotonic()
        sent.latency_s = now_s - sent.started_s
        if isinstance(result, EndpointFailed):
            self.attempts.failed(sent, result)
            return Failed(result, now_s)
        return await self._answered(sent, result)

    async def _sent(self, sent: Sent) -> T | EndpointFailed:
        """An answer, or the error of the tree that stands for what came instead."""
        timeout_s = sent.ask.timeout_s
        try:
            async with asyncio.timeout(timeout_s):
                return await self._request(self._connections.to(sent.endpoint), sent)
        except EndpointFailed as error:
            return error
        except TimeoutError:
            return TimeoutAfterSend(sent.endpoint.name, f"no whole answer within {timeout_s:g} s")

    @abstractmethod
    async def _look_up(self) -> Event:
        """Whether what would be asked next was answered before."""

    @abstractmethod
    async def _request(self, adapter: Adapter, sent: Sent) -> T: ...

    @abstractmethod
    async def _answered(self, sent: Sent, result: T) -> Event: ...

    @abstractmethod
    def _chars(self) -> int:
        """How much is sent."""

    @abstractmethod
    def _max_tokens(self, ask: Ask) -> int:
        """How much may come back."""
