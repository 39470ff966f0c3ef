"""Processes that share a board, on one clock that jumps from event to event: hours of traffic in a blink.

A request asks the primary if it may, once more after a failure if it still may, and then the fallback. Exchanges
happen as `Exchange` makes them: every second, at once for what is urgent, ten times a second while restless.
"""

import heapq
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import count

from resources.llm.errors import EndpointFailed, Unavailable
from resources.llm.health import BreakerSettings, Health, Pass
from resources.llm.health.merging import HealthView
from resources.llm.sharing import Rows
from resources.llm.world import World
from tests.resources.sharing_parts import BoardAway, MemoryBoard

PRIMARY = "primary"
EXCHANGE_S = 0.005
RETRY_S = 0.25


@dataclass
class Attempt:
    started_s: float
    ended_s: float = 0.0
    failed: bool = False
    process: int = 0


@dataclass
class Server:
    """The primary: what it does with a call that starts at a time."""

    is_down: Callable[[float], bool] = lambda now_s: False
    latency_s: float = 0.05
    down_latency_s: float = 0.05
    fails_with: Callable[[str], EndpointFailed] = Unavailable
    expected_s: float = 20.0


class Process:
    def __init__(self, number: int, clock: Callable[[], float], settings: BreakerSettings, seed: int) -> None:
        dice = random.Random(seed * 1000 + number)
        self.number = number
        self.told: list[str] = []
        self.killed = False
        self.exchanging = False
        self.next_s = 0.0
        world = World(monotonic=clock, random=dice.random)
        self.health = Health({PRIMARY: settings}, f"process-{number}", world, self.told.append)


@dataclass
class Fleet:
    server: Server = field(default_factory=Server)
    processes_count: int = 1
    settings: BreakerSettings = field(default_factory=BreakerSettings)
    seed: int = 0
    shared: bool = True
    last_resort: bool = False

    def __post_init__(self) -> None:
        self.now_s = 1000.0
        self.board = MemoryBoard()
        self.attempts: list[Attempt] = []
        self.turned_away: list[float] = []
        self.asked_board = 0
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self.processes = [Process(n, self.clock, self.settings, self.seed) for n in range(self.processes_count)]
        for process in self.processes if self.shared else ():
            process.health.listen(partial(self._wake, process))
            self.at(self.now_s + 0.01 * process.number, partial(self._tick, process))

    def clock(self) -> float:
        return self.now_s

    def at(self, time_s: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (time_s, next(self._order), do))

    def run(self, until_s: float) -> None:
        while self._queue and self._queue[0][0] <= until_s:
            time_s, _, do = heapq.heappop(self._queue)
            self.board.now_s += time_s - self.now_s
            self.now_s = time_s
            do()
        self.board.now_s += until_s - self.now_s
        self.now_s = until_s

    def requests(self, times: Iterable[float]) -> None:
        """One request at each time, by the processes in turn."""
        for number, time_s in enumerate(times):
            process = self.processes[number % self.processes_count]
            self.at(time_s, partial(self._request, process, tries=2))

    def _request(self, process: Process, tries: int, asked: bool = False) -> None:
        if process.killed:
            return
        entered = process.health.enter(PRIMARY, self.now_s, last_resort=self.last_resort)
        if isinstance(entered, Pass):
            self._attempt(process, entered, tries)
        elif entered.ask_board and not asked:
            self.asked_board += 1
            self._wake(process)
            self.at(self.now_s + 2 * EXCHANGE_S + 0.001, lambda: self._request(process, tries, asked=True))
        else:
            self.turned_away.append(self.now_s)

    def _attempt(self, process: Process, passed: Pass, tries: int) -> None:
        down = self.server.is_down(self.now_s)
        takes_s = self.server.down_latency_s if down else self.server.latency_s
        attempt = Attempt(self.now_s, self.now_s + takes_s, down, process.number)
        self.attempts.append(attempt)
        if takes_s > self.server.expected_s:
            self.at(self.now_s + self.server.expected_s, lambda: process.health.slow(passed, self.now_s))
        self.at(attempt.ended_s, lambda: self._ended(process, passed, attempt, tries))

    def _ended(self, process: Process, passed: Pass, attempt: Attempt, tries: int) -> None:
        if process.killed:
            return
        error = self.server.fails_with(PRIMARY) if attempt.failed else None
        process.health.leave(passed, self.now_s, error)
        if error and error.then == "retry_here" and tries > 1:
            self.at(self.now_s + RETRY_S, lambda: self._request(process, tries - 1))

    def _tick(self, process: Process) -> None:
        if not process.killed and self.now_s >= process.next_s - 1e-9:
            self._wake(process)

    def _wake(self, process: Process) -> None:
        if not process.exchanging:
            process.exchanging = True
            self.at(self.now_s, lambda: self._exchange(process))

    def _exchange(self, process: Process) -> None:
        health = process.health
        if process.killed:
            return
        news = health.take_news(last=False)
        views: list[tuple[HealthView, float]] = []

        def change(rows: Rows, board_now_s: float) -> Rows:
            written, view = health.merge(news, rows.get(health.table, {}), board_now_s)
            views.append((view, self.now_s))
            return {health.table: written}

        try:
            self.board.change({health.table: news.rows}, change)
        except BoardAway:
            health.put_back(news)
        self.at(self.now_s + EXCHANGE_S, partial(self._adopt, process, views))

    def _adopt(self, process: Process, views: list[tuple[HealthView, float]]) -> None:
        process.exchanging = False
        if process.killed:
            return
        for view, read_s in views:
            process.health.adopt(view, read_s)
        if process.health.urgent and views:
            self._wake(process)
        process.next_s = self.now_s + (0.1 if process.health.restless else 1.0)
        self.at(process.next_s, partial(self._tick, process))

    @property
    def failures(self) -> list[Attempt]:
        return [attempt for attempt in self.attempts if attempt.failed]

    def successes_since(self, time_s: float) -> list[float]:
        """When the calls started that the primary answered from then on."""
        return [attempt.started_s for attempt in self.attempts if not attempt.failed and attempt.started_s >= time_s]

    def failing_calls(self) -> int:
        """As the issue counts them: those that started after the first failure had returned."""
        first_s = min((attempt.ended_s for attempt in self.failures), default=0.0)
        return sum(attempt.started_s > first_s for attempt in self.failures)


def every(interval_s: float, start_s: float, end_s: float, spread: random.Random | None = None) -> list[float]:
    """Times of requests, evenly or (with `spread`) between 3/4 and 5/4 of the interval apart."""
    times, now_s = [], start_s
    while now_s < end_s:
        times.append(now_s)
        now_s += interval_s * (0.75 + 0.5 * spread.random() if spread else 1.0)
    return times
