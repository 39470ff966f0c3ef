"""When processes tell each other: once a second, at once if it matters, and never in the way of a call.

One exchange at a time, all parts in one transaction. Whoever asks for one joins the next that begins. A board that
does not answer is not waited for: each process goes on alone, says so once, and says once that it is over.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from resources.llm.sharing.board import Board, Rows
from resources.llm.sharing.part import News, Part
from resources.llm.world import World

PERIOD_S = 1.0
PERIOD_RESTLESS_S = 0.1
SHORTEST_GAP_S = 0.02  # between exchanges that nobody waits for, however much happens
PATIENCE_S = 2.0


class Exchange:
    """The one line to the board; `alone` where there is none, or it does not answer."""

    def __init__(
        self, board: Board | None, parts: Sequence[Part[Any, Any]], world: World, tell: Callable[[str], None]
    ) -> None:
        self._board = board
        self._parts = tuple(parts)
        self._world = world
        self._tell = tell
        self._lock = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, "weir-board")
        self._turns: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()
        self._begun = 0
        self._away = board is None
        self._closed = False
        for part in self._parts:
            part.listen(self._woken.set)

    @property
    def has_board(self) -> bool:
        """Whether there is anybody to share with at all, answering or not."""
        return self._board is not None

    @property
    def alone(self) -> bool:
        """Whether this process decides by what it alone has seen."""
        return self._away

    async def now(self) -> None:
        """An exchange that begins from here on; back at once where the board is known to be away."""
        if not self._away:
            await self._turn()

    async def run(self) -> None:
        """Exchange until cancelled or closed."""
        while self._board and not self._closed:
            await self._turn()
            await self._pause()

    async def close(self) -> None:
        """A last exchange, in which all that is leased is given back."""
        if self._closed:
            return
        self._closed = True
        self._woken.set()
        if not self._away:
            await self._turn(last=True)
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _turn(self, last: bool = False) -> None:
        """Wait for an exchange, but not for ever; it goes on without whoever stops waiting."""
        turn = asyncio.create_task(self._in_turn(self._begun + 1, last))
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)
        await asyncio.wait({turn}, timeout=PATIENCE_S)
        if not turn.done():
            self._note_away(f"no answer within {PATIENCE_S:g} s")
            for part in self._parts:  # what is on its way may still arrive; meanwhile they decide alone
                part.put_back(part.take_news(last=False))

    async def _in_turn(self, number: int, last: bool) -> None:
        async with self._lock:
            if self._board and (self._begun < number or last):
                await self._exchange(self._board, last)

    async def _exchange(self, board: Board, last: bool) -> None:
        self._begun += 1
        told = _Told(self._parts, [part.take_news(last) for part in self._parts], self._world.monotonic)
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._thread, board.change, told.wanted, told.change)
        except Exception as problem:  # whatever it is, calls go on
            told.put_back()
            self._note_away(" ".join(str(problem).split()) or type(problem).__name__)
        else:
            told.adopt()
            self._note_back()

    async def _pause(self) -> None:
        """Until the next is due; what is urgent is given time to gather company."""
        await self._world.sleep(SHORTEST_GAP_S)
        if not self._closed and (self._away or not any(part.urgent for part in self._parts)):
            self._woken.clear()
            await self._woken_or_after(self._period_s())

    def _period_s(self) -> float:
        restless = not self._away and any(part.restless for part in self._parts)
        return PERIOD_RESTLESS_S if restless else PERIOD_S

    async def _woken_or_after(self, delay_s: float) -> None:
        waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(self._world.sleep(delay_s))]
        if not self._away:  # knocking harder does not bring it back
            waits.append(asyncio.ensure_future(self._woken.wait()))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _note_away(self, why: str) -> None:
        if not self._away:
            self._away = True
            self._tell(
                f"The ledger does not take part ({why}): this process alone decides about breakers, limits and "
                "budgets, by what it last knew, until the ledger is back."
            )

    def _note_back(self) -> None:
        if self._away:
            self._away = False
            self._tell("The ledger is back: breakers, limits and budgets are shared again.")


class _Told:
    """One exchange's news on their way: made in the loop, merged in a thread, adopted in the loop."""

    def __init__(self, parts: Sequence[Part[Any, Any]], news: Sequence[News], clock: Callable[[], float]) -> None:
        self._parts = parts
        self._news = news
        self._clock = clock
        self._views: list[Any] = []
        self._read_s = 0.0

    @property
    def wanted(self) -> dict[str, Sequence[str]]:
        return {part.table: tuple(news.rows) for part, news in zip(self._parts, self._news, strict=True)}

    def change(self, rows: Rows, board_now_s: float) -> Rows:
        """Under the locks. The moment is taken here, so that waiting for them ages nothing."""
        self._read_s = self._clock()
        self._views.clear()
        written = {}
        for part, news in zip(self._parts, self._news, strict=True):
            written[part.table], view = part.merge(news, rows.get(part.table, {}), board_now_s)
            self._views.append(view)
        return written

    def adopt(self) -> None:
        for part, view in zip(self._parts, self._views, strict=True):
            part.adopt(view, self._read_s)

    def put_back(self) -> None:
        for part, news in zip(self._parts, self._news, strict=True):
            part.put_back(news)
