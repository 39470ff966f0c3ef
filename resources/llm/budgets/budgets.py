"""No request costs more than there is: its price is set aside before, out of every budget it belongs to, or it waits.

A process spends what it was lent and asks for more before that ends. Nothing else is ever spent, also while the board
is away. The nearer the end, the fewer requests at once; the last twentieth is for urgent ones.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from resources.llm.budgets.account import Account, Asking
from resources.llm.budgets.asking import LEVELS, NOTHING, BudgetSettings, Held, Pressure, Purse, Refused, Why, exact
from resources.llm.budgets.naming import applying, period, strictest
from resources.llm.budgets.row import Loan, Request, Row, lend
from resources.llm.sharing import Exchange, Json
from resources.llm.world import World

_ASKS = 4
_FRESH_S = 1.0
_TOLD: dict[Pressure, str] = {
    "noted": "half of it is spent",
    "throttled": "80 % of it are spent: half as many calls at once, and cheaper models where there is a choice",
    "priority": "95 % of it are spent: only urgent calls go on",
    "spent": "it is spent: calls wait until the period ends or the limit is raised",
}


@dataclass(frozen=True, slots=True)
class BudgetsNews:
    requests: Mapping[str, Request]

    @property
    def rows(self) -> tuple[str, ...]:
        return tuple(self.requests)


@dataclass(frozen=True, slots=True)
class BudgetsView:
    loans: Mapping[str, Loan]
    news: BudgetsNews
    board_now_s: float


class Budgets:
    """The budgets of all who spend; a part of the exchange."""

    table = "llm_budgets"
    restless = False

    def __init__(
        self, settings: Sequence[BudgetSettings], process: str, world: World, tell: Callable[[str], None]
    ) -> None:
        self._settings = strictest(settings)
        self._process = process
        self._world = world
        self._tell = tell
        self._exchange: Exchange | None = None
        self._accounts: dict[str, Account] = {}
        self._applying: dict[tuple[str, str, str], tuple[tuple[str, BudgetSettings], ...]] = {}
        self._chosen: dict[tuple[str, str, str], tuple[float, tuple[Account, ...]]] = {}
        self._ahead_s = world.now().timestamp() - world.monotonic()
        self._knows_the_time = False
        self._own_rows: dict[str, Row] = {}
        self._wake: Callable[[], None] = lambda: None
        self._urgent = False

    def join(self, exchange: Exchange) -> None:
        """Share through this exchange; until then this process is the only one."""
        self._exchange = exchange

    def pressure(self, purse: Purse) -> Pressure:
        """How near the end the nearest of a purse's budgets is."""
        accounts = self._accounts_of(purse, self._world.monotonic())
        return max((account.pressure for account in accounts), key=LEVELS.index, default="free")

    async def reserve(self, purse: Purse, usd: Decimal, now_s: float, until_s: float | None = None) -> Held | Refused:
        """Set a price aside in all budgets it belongs to, or in none; `until_s` bounds the wait for a turn."""
        usd = exact(usd)
        if self._exchange is not None and not self._knows_the_time:
            await self._exchange.now()  # what day it is, the board says
        held = self._take(purse, usd, now_s)
        while isinstance(held, Refused) and held.why == "throttled" and until_s is not None:
            now_s = self._world.monotonic()
            if not await self._turn(purse, now_s, until_s):
                return held
            held = self._take(purse, usd, self._world.monotonic())
            for account in self._accounts_of(purse, now_s):
                account.pass_on()
        return held if held is not None else await self._ask(purse, usd)

    def settle(self, held: Held, usd_spent: Decimal, now_s: float) -> None:
        """What it really cost, in the period in which it was set aside."""
        if not held.over:
            held.over = True
            spent = exact(usd_spent)
            for account in held.accounts:
                account.settle(held.usd, spent)

    def cancel(self, held: Held, now_s: float) -> None:
        """It was never sent."""
        self.settle(held, NOTHING, now_s)

    # What is here

    def _take(self, purse: Purse, usd: Decimal, now_s: float) -> Held | Refused | None:
        """All budgets pay, or none does; None: there may be enough, but it is not here."""
        accounts = self._accounts_of(purse, now_s)
        for account in accounts:
            why = account.objects_to(purse.urgent)
            if why is not None:
                return self._refused(why, account, usd)
        if any(account.free < usd for account in accounts):
            return None
        for account in accounts:
            account.take(usd)
            if account.is_low:
                self._hurry()
        return Held(usd, accounts)

    def _accounts_of(self, purse: Purse, now_s: float) -> tuple[Account, ...]:
        key = (purse.tenant, purse.feed, purse.provider)
        known = self._chosen.get(key)
        if known is None or now_s >= known[0]:
            chosen = applying(self._settings, purse)
            accounts = tuple(self._account(whose, settings, now_s) for whose, settings in chosen)
            ends_s = min((account.ends_s for account in accounts), default=float("inf"))
            known = self._chosen[key] = (ends_s, accounts)
        return known[1]

    def _account(self, whose: str, settings: BudgetSettings, now_s: float) -> Account:
        current = period(settings.per, now_s + self._ahead_s)
        name = f"{whose}/{current.name}"
        if name not in self._accounts:
            self._accounts[name] = Account(name, settings, now_s + current.ends_in_s)
        return self._accounts[name]

    def _refused(self, why: Why, account: Account, usd: Decimal) -> Refused:
        account.refused = account.refused or why == "spent"
        until_s = account.ends_s if why == "spent" else self._world.monotonic() + _FRESH_S
        return Refused(why, refusal(why, account, usd), until_s)

    # What has to be asked for

    async def _ask(self, purse: Purse, usd: Decimal) -> Held | Refused:
        for _ in range(_ASKS):
            accounts = self._accounts_of(purse, self._world.monotonic())
            dry = self._dry(accounts, purse, usd)
            if dry is not None:
                return self._refused("spent" if purse.urgent or dry.left < usd else "priority", dry, usd)
            await self._meet([account for account in accounts if account.free < usd], Asking(usd, purse.urgent))
            held = self._take(purse, usd, self._world.monotonic())
            if held is not None:
                return held
            if self._is_cut_off:
                break
        lacking = next((account for account in accounts if account.free < usd), accounts[0])
        return self._refused("ledger_away" if self._is_cut_off else "spent", lacking, usd)

    def _dry(self, accounts: Sequence[Account], purse: Purse, usd: Decimal) -> Account | None:
        """A budget of which it was said just now that it has not that much left."""
        now_s = self._world.monotonic()
        for account in accounts:
            if now_s - account.read_s < _FRESH_S and account.free + account.left_for(purse.urgent) < usd:
                return account
        return None

    async def _meet(self, accounts: Sequence[Account], asking: Asking) -> None:
        for account in accounts:
            account.asking.append(asking)
        try:
            if self._exchange is None or not self._exchange.has_board:
                self._meet_alone()
            else:
                await self._exchange.now()
        finally:
            for account in accounts:
                account.asking.remove(asking)

    @property
    def _is_cut_off(self) -> bool:
        return self._exchange is not None and self._exchange.has_board and self._exchange.alone

    async def _turn(self, purse: Purse, now_s: float, until_s: float) -> bool:
        """Wait until one of those under way is over; urgent requests never come here."""
        full = next((one for one in self._accounts_of(purse, now_s) if one.is_full), None)
        if full is None or until_s <= now_s:
            return full is None
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        nap = asyncio.ensure_future(self._world.sleep(until_s - now_s))
        full.queue.append(turn)
        try:
            await asyncio.wait((turn, nap), return_when=asyncio.FIRST_COMPLETED)
            return turn.done()
        except asyncio.CancelledError:
            if turn.done():
                full.pass_on()
            raise
        finally:
            nap.cancel()
            turn.cancel()

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

    def take_news(self, last: bool) -> BudgetsNews:
        now_s = self._world.monotonic()
        self._urgent = False
        self._forget_ended(now_s)
        keep = self._is_cut_off and not last
        return BudgetsNews(
            {
                name: account.report(self._process, now_s, last, keep)
                for name, account in self._accounts.items()
                if not account.is_idle
            }
        )

    def _forget_ended(self, now_s: float) -> None:
        for name, account in tuple(self._accounts.items()):
            if account.is_idle and now_s >= account.ends_s:
                del self._accounts[name]

    def merge(
        self, news: BudgetsNews, rows: Mapping[str, Json], board_now_s: float
    ) -> tuple[Mapping[str, Json], BudgetsView]:
        written, loans = {}, {}
        for name, request in news.requests.items():
            row = Row.of(rows.get(name))
            loans[name] = lend(row, request, board_now_s)
            written[name] = row.to_json()
        return written, BudgetsView(loans, news, board_now_s)

    def adopt(self, view: BudgetsView, now_s: float) -> None:
        self._set_clock(view.board_now_s - now_s)
        self._take_loans(view.loans, view.news, now_s)

    def put_back(self, news: BudgetsNews) -> None:
        """Sums are told again anyway. What was given back stays given back: the board may have heard of it."""
        for name, request in news.requests.items():
            if name in self._accounts:
                self._accounts[name].refused |= request.refused

    def _set_clock(self, ahead_s: float) -> None:
        if abs(ahead_s - self._ahead_s) > _FRESH_S:
            self._chosen.clear()
        self._ahead_s, self._knows_the_time = ahead_s, True

    def _take_loans(self, loans: Mapping[str, Loan], news: BudgetsNews, now_s: float) -> None:
        for name, loan in loans.items():
            account = self._accounts[name]
            account.adopt(loan, news.requests[name], now_s)
            for level in loan.tell:
                self._tell(f"Budget {name} ({account.limit} USD): {_TOLD[level]}.")

    def _meet_alone(self) -> None:
        now_s = self._world.monotonic()
        news = self.take_news(last=False)
        loans = {
            name: lend(self._own_rows.setdefault(name, Row()), request, now_s + self._ahead_s)
            for name, request in news.requests.items()
        }
        self._take_loans(loans, news, now_s)


def refusal(why: Why, account: Account, usd: Decimal) -> str:
    """The sentence of whoever has to wait."""
    said = f"Budget {account.name} ({account.limit} USD)"
    if why == "ledger_away":
        return f"{said} cannot be asked for {usd} USD while the ledger is away; what was lent is spent."
    if why == "throttled":
        return f"{said} is nearly spent: at most half of the calls at once."
    if why == "priority":
        return (
            f"{said} keeps its last 5 % for urgent calls; raise limit_usd in LLM_CONFIG, or wait for the next period."
        )
    return f"{said} has not {usd} USD left for a call; raise limit_usd in LLM_CONFIG, or wait for the next period."
