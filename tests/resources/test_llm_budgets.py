"""Budgets as the engine meets them: set aside before, settle after, refused in time, and told once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.llm.budgets import Budgets, BudgetSettings, Held, Purse, Refused
from resources.llm.budgets.naming import applying, period, strictest
from resources.llm.sharing import Exchange
from resources.llm.world import World
from tests.resources.llm_parts import ManualTime
from tests.resources.quota_stage import ClockedBoard, clock_of, play
from tests.resources.sharing_parts import MemoryBoard

ACME = Purse("acme", "quotes", "openai")
URGENT = Purse("acme", "quotes", "openai", urgent=True)
PRICE = Decimal("0.1")


def daily(limit: str | int, scope: Any = "all", name: str = "*", **more: Any) -> BudgetSettings:
    return BudgetSettings(scope, "day", Decimal(limit), name, **more)


@dataclass
class Spender:
    """One process with budgets."""

    budgets: Budgets
    exchange: Exchange | None = None
    told: list[str] = field(default_factory=list)

    async def reserve(self, purse: Purse = ACME, usd: Decimal = PRICE, until_s: float | None = None) -> Held | Refused:
        return await self.budgets.reserve(purse, usd, self.budgets._world.monotonic(), until_s)

    async def pay(self, purse: Purse = ACME, usd: Decimal = PRICE, cost: Decimal | None = None) -> str:
        held = await self.reserve(purse, usd)
        if isinstance(held, Refused):
            return held.why
        self.budgets.settle(held, usd if cost is None else cost, 0.0)
        return "paid"


def spender(
    settings: Sequence[BudgetSettings], world: World, board: MemoryBoard | None = None, name: str = "p"
) -> Spender:
    told: list[str] = []
    budgets = Budgets(settings, name, world, told.append)
    exchange = None
    if board is not None:
        exchange = Exchange(board, [budgets], world, told.append)
        budgets.join(exchange)
    return Spender(budgets, exchange, told)


async def test_money_is_set_aside_in_every_budget_or_in_none() -> None:
    """The tenant's is spent: nothing is taken out of the others."""
    one = spender(
        [daily(100), daily("0.25", "tenant"), daily(100, "feed"), daily(100, "provider")], ManualTime().world()
    )
    assert [await one.pay() for _ in range(4)] == ["paid", "paid", "spent", "spent"]
    assert all(account.reserved == 0 for account in one.budgets._accounts.values())
    one.budgets._meet_alone()
    assert {row.spent_usd for row in one.budgets._own_rows.values()} == {Decimal("0.2")}
    assert await one.pay(Purse("zenith", "quotes", "openai")) == "paid"


async def test_who_gets_nothing_is_told_whose_budget_it_is_and_what_to_do() -> None:
    """The sentence has culprit and remedy, and says when it is worth trying again."""
    time = ManualTime()
    one = spender([daily(1, "tenant")], time.world())
    refused = await one.reserve(usd=Decimal(2))
    assert isinstance(refused, Refused)
    assert (refused.why, refused.until_s > time.now_s) == ("spent", True)
    assert refused.sentence == (
        "Budget tenant/acme/2026-11-19 (1 USD) has not 2.000000000 USD left for a call; raise limit_usd in "
        "LLM_CONFIG, or wait for the next period."
    )


async def test_what_was_not_spent_is_there_again() -> None:
    """Estimates are high; the difference buys further calls."""
    one = spender([daily(1)], ManualTime().world())
    paid = [await one.pay(usd=Decimal("0.5"), cost=Decimal("0.1")) for _ in range(5)]
    assert paid == ["paid"] * 5
    held = await one.reserve()
    assert isinstance(held, Held)
    one.budgets.cancel(held, 0.0)
    one.budgets.cancel(held, 0.0)
    assert sum(account.reserved for account in one.budgets._accounts.values()) == 0


async def test_an_urgent_call_may_have_the_last_twentieth() -> None:
    """At 95 % ordinary calls stop, urgent ones go on to the end."""
    one = spender([daily(10)], ManualTime().world())
    ordinary = [await one.pay() for _ in range(100)]
    assert (ordinary.count("paid"), ordinary[-1]) == (95, "priority")
    urgent = [await one.pay(URGENT) for _ in range(10)]
    assert (urgent.count("paid"), urgent[-1]) == (5, "spent")


async def test_levels_are_told_once_each() -> None:
    """Half, four fifths, nineteen twentieths, all."""
    one = spender([daily(10)], ManualTime().world())
    seen = []
    for _ in range(120):
        seen.append(one.budgets.pressure(ACME))
        await one.pay(URGENT)
        await one.budgets._meet([], None)  # type: ignore[arg-type]
    assert list(dict.fromkeys(seen)) == ["free", "noted", "throttled", "priority", "spent"]
    assert [said.split(": ", 1)[1][:12] for said in one.told] == [
        "half of it i",
        "80 % of it a",
        "95 % of it a",
        "it is spent:",
    ]


async def test_above_four_fifths_half_as_many_calls_at_once() -> None:
    """Whoever is beyond the half is refused, or waits until one of the others is over."""
    one = spender([daily(100)], World())
    before = [await one.reserve() for _ in range(20)]
    for held in before:
        assert isinstance(held, Held)
        one.budgets.settle(held, Decimal("4.1"), 0.0)
    now = [await one.reserve() for _ in range(15)]
    running = [held for held in now if isinstance(held, Held)]
    assert (len(running), {held.why for held in now if isinstance(held, Refused)}) == (10, {"throttled"})
    assert isinstance(await one.reserve(URGENT), Held)
    waiting = asyncio.ensure_future(one.reserve(until_s=float("inf")))
    await asyncio.sleep(0)
    one.budgets.settle(running[0], PRICE, 0.0)
    one.budgets.settle(running[1], PRICE, 0.0)
    assert isinstance(await waiting, Held)


async def test_a_wait_for_a_turn_ends_when_its_time_is_up() -> None:
    """And whoever is cancelled while waiting leaves no trace."""
    one = spender([daily(100)], World())
    for _ in range(17):
        await one.pay(usd=Decimal(5))
    held = [await one.reserve() for _ in range(4)]
    assert all(isinstance(each, Held) for each in held)
    late = await one.reserve(until_s=one.budgets._world.monotonic() + 0.01)
    assert isinstance(late, Refused)
    waiting = asyncio.ensure_future(one.reserve(until_s=float("inf")))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    account = next(iter(one.budgets._accounts.values()))
    assert account.under_way == 4
    for each in held:
        assert isinstance(each, Held)
        one.budgets.cancel(each, 0.0)
    assert account.under_way == account.reserved == 0


async def test_a_new_day_has_its_own_money_and_the_old_one_gets_its_refund() -> None:
    """A call that was sent before midnight is settled in the day in which its money was set aside."""
    time = ManualTime()
    one = spender([daily(1)], time.world())
    late = await one.reserve(usd=Decimal("0.9"))
    assert await one.pay(usd=Decimal("0.9")) != "paid"
    time.now_s += 86_400.0
    assert await one.pay(usd=Decimal("0.9")) == "paid"
    assert isinstance(late, Held)
    one.budgets.settle(late, Decimal("0.2"), time.now_s)
    one.budgets._meet_alone()
    one.budgets._meet_alone()
    spent = {name: row.spent_usd for name, row in one.budgets._own_rows.items()}
    assert spent == {"all/2026-11-19": Decimal("0.2"), "all/2026-11-20": Decimal("0.9")}
    assert "all/2026-11-19" not in one.budgets._accounts


async def test_rows_are_made_only_for_those_who_spend() -> None:
    """A budget for each tenant costs nothing for those that never call."""
    one = spender([daily(1, "tenant"), daily(9, "tenant", "zenith")], ManualTime().world())
    for tenant in ("acme", "zenith"):
        await one.pay(Purse(tenant, "quotes", "openai"))
    rows = {name: row.limit_usd for name, row in one.budgets._own_rows.items()}
    assert rows == {"tenant/acme/2026-11-19": 1, "tenant/zenith/2026-11-19": 9}


def test_the_smaller_of_two_budgets_for_the_same_thing_holds() -> None:
    """Configured twice is no way to have more."""
    assert strictest([daily(5), daily(3), daily(4, name="all")]) == (daily(3),)


def test_a_budget_by_name_stands_for_the_one_for_each() -> None:
    """Acme has its own; everybody else the common one; days and months are different budgets."""
    each, acme = daily(5, "tenant"), daily(50, "tenant", "acme")
    monthly = BudgetSettings("tenant", "month", Decimal(100))
    assert applying([each, acme, monthly], ACME) == (("tenant/acme", acme), ("tenant/acme", monthly))
    assert applying([each, acme], Purse("b", "f", "p")) == (("tenant/b", each),)


@pytest.mark.parametrize(
    ("per", "epoch_s", "name", "ends_in_s"),
    [
        ("day", 1_700_000_000.0, "2023-11-14", 6400.0),
        ("month", 1_700_000_000.0, "2023-11", 1_388_800.0),
        ("month", 1_704_067_199.0, "2023-12", 1.0),
        ("day", 1_709_164_800.0, "2024-02-29", 86_400.0),
    ],
)
def test_periods_are_utc_days_and_months(per: Any, epoch_s: float, name: str, ends_in_s: float) -> None:
    """Leap days and turns of the year included."""
    assert period(per, epoch_s).name == name
    assert period(per, epoch_s).ends_in_s == ends_in_s


@given(
    st.lists(
        st.tuples(st.sampled_from(["reserve", "settle", "cancel", "meet", "later"]), st.integers(0, 200)), max_size=50
    )
)
def test_reserve_and_settle_never_leak(moves: list[tuple[str, int]]) -> None:
    """Whatever is done in whatever order, over midnight too: in the end all that is missing was spent."""

    async def scene() -> None:
        time = ManualTime()
        one = spender([daily(3), daily(2, "tenant")], time.world())
        under_way: list[Held] = []
        spent = Decimal(0)
        for move, amount in moves:
            cents = Decimal(amount) / 100
            if move == "reserve":
                held = await one.reserve(usd=cents)
                under_way += [held] if isinstance(held, Held) else []
            elif move in ("settle", "cancel") and under_way:
                held = under_way.pop(amount % len(under_way))
                cost = min(cents, held.usd) if move == "settle" else Decimal(0)
                one.budgets.settle(held, cost, 0.0)
                spent += cost
            elif move == "later":
                time.now_s += amount * 600.0
            else:
                one.budgets._meet_alone()
        for held in under_way:
            one.budgets.cancel(held, 0.0)
        for _ in range(2):
            one.budgets._meet_alone()
        rows = one.budgets._own_rows
        assert sum(row.spent_usd for name, row in rows.items() if name.startswith("all")) == spent
        assert all(account.reserved == account.under_way == 0 for account in one.budgets._accounts.values())
        assert all(row.spent_usd <= row.limit_usd for row in rows.values())

    asyncio.run(scene())


# Together


async def crew_of(count: int, limit: str, board: ClockedBoard) -> list[Spender]:
    world = clock_of(asyncio.get_running_loop())
    return [spender([daily(limit)], world, board, f"p{number}") for number in range(count)]


def test_four_processes_with_32_callers_each_overshoot_nothing() -> None:
    """At every moment what all of them spent or set aside is within the limit, and all but crumbs is used."""

    async def scene() -> tuple[Decimal, Decimal]:
        loop = asyncio.get_running_loop()
        crew = await crew_of(4, "20", ClockedBoard(loop=loop))
        out, most, spent = Decimal(0), Decimal(0), Decimal(0)

        async def caller(one: Spender, number: int) -> None:
            nonlocal out, most, spent
            price = Decimal(number % 7 + 1) / 100
            while isinstance(held := await one.reserve(usd=price), Held):
                out += price
                most = max(most, out + spent)
                await asyncio.sleep(0.05 + number / 1000)
                out, spent = out - price, spent + price * 3 / 4
                one.budgets.settle(held, price * 3 / 4, loop.time())

        running = [asyncio.ensure_future(one.exchange.run()) for one in crew if one.exchange]
        await asyncio.gather(*(caller(one, number) for one in crew for number in range(32)))
        for task in running:
            task.cancel()
        return most, spent

    most, spent = play(scene())
    assert most <= 20
    assert spent > Decimal("15.9")


def test_a_process_without_the_board_spends_what_it_was_lent_and_no_more() -> None:
    """It says so, and goes on by itself when the board is back."""

    async def scene() -> tuple[list[str], str, list[str]]:
        board = ClockedBoard(loop=asyncio.get_running_loop())
        (one,) = await crew_of(1, "100", board)
        assert one.exchange is not None
        running = asyncio.ensure_future(one.exchange.run())
        for _ in range(40):
            await one.pay()
            await asyncio.sleep(0.05)
        (account,) = one.budgets._accounts.values()
        lent = account.free
        board.away = True
        cut_off: list[str] = []
        while not cut_off or cut_off[-1] == "paid":
            cut_off.append(await one.pay())
        await asyncio.sleep(30)
        board.away = False
        await asyncio.sleep(3)
        back = await one.pay()
        running.cancel()
        assert cut_off.count("paid") == lent // PRICE > 2
        return cut_off, back, one.told

    cut_off, back, told = play(scene())
    assert (cut_off[-1], back) == ("ledger_away", "paid")
    assert len(told) == 2


def test_two_processes_of_different_configuration_each_keep_to_their_own_limit() -> None:
    """A raised limit counts for those who know it at once; nobody is stopped by what others believe."""

    async def scene() -> tuple[list[str], list[str]]:
        board = ClockedBoard(loop=asyncio.get_running_loop())
        (old,), (new,) = await crew_of(1, "1", board), await crew_of(1, "2", board)
        new.budgets._process = "new"
        return [await old.pay(URGENT) for _ in range(12)], [await new.pay(URGENT) for _ in range(12)]

    before, after = play(scene())
    assert (before.count("paid"), after.count("paid")) == (10, 10)


def test_a_spent_budget_does_not_hammer_the_board() -> None:
    """What was said just now is believed for a second."""

    async def scene() -> int:
        board = ClockedBoard(loop=asyncio.get_running_loop())
        (one,) = await crew_of(1, "0.05", board)
        for _ in range(200):
            await one.pay()
        return board.changes

    assert play(scene()) <= 2
