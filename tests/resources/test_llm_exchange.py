"""One line to the board: joined by whoever is in a hurry, in nobody's way when the board is away."""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from resources.llm.sharing import Exchange, Rows
from resources.llm.sharing import exchange as exchange_module
from resources.llm.world import World
from tests.resources.sharing_parts import Counter, MemoryBoard


@dataclass
class SlowBoard(MemoryBoard):
    """Answers when it is let."""

    reached: threading.Event = field(default_factory=threading.Event)
    let: threading.Event = field(default_factory=threading.Event)

    def change(self, wanted: Mapping[str, Sequence[str]], change: Callable[[Rows, float], Rows]) -> None:
        self.reached.set()
        assert self.let.wait(10)
        super().change(wanted, change)


async def reached(board: SlowBoard) -> None:
    assert await asyncio.to_thread(board.reached.wait, 10)
    board.reached.clear()


def exchange(board: MemoryBoard | None, *parts: Counter, told: list[str] | None = None) -> Exchange:
    return Exchange(board, parts, World(), (told if told is not None else []).append)


async def test_two_processes_know_the_sum() -> None:
    """What one tells, the other knows after its next exchange."""
    board, mine, yours = MemoryBoard(), Counter(), Counter()
    mine.add(2)
    yours.add(3)
    await exchange(board, mine).now()
    await exchange(board, yours).now()
    assert (mine.total, yours.total) == (2, 5)


async def test_whoever_asks_while_one_is_under_way_gets_the_next() -> None:
    """An exchange that had already begun does not hold what was said since; all who waited share the one after."""
    board, part = SlowBoard(), Counter()
    line = exchange(board, part)
    first = asyncio.create_task(line.now())
    await reached(board)
    part.add(1)
    later = [asyncio.create_task(line.now()) for _ in range(32)]
    board.let.set()
    await asyncio.gather(first, *later)
    assert (board.changes, part.total) == (2, 1)


async def test_a_caller_that_gives_up_breaks_nobodys_exchange() -> None:
    """Cancelling a call leaves the exchange it had joined going."""
    board, part = SlowBoard(), Counter()
    part.add(1)
    line = exchange(board, part)
    caller = asyncio.create_task(line.now())
    await reached(board)
    caller.cancel()
    board.let.set()
    await part.until(lambda: part.total == 1)
    assert board.changes == 1


async def test_a_board_that_is_away_costs_no_news_and_is_mentioned_once() -> None:
    """Everything is told when it is back; in between, nobody waits for it."""
    told: list[str] = []
    board, part = MemoryBoard(away=True), Counter()
    line = exchange(board, part, told=told)
    part.add(2)
    for _ in range(3):
        await line.now()
    assert line.alone
    assert part.count == 2
    board.away = False
    runner = asyncio.create_task(line.run())
    await part.until(lambda: not line.alone)
    await line.close()
    await runner
    assert part.total == 2
    assert ["does not take part (connection refused)" in told[0], "is back" in told[1], len(told)] == [True, True, 2]


async def test_a_board_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a short patience calls go on alone; when it answers after all, its word is taken."""
    monkeypatch.setattr(exchange_module, "PATIENCE_S", 0.01)
    told: list[str] = []
    board, part = SlowBoard(), Counter()
    line = exchange(board, part, told=told)
    part.add(1)
    await line.now()
    assert line.alone
    board.let.set()
    await part.until(lambda: not line.alone)
    assert part.total == 1
    assert len(told) == 2


async def test_no_board_is_no_news() -> None:
    """A process that was given none is alone from the beginning, and says nothing of it."""
    told: list[str] = []
    line = exchange(None, Counter(), told=told)
    await line.run()
    await line.now()
    await line.close()
    assert line.alone
    assert told == []


async def test_what_is_urgent_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not wait for the second to be over; what is not, does."""
    monkeypatch.setattr(exchange_module, "PERIOD_S", 3600.0)
    board, part = MemoryBoard(), Counter()
    line = exchange(board, part)
    runner = asyncio.create_task(line.run())
    await part.until(lambda: board.changes == 1)
    part.add(1, urgent=True)
    await part.until(lambda: part.total == 1)
    assert board.changes == 2
    await line.close()
    await runner


async def test_the_restless_ask_more_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a part watches what others see, the next exchange is a tenth of a second away."""
    monkeypatch.setattr(exchange_module, "PERIOD_S", 3600.0)
    board, part = MemoryBoard(), Counter(restless=True)
    line = exchange(board, part)
    runner = asyncio.create_task(line.run())
    await part.until(lambda: board.changes >= 3)
    await line.close()
    await runner


async def test_closing_gives_back_what_is_leased() -> None:
    """The last exchange is told to be the last, and there is only one."""
    board, part = MemoryBoard(), Counter()
    line = exchange(board, part)
    await line.now()
    before = part.gave_back
    await line.close()
    await line.close()
    assert (before, part.gave_back, board.changes) == (False, True, 2)


async def test_a_view_is_as_old_as_the_reading_not_as_the_waiting() -> None:
    """The moment that belongs to the board's time is taken under its locks."""
    board, part, times = SlowBoard(), Counter(), [7.0]
    line = Exchange(board, [part], World(monotonic=lambda: times[0]), lambda _: None)
    turn = asyncio.create_task(line.now())
    await reached(board)
    times[0] = 8.0
    board.let.set()
    await turn
    assert part.read_s == 8.0
