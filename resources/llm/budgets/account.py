"""One budget in one period, as this process sees it: what it was lent, what is set aside, what it spent."""

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from resources.llm.budgets.asking import LEVELS, NOTHING, BudgetSettings, Pressure, Why
from resources.llm.budgets.row import PRIORITY_FROM, SHARES, Loan, Request

if TYPE_CHECKING:
    import asyncio

AT_ONCE_UNKNOWN = 8
AHEAD_S = 3.0
_SLICE_OF_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody's money is not there yet."""

    usd: Decimal
    urgent: bool


class Account:
    def __init__(self, name: str, settings: BudgetSettings, ends_s: float) -> None:
        self.name = name
        self.settings = settings
        self.ends_s = ends_s
        self.free = NOTHING
        self.reserved = NOTHING
        self.spent = NOTHING
        self.short = NOTHING
        self.others = NOTHING
        self.left = NOTHING
        self.read_s = float("-inf")
        self.under_way = 0
        self.most_under_way = AT_ONCE_UNKNOWN
        self.asking: list[Asking] = []
        self.queue: deque[asyncio.Future[None]] = deque()
        self.refused = False
        self._marks = [share * settings.limit_usd for share in SHARES]
        self._known = NOTHING
        self._taken = NOTHING
        self._pace = NOTHING
        self._news_s: float | None = None

    @property
    def limit(self) -> Decimal:
        return self.settings.limit_usd

    @property
    def pressure(self) -> Pressure:
        """By what is spent or set aside, by everybody."""
        return LEVELS[bisect_right(self._marks, self.others + self.spent + self.reserved)]

    @property
    def is_full(self) -> bool:
        """Near the end, half as many requests at once as before."""
        return self.pressure == "throttled" and self._has_its_half

    @property
    def _has_its_half(self) -> bool:
        return self.under_way >= max(1, self.most_under_way // 2)

    @property
    def is_low(self) -> bool:
        """What is free will not last until the next exchange."""
        return self.left > 0 and self.free < self._pace

    def objects_to(self, urgent: bool) -> Why | None:
        """Why no request may go on, whatever is free."""
        level = self.pressure
        if level in ("free", "noted"):
            self.most_under_way = max(self.most_under_way, self.under_way + 1)
        elif level == "spent":
            return "spent"
        elif not urgent:
            return "priority" if level == "priority" else "throttled" if self._has_its_half else None
        return None

    def left_for(self, urgent: bool) -> Decimal:
        return self.left if urgent else self.left - (1 - PRIORITY_FROM) * self.limit

    def take(self, usd: Decimal) -> None:
        self.free -= usd
        self.reserved += usd
        self._taken += usd
        self.under_way += 1

    def settle(self, held: Decimal, spent: Decimal) -> None:
        """What was not spent is free again; what was spent beyond it is a debt that the next report books."""
        self.reserved -= held
        self.spent += spent
        self.free += held - spent
        self.short += max(NOTHING, spent - held)
        self.under_way -= 1
        self.pass_on()

    def pass_on(self) -> None:
        """Whoever waits longest has its turn, if there is room."""
        while self.queue and not self.is_full:
            waiting = self.queue.popleft()
            if not waiting.done():
                waiting.set_result(None)
                return

    @property
    def is_idle(self) -> bool:
        return not (self.free or self.reserved or self.asking or self.refused or self.spent != self._known)

    def report(self, process: str, now_s: float, last: bool, keep: bool = False) -> Request:
        """What to say, after giving back what is not needed; nothing, where nobody may hear of it."""
        self._measure(now_s)
        ahead = NOTHING if last or now_s >= self.ends_s else min(self._slice(), self._pace * Decimal(AHEAD_S))
        needed = sum((one.usd for one in self.asking), NOTHING)
        self.free = max(NOTHING, self.free if keep else min(self.free, needed + ahead))
        urgent = sum((one.usd for one in self.asking if one.urgent), NOTHING)
        refused, self.refused = self.refused, False
        return Request(
            process,
            self.limit,
            self.spent,
            self._known,
            self.reserved,
            self.free,
            needed,
            urgent,
            ahead,
            self.short,
            refused,
        )

    def _slice(self) -> Decimal:
        return self.settings.slice_usd if self.settings.slice_usd is not None else self.limit / _SLICE_OF_LIMIT

    def _measure(self, now_s: float) -> None:
        """How fast money goes, so that as much is held ahead."""
        since_s = Decimal(1) if self._news_s is None else Decimal(max(0.05, now_s - self._news_s))
        self._news_s = now_s
        self._pace += min(Decimal(1), since_s / 2) * (self._taken / since_s - self._pace)
        self._taken = NOTHING

    def adopt(self, loan: Loan, request: Request, read_s: float) -> None:
        self.free += loan.usd
        self.others, self.left, self.read_s = loan.others_usd, loan.left_usd, read_s
        self._known = request.spent_usd
