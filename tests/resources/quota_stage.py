"""A provider with limits, many processes that call it, and a clock that moves only while nobody has anything to do."""

import asyncio
import random
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from math import ceil, floor
from typing import Any, Literal

from resources.llm.limits import Limits, LimitSettings, Reserved, Short, Tokens, Turn
from resources.llm.messages import Allowance
from resources.llm.sharing import Exchange
from resources.llm.world import World
from sandbox.quota import Quota, Standing
from tests.resources.sharing_parts import MemoryBoard

NETWORK_S = 0.002
ENDPOINT = "gpt"
ASKED = Tokens(100, 20)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Hours in milliseconds, and the same every time; what goes to a thread is done on the spot."""

    def __init__(self) -> None:
        super().__init__()
        self._now_s = 1000.0
        self._select = self._selector.select  # type: ignore[attr-defined]
        self._selector.select = self._skip  # type: ignore[attr-defined]

    def time(self) -> float:
        return self._now_s

    def _skip(self, timeout: float | None = None) -> Any:
        assert timeout is not None, "everybody waits for ever"
        self._now_s += timeout
        return self._select(0)

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as problem:
            done.set_exception(problem)
        return done


def play(scene: Coroutine[Any, Any, Any]) -> Any:
    """Run a scene to its end on a clock of its own."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(scene)


def clock_of(loop: asyncio.AbstractEventLoop) -> World:
    return World(monotonic=loop.time)


@dataclass
class ClockedBoard(MemoryBoard):
    """A board whose clock goes with the loop's."""

    loop: asyncio.AbstractEventLoop | None = None
    ahead_s: float = 1_700_000_000.0

    def change(self, wanted: Any, change: Any) -> None:
        assert self.loop is not None
        self.now_s = self.loop.time() + self.ahead_s
        super().change(wanted, change)


@dataclass
class Provider:
    """Answers as a provider does: it looks at its limits when a request arrives and tells of it when it answers."""

    quota: Quota | None
    latency_s: float = 0.05
    told: Literal["exact", "seconds", "never"] = "exact"
    looks: Literal["arrival", "end"] = "arrival"
    output: int = 10
    strewn: float = 0.0
    dice: random.Random = field(default_factory=lambda: random.Random(1))
    outcomes: Counter[str] = field(default_factory=Counter)
    admitted: list[tuple[float, int]] = field(default_factory=list)

    async def ask(self, tokens: Tokens) -> tuple[bool, tuple[Allowance, ...], float | None]:
        time = asyncio.get_running_loop().time
        await asyncio.sleep(NETWORK_S)
        standing = self._asked(tokens, time())
        if not standing.admitted:
            self.outcomes["refused"] += 1
            await asyncio.sleep(NETWORK_S)
            return False, self._told(standing), float(ceil(standing.wait_s)) or 1.0
        self.outcomes["admitted"] += 1
        self.admitted.append((time(), tokens.input + self.output))
        standing = self._settled(self.output, time())
        await asyncio.sleep(self.latency_s)
        if self.looks == "end":
            standing = self._settled(0, time())
        await asyncio.sleep(NETWORK_S)
        return True, self._told(standing), None

    def _asked(self, tokens: Tokens, now_s: float) -> Standing:
        if self.strewn and self.dice.random() < self.strewn:
            return Standing(False, ())
        return self.quota.ask(tokens.input, now_s) if self.quota else Standing(True, ())

    def _settled(self, output: int, now_s: float) -> Standing:
        return self.quota.settle(output, now_s) if self.quota else Standing(True, ())

    def _told(self, standing: Standing) -> tuple[Allowance, ...]:
        if self.told == "never":
            return ()
        now_s = asyncio.get_running_loop().time()

        def shown(reset_s: float) -> float:
            return reset_s if self.told == "exact" else float(max(0, floor(now_s + reset_s) - floor(now_s)))

        return tuple(Allowance(one.what, one.limit, one.remaining, shown(one.reset_s)) for one in standing.limits)


@dataclass
class Process:
    """One process's limits, and what its callers met with."""

    limits: Limits
    exchange: Exchange | None
    served: Counter[str] = field(default_factory=Counter)
    waited_s: list[float] = field(default_factory=list)

    async def call(self, provider: Provider, tokens: Tokens, turn: Turn, until_s: float) -> str:
        time = asyncio.get_running_loop().time
        begun_s = time()
        admitted = await self.limits.admit(ENDPOINT, tokens, turn, begun_s, until_s)
        if isinstance(admitted, Short):
            return "short"
        self.waited_s.append(time() - begun_s)
        answered, allowances, retry_after_s = await provider.ask(tokens)
        if not answered:
            self.limits.refuse(admitted, allowances, retry_after_s, time())
            return "refused"
        self.limits.settle(admitted, Tokens(tokens.input, provider.output), allowances, time())
        self.served[turn.tenant] += 1
        return "answered"


def process(settings: LimitSettings, board: MemoryBoard | None, name: str) -> Process:
    """A process that shares by this board, or is alone."""
    world = clock_of(asyncio.get_running_loop())
    limits = Limits({ENDPOINT: settings}, name, world)
    exchange = None
    if board is not None:
        exchange = Exchange(board, [limits], world, lambda _: None)
        limits.join(exchange)
    return Process(limits, exchange)


@dataclass(frozen=True, slots=True)
class Saturated:
    """What became of a published quota."""

    published: float
    used: float
    refused: int
    sent: int

    @property
    def use(self) -> float:
        return self.used / self.published

    @property
    def refused_share(self) -> float:
        return self.refused / max(1, self.sent)


async def saturate(
    provider: Provider,
    settings: LimitSettings,
    *,
    processes: int = 1,
    callers: int = 32,
    shared: bool = True,
    window_s: float,
    windows: int = 4,
    tokens: Tokens = ASKED,
    what: Literal["requests", "tokens"] = "requests",
) -> Saturated:
    """Call as often as allowed for some windows."""
    loop = asyncio.get_running_loop()
    board = ClockedBoard(loop=loop) if shared else None
    crew = [process(settings, board, f"p{number}") for number in range(processes)]
    running = [asyncio.create_task(one.exchange.run()) for one in crew if one.exchange]
    ends_s = loop.time() + windows * window_s

    async def caller(one: Process, number: int) -> None:
        while loop.time() < ends_s:
            await one.call(provider, tokens, Turn(f"t{number % 3}", "f"), ends_s)

    jobs = [asyncio.create_task(caller(one, number)) for one in crew for number in range(callers)]
    await asyncio.sleep(ends_s - loop.time())
    for job in [*jobs, *running]:
        job.cancel()
    for ended in await asyncio.gather(*jobs, *running, return_exceptions=True):
        if ended is not None and not isinstance(ended, asyncio.CancelledError):
            raise ended
    assert provider.quota is not None
    counter = next(one for one in provider.quota._counters if one.what == what)
    begun_full = 1 if counter._shape == "bucket" else 0
    published = counter.limit * (windows + begun_full)
    within = [spent for at_s, spent in provider.admitted if at_s < ends_s]
    used = len(within) if what == "requests" else sum(within)
    refused = provider.outcomes["refused"]
    return Saturated(published, used, refused, refused + provider.outcomes["admitted"])


@dataclass
class Load:
    """Calls at a steady pace, whatever came of those before, each with five minutes.

    Refusals say nothing, and are paused for as the breaker's cooling would have it: a second, twice as long each time.
    """

    provider: Provider
    calls_per_s: float
    minutes: float
    late: int = 0
    waited_s: list[float] = field(default_factory=list)
    answered_in_time: int = 0
    _rounds: int = 0
    _cooled_since_s: float = 0.0
    _cooled_until_s: float = 0.0

    @property
    def refused_share(self) -> float:
        return self.provider.outcomes["refused"] / self.provider.outcomes.total()

    @property
    def longest_wait_s(self) -> float:
        return max(self.waited_s)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        one, begun_s, calls = process(LimitSettings(), None, "p"), loop.time(), []
        for number in range(int(self.calls_per_s * self.minutes * 60)):
            await asyncio.sleep(max(0.0, begun_s + number / self.calls_per_s - loop.time()))
            calls.append(asyncio.create_task(self._call(one.limits)))
        self.answered_in_time = len(self.waited_s)
        await asyncio.gather(*calls)

    async def _call(self, limits: Limits) -> None:
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        until_s = begun_s + 300.0
        while loop.time() < until_s - 0.1:
            await asyncio.sleep(max(0.0, self._cooled_until_s - loop.time()))
            admitted = await limits.admit(ENDPOINT, ASKED, Turn("t", "f"), loop.time(), until_s - 0.1)
            if isinstance(admitted, Short):
                continue
            if loop.time() < self._cooled_until_s:
                limits.cancel(admitted, loop.time())
            elif await self._answered(limits, admitted):
                self.waited_s.append(loop.time() - begun_s - self.provider.latency_s)
                return
        self.late += 1

    async def _answered(self, limits: Limits, admitted: Reserved) -> bool:
        loop = asyncio.get_running_loop()
        sent_s = loop.time()
        answered, _, _ = await self.provider.ask(ASKED)
        if answered:
            self._rounds = 0 if sent_s >= self._cooled_until_s else self._rounds
            limits.settle(admitted, Tokens(ASKED.input, self.provider.output), (), loop.time())
            return True
        limits.refuse(admitted, (), None, loop.time())
        if sent_s > self._cooled_since_s:
            self._cooled_since_s, self._rounds = loop.time(), self._rounds + 1
            self._cooled_until_s = loop.time() + min(2.0 ** (self._rounds - 1), 20.0)
        await asyncio.sleep(self.provider.dice.random())
        return False
