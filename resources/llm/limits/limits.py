"""Nobody is sent a request it would refuse: what a provider allows is reserved before, and settled after.

The fast path takes from what this process holds and waits for nothing. Who finds too little waits in turn while one
task an endpoint asks for more, at the moment at which there can be more; it ends with the last of those who wait.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from resources.llm.limits.asking import LimitSettings, Reserved, Short, Tokens, Turn
from resources.llm.limits.door import Door, Waiter
from resources.llm.limits.row import Report, Row, Word, meet
from resources.llm.messages import Allowance
from resources.llm.sharing import Exchange, Json
from resources.llm.world import World

_APART_S = 0.3  # between two times a process asks for what is dripping in
_LONGEST_NAP_S = 1.0


@dataclass(frozen=True, slots=True)
class LimitsNews:
    reports: Mapping[str, Report]

    @property
    def rows(self) -> tuple[str, ...]:
        return tuple(self.reports)


@dataclass(frozen=True, slots=True)
class LimitsView:
    words: Mapping[str, Word]
    rows: Mapping[str, Json]
    news: LimitsNews
    board_now_s: float


@dataclass(slots=True)
class _Alone:
    """The rows as this process keeps them while nobody else does."""

    rows: dict[str, Row] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    ahead_s: float = 0.0
    """The board's clock minus ours."""


class Limits:
    """The limits of all endpoints; a part of the exchange."""

    table = "llm_limits"
    restless = False

    def __init__(self, settings: Mapping[str, LimitSettings], process: str, world: World) -> None:
        self._settings = settings
        self._process = process
        self._world = world
        self._doors: dict[str, Door] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._naps: dict[str, asyncio.Task[None]] = {}
        self._exchange: Exchange | None = None
        self._wake: Callable[[], None] = lambda: None
        self._urgent = False
        self._last_rows: dict[str, tuple[Json, int]] = {}
        self._ahead_s = 0.0
        self._alone: _Alone | None = None

    def join(self, exchange: Exchange) -> None:
        """Share through this exchange; until then, or without one, a process is alone."""
        self._exchange = exchange

    async def admit(self, endpoint: str, tokens: Tokens, turn: Turn, now_s: float, until_s: float) -> Reserved | Short:
        """The right to send a request of at most so many tokens, waited for in turn until `until_s`."""
        door = self._door(endpoint)
        costs = door.price(tokens)
        if door.waiting.head() is None:
            reserved = door.admit(tokens, costs, now_s)
            if reserved is not None:
                if door.runs_low(now_s):
                    self._hurry()
                return reserved
        if until_s <= now_s and door.is_known_to_be_empty(now_s):
            return self._short(door)
        return await self._wait(door, Waiter(turn, tokens, costs, until_s, asyncio.get_running_loop().create_future()))

    def settle(self, reserved: Reserved, used: Tokens, allowances: tuple[Allowance, ...], now_s: float) -> None:
        """What it really took, and where the provider says we stand."""
        door = self._doors[reserved.endpoint]
        door.settle(reserved, used, allowances, now_s)
        self._serve(door, now_s)

    def refuse(
        self, reserved: Reserved, allowances: tuple[Allowance, ...], retry_after_s: float | None, now_s: float
    ) -> None:
        """A 429 came back: everybody has to know."""
        self._doors[reserved.endpoint].refuse(reserved, allowances, retry_after_s, now_s)
        self._hurry()

    def cancel(self, reserved: Reserved, now_s: float) -> None:
        """It was never sent."""
        door = self._doors[reserved.endpoint]
        door.cancel(reserved)
        self._serve(door, now_s)

    def _door(self, endpoint: str) -> Door:
        door = self._doors.get(endpoint)
        if door is None:
            settings = self._settings.get(endpoint) or LimitSettings()
            door = self._doors[endpoint] = Door(endpoint, settings)
        return door

    @staticmethod
    def _short(door: Door) -> Short:
        closed = door.closed_until_s > door.read_s
        why = "it said to come back later" if closed else "its limits are used up for now"
        return Short(max(door.more_at_s, door.closed_until_s), f"{door.name}: {why}", door.is_cold)

    # Waiting

    async def _wait(self, door: Door, waiter: Waiter) -> Reserved | Short:
        door.waiting.add(waiter)
        self._ask_for(door, waiter)
        try:
            reserved = await waiter.admitted
        except asyncio.CancelledError:
            if waiter.admitted.done() and not waiter.admitted.cancelled():
                given = waiter.admitted.result()
                if given is not None:
                    self.cancel(given, self._world.monotonic())
            raise
        return reserved if reserved is not None else self._short(door)

    def _ask_for(self, door: Door, waiter: Waiter) -> None:
        """One task an endpoint asks for all who wait; whoever waits less long than it sleeps wakes it."""
        if door.name not in self._asking:
            self._asking[door.name] = asyncio.get_running_loop().create_task(self._ask(door))
        elif door.name in self._naps:
            self._naps[door.name].cancel()

    async def _ask(self, door: Door) -> None:
        try:
            while door.waiting.head() is not None:
                await self._ask_once(door)
        except Exception as problem:
            for waiter in list(door.waiting):
                waiter.admitted.set_exception(problem)
        finally:
            del self._asking[door.name]

    async def _ask_once(self, door: Door) -> None:
        now_s = self._world.monotonic()
        present = list(door.waiting)
        if now_s >= door.ask_at_s or now_s >= door.until_s:
            await self._meet(door)
        now_s = self._world.monotonic()
        self._serve(door, now_s)
        self._dismiss(present, now_s)
        if door.waiting.head() in present:
            await self._nap(door, now_s)

    async def _meet(self, door: Door) -> None:
        asked_s = self._world.monotonic()
        if self._exchange is not None:
            await self._exchange.now()
        if self._exchange is None or self._exchange.alone:
            self._meet_alone()
        elif door.read_s < asked_s:  # no word came
            door.ask_at_s = self._world.monotonic() + _APART_S

    async def _nap(self, door: Door, now_s: float) -> None:
        soonest_s = min(waiter.until_s for waiter in door.waiting)
        delay_s = min(door.ask_at_s, soonest_s, now_s + _LONGEST_NAP_S) - now_s
        nap = asyncio.get_running_loop().create_task(self._sleep(max(0.001, delay_s)))
        self._naps[door.name] = nap
        try:
            await asyncio.wait({nap})
        finally:
            nap.cancel()
            self._naps.pop(door.name, None)

    async def _sleep(self, delay_s: float) -> None:
        await self._world.sleep(delay_s)

    def _serve(self, door: Door, now_s: float) -> None:
        """Let in whoever is next, as long as there is enough for the next."""
        while (waiter := door.waiting.head()) is not None:
            reserved = door.admit(waiter.tokens, waiter.costs, now_s)
            if reserved is None:
                return
            door.waiting.pop(waiter)
            waiter.admitted.set_result(reserved)

    @staticmethod
    def _dismiss(present: Sequence[Waiter], now_s: float) -> None:
        """Whose time is up; whoever came while others were asking is asked for first."""
        for waiter in present:
            if waiter.until_s <= now_s and not waiter.gone:
                waiter.admitted.set_result(None)

    # A part of the exchange

    @property
    def urgent(self) -> bool:
        return self._urgent

    def listen(self, wake: Callable[[], None]) -> None:
        self._wake = wake

    def _hurry(self) -> None:
        if not self._urgent:
            self._urgent = True
            self._wake()

    def take_news(self, last: bool) -> LimitsNews:
        now_s = self._world.monotonic()
        self._urgent = False
        awake = {
            name: door for name, door in self._doors.items() if door.waiting.head() is not None or door.is_awake(now_s)
        }
        return LimitsNews({name: door.report(self._process, now_s, last) for name, door in awake.items()})

    def merge(
        self, news: LimitsNews, rows: Mapping[str, Json], board_now_s: float
    ) -> tuple[Mapping[str, Json], LimitsView]:
        met = {name: Row.of(rows.get(name)) for name in news.reports}
        words = {
            name: meet(met[name], report, self._settings.get(name) or LimitSettings(), board_now_s)
            for name, report in news.reports.items()
        }
        written = {name: row.to_json() for name, row in met.items()}
        return written, LimitsView(words, written, news, board_now_s)

    def adopt(self, view: LimitsView, now_s: float) -> None:
        self._alone = None
        self._ahead_s = view.board_now_s - now_s
        for name, word in view.words.items():
            self._last_rows[name] = (view.rows[name], word.processes)
            self._take_word(name, word, view.news.reports[name], now_s, _APART_S)

    def put_back(self, news: LimitsNews) -> None:
        for name, report in news.reports.items():
            self._doors[name].put_back(report, self._world.monotonic())

    def _take_word(self, name: str, word: Word, report: Report, now_s: float, apart_s: float) -> None:
        door = self._doors[name]
        door.adopt(word, report, now_s, apart_s)
        self._serve(door, self._world.monotonic())

    # Alone

    def _meet_alone(self) -> None:
        """The same rules on a row of our own: all of it, or our part of what was shared last."""
        if self._alone is None:
            self._alone = _Alone(ahead_s=self._ahead_s)
        alone, now_s = self._alone, self._world.monotonic()
        for name, report in self.take_news(last=False).reports.items():
            if name not in alone.rows:
                alone.rows[name], alone.shares[name] = self._our_part(name)
            settings = self._settings.get(name) or LimitSettings()
            word = meet(alone.rows[name], report, settings, now_s + alone.ahead_s, alone.shares[name])
            self._take_word(name, word, report, now_s, 0.0)

    def _our_part(self, name: str) -> tuple[Row, float]:
        state, processes = self._last_rows.get(name, (None, 1))
        row, share = Row.of(state), 1.0 / max(1, processes)
        for what, meter in row.meters.items():
            mine = row.leases[what].get(self._process)
            held = mine.held if mine is not None else 0.0
            free = meter.level - sum(max(0.0, lease.held) for lease in row.leases[what].values())
            meter.level = held + max(0.0, free) * share
            row.leases[what] = {} if mine is None else {self._process: mine}
        row.until_s = {self._process: row.until_s.get(self._process, 0.0)}
        return row, share
