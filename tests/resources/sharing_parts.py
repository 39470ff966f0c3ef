"""A board in memory, and a part that counts: what the tests of sharing are made of."""

import asyncio
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from resources.llm.sharing import Json, Rows


class BoardAway(Exception):
    """The board of this test does not answer."""


@dataclass
class MemoryBoard:
    """Rows in a dictionary, through JSON and back as in a database; its clock is set by hand, and it can be away."""

    now_s: float = 1_700_000_000.0
    away: bool = False
    rows: dict[str, dict[str, Json]] = field(default_factory=dict)
    changes: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def change(self, wanted: Mapping[str, Sequence[str]], change: Callable[[Rows, float], Rows]) -> None:
        if self.away:
            raise BoardAway("connection refused")
        with self.lock:
            self.changes += 1
            written = json.dumps(change(self._found(wanted), self.now_s), allow_nan=False)
            for table, states in json.loads(written).items():
                self.rows.setdefault(table, {}).update(states)

    def _found(self, wanted: Mapping[str, Sequence[str]]) -> Rows:
        kept: Rows = json.loads(json.dumps(self.rows))
        return {
            table: {name: kept[table][name] for name in names if name in kept.get(table, {})}
            for table, names in wanted.items()
        }


@dataclass(frozen=True)
class Added:
    rows: Sequence[str]
    count: int


@dataclass
class Counter:
    """The plainest part: it adds up, and knows the sum of all."""

    table: str = "llm_limits"
    count: int = 0
    total: int = 0
    read_s: float = 0.0
    urgent: bool = False
    restless: bool = False
    gave_back: bool = False
    wake: Callable[[], None] = lambda: None
    adopted: asyncio.Event = field(default_factory=asyncio.Event)

    def listen(self, wake: Callable[[], None]) -> None:
        self.wake = wake

    def add(self, count: int, urgent: bool = False) -> None:
        self.count += count
        self.urgent = self.urgent or urgent
        self.wake()

    def take_news(self, last: bool) -> Added:
        news = Added(("shared",), self.count)
        self.count, self.urgent, self.gave_back = 0, False, last
        return news

    def merge(self, news: Added, rows: Mapping[str, Json], board_now_s: float) -> tuple[Mapping[str, Json], int]:
        total = rows.get("shared", {}).get("total", 0) + news.count
        return ({"shared": {"total": total}} if news.count else {}), total

    def adopt(self, view: int, now_s: float) -> None:
        self.total, self.read_s = view, now_s
        self.adopted.set()

    async def until(self, true: Callable[[], bool]) -> None:
        """Looks again after each view that was adopted."""
        async with asyncio.timeout(10):
            while not true():
                await self.adopted.wait()
                self.adopted.clear()

    def put_back(self, news: Added) -> None:
        self.count += news.count
