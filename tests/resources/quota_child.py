"""A process with 32 callers that spend from one budget and one limit as fast as they get it, until it is told to stop.

Arguments: database URL, name. It says `ready`, waits for `go`, and at the end says what it spent.
"""

import asyncio
import json
import sys
from decimal import Decimal

from resources.ledger import Ledger
from resources.llm.budgets import Budgets, BudgetSettings, Held, Purse
from resources.llm.limits import Limits, LimitSettings, Reserved, Tokens, Turn
from resources.llm.sharing import Exchange
from resources.llm.world import World

LIMIT = Decimal(20)
REQUESTS = 400
BUDGET = BudgetSettings("all", "month", LIMIT)
PURSE = Purse("acme", "quotes", "openai", urgent=True)
ENDPOINT = "gpt"
CALLERS = 32


def say(**told: object) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


class Spending:
    """What this process got, and no longer gets."""

    def __init__(self, budgets: Budgets, limits: Limits, world: World) -> None:
        self._budgets, self._limits, self._now = budgets, limits, world.monotonic
        self.spent = Decimal(0)
        self.sent = 0

    async def call(self, number: int) -> None:
        price = Decimal(number % 7 + 1) / 200
        while isinstance(held := await self._budgets.reserve(PURSE, price, self._now()), Held):
            await self._send()
            self.spent += price / 2
            self._budgets.settle(held, price / 2, self._now())
            say(spent=str(self.spent), sent=self.sent)

    async def _send(self) -> None:
        now_s = self._now()
        admitted = await self._limits.admit(ENDPOINT, Tokens(10, 10), Turn("acme", "quotes"), now_s, now_s)
        await asyncio.sleep(0.01)
        if isinstance(admitted, Reserved):
            self.sent += 1
            self._limits.settle(admitted, Tokens(10, 10), (), self._now())


async def main(url: str, name: str) -> None:
    world = World()
    budgets = Budgets([BUDGET], name, world, lambda _: None)
    limits = Limits({ENDPOINT: LimitSettings(requests_per_minute=REQUESTS, shape="window")}, name, world)
    with Ledger.open(url) as ledger:
        exchange = Exchange(ledger.board, [limits, budgets], world, lambda _: None)
        budgets.join(exchange)
        limits.join(exchange)
        say(ready=True)
        sys.stdin.readline()
        running = asyncio.create_task(exchange.run())
        spending = Spending(budgets, limits, world)
        await asyncio.gather(*(spending.call(number) for number in range(CALLERS)))
        running.cancel()
        await exchange.close()
        say(spent=str(spending.spent), sent=spending.sent, done=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
