"""The whole engine before providers that a test plays, on a clock that moves only while nobody has anything to do."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from resources.llm.calls import Answer
from resources.llm.connections import Connections
from resources.llm.endpoints import Endpoint, Route
from resources.llm.engine import Llm
from resources.llm.errors import EndpointFailed, Unanswered
from resources.llm.health import BreakerSettings
from resources.llm.messages import Completion, Prompt, Terms, Usage
from resources.llm.plan import Plan
from resources.llm.world import World
from tests.resources.llm_parts import CALL, CALLER, MemoryStore, anything

Fault = Callable[[float, random.Random], type[EndpointFailed] | None]


def well(at_s: float, dice: random.Random) -> type[EndpointFailed] | None:
    return None


@dataclass
class Providers:
    """What each endpoint does at a moment, how long its answers take, and when it was asked."""

    faults: dict[str, Fault]
    takes_s: Callable[[str, float], float]
    dice: random.Random = field(default_factory=lambda: random.Random(1))
    asked: dict[str, list[float]] = field(default_factory=dict)
    begun_s: float = 0.0

    def busiest_second(self, from_s: float) -> int:
        """The most requests to all together that came within any one second after that."""
        times = sorted(at_s for those in self.asked.values() for at_s in those if at_s >= from_s)
        return max(sum(at_s <= other < at_s + 1.0 for other in times) for at_s in times)

    async def complete(self, endpoint: Endpoint, prompt: Prompt, terms: Terms) -> Completion:
        at_s = asyncio.get_running_loop().time() - self.begun_s
        self.asked.setdefault(endpoint.name, []).append(at_s)
        failure = self.faults.get(endpoint.name, well)(at_s, self.dice)
        if failure is not None:
            await asyncio.sleep(0.05)
            raise failure(endpoint.name)
        await asyncio.sleep(self.takes_s(endpoint.name, at_s))
        return Completion('{"total": 12}', endpoint.model, "stop", Usage(100, 10))

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class Told:
    """One call as its caller saw it."""

    at_s: float
    took_s: float
    came: Answer | Unanswered


class Company:
    """One engine's callers; `begun_s` is when the first of them came."""

    def __init__(self, providers: Providers, way: Route, slow_s: float = 20.0) -> None:
        loop = asyncio.get_running_loop()
        names = [step.endpoint.name for step in way.steps]
        breakers, floors_s = dict.fromkeys(names, BreakerSettings()), dict.fromkeys(names, slow_s)
        plan = Plan({way.task: way}, {}, None, {}, is_sandbox=False, breakers=breakers, slow_floors_s=floors_s)
        world = World(monotonic=loop.time, random=providers.dice.random)
        connections = Connections(lambda _: providers)  # type: ignore[arg-type,return-value]
        self.store = MemoryStore()
        self.llm = Llm(plan, self.store, connections=connections, world=world)
        self.begun_s = providers.begun_s = loop.time()
        self.told: list[Told] = []
        self._number = 0

    async def ask(self) -> None:
        """A question of its own, which nobody has answered before."""
        loop, self._number = asyncio.get_running_loop(), self._number + 1
        call = replace(CALL, prompt=f"{CALL.prompt} {self._number}")
        at_s = loop.time()
        came: Answer | Unanswered
        try:
            came = await self.llm.ask(call, CALLER, anything)
        except Unanswered as error:
            came = error
        self.told.append(Told(at_s - self.begun_s, loop.time() - at_s, came))

    async def steadily(self, calls_per_s: float, seconds: float) -> None:
        """Calls at a steady pace, whatever came of those before."""
        loop, calls = asyncio.get_running_loop(), []
        for number in range(int(calls_per_s * seconds)):
            await asyncio.sleep(max(0.0, self.begun_s + number / calls_per_s - loop.time()))
            calls.append(asyncio.create_task(self.ask()))
        await asyncio.gather(*calls)

    async def together(self, calls: int) -> None:
        """So many callers in the same moment."""
        await asyncio.gather(*(self.ask() for _ in range(calls)))

    @property
    def lost(self) -> list[Told]:
        return [each for each in self.told if isinstance(each.came, Unanswered)]
