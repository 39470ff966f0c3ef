"""Nobody is asked who rests, whose limit is used up, or for whom there is no money; all three hear what came of it."""

from dataclasses import dataclass
from decimal import Decimal

from resources.llm.budgets import Budgets, Held, Purse
from resources.llm.budgets import Refused as NoMoney
from resources.llm.endpoints import Endpoint
from resources.llm.errors import EndpointFailed, RateLimited
from resources.llm.health import Health, Pass, Shut
from resources.llm.limits import Limits, Reserved, Tokens, Turn
from resources.llm.messages import Allowance
from resources.llm.routing import By, Refused
from resources.llm.sharing import Exchange
from resources.llm.store import Caller
from resources.llm.world import World


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a request is going to need, at the most."""

    endpoint: Endpoint
    tokens: Tokens
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Entered:
    """One request that may be made now; it has to be left or given up."""

    ticket: Ticket
    passed: Pass
    reserved: Reserved
    held: Held


class Admission:
    """The three who have a say, asked in the order of what asking costs."""

    def __init__(self, health: Health, limits: Limits, budgets: Budgets, exchange: Exchange, world: World) -> None:
        self.health, self.limits, self.budgets = health, limits, budgets
        self._exchange, self._world = exchange, world

    async def enter(
        self, ticket: Ticket, caller: Caller, until_s: float, *, last_resort: bool = False
    ) -> Entered | Refused:
        """In, or who is against it and until when. Only a healthy endpoint is waited for."""
        if self.health.look(ticket.endpoint.name, self._world.monotonic()).state != "closed":
            return await self._probe(ticket, caller, last_resort)
        taken = await self._take(ticket, caller, until_s)
        if isinstance(taken, Refused):
            return taken
        passed = None
        try:
            passed = await self._pass(ticket.endpoint.name, last_resort)
        finally:
            if not isinstance(passed, Pass):
                self._give_back(*taken)
        return Entered(ticket, passed, *taken) if isinstance(passed, Pass) else self._shut(ticket, passed)

    async def _probe(self, ticket: Ticket, caller: Caller, last_resort: bool) -> Entered | Refused:
        """The lease first: who has none needs neither money nor a turn."""
        passed = await self._pass(ticket.endpoint.name, last_resort)
        if not isinstance(passed, Pass):
            return self._shut(ticket, passed)
        entered = None
        try:
            taken = await self._take(ticket, caller, self._world.monotonic())
            if isinstance(taken, Refused):
                return taken
            entered = Entered(ticket, passed, *taken)
            return entered
        finally:
            if entered is None:  # refused, or called off while it asked
                self.health.abandon(passed, self._world.monotonic())

    async def _take(self, ticket: Ticket, caller: Caller, until_s: float) -> tuple[Reserved, Held] | Refused:
        urgent, name = caller.lane == "urgent", ticket.endpoint.name
        purse = Purse(caller.tenant, caller.feed, ticket.endpoint.provider, urgent)
        held = await self.budgets.reserve(purse, ticket.usd, self._world.monotonic(), until_s)
        if not isinstance(held, Held):
            return self._no_money(held)
        reserved = None
        try:
            turn = Turn(caller.tenant, caller.feed, urgent)
            reserved = await self.limits.admit(name, ticket.tokens, turn, self._world.monotonic(), until_s)
        finally:
            if not isinstance(reserved, Reserved):
                self.budgets.cancel(held, self._world.monotonic())
        if isinstance(reserved, Reserved):
            return reserved, held
        return Refused(reserved.why, "limit", reserved.until_s, self._world.monotonic(), cold=reserved.cold)

    def _no_money(self, refused: NoMoney) -> Refused:
        """Fewer at once is a matter of turns; that it is spent ends the call."""
        by: By = "limit" if refused.why == "throttled" else "budget"
        for_good = refused.why in ("spent", "priority")
        return Refused(refused.sentence, by, refused.until_s, self._world.monotonic(), for_good)

    async def _pass(self, name: str, last_resort: bool) -> Pass | Shut:
        passed = self.health.enter(name, self._world.monotonic(), last_resort=last_resort)
        if isinstance(passed, Shut) and passed.ask_board:
            await self._exchange.now()
            passed = self.health.enter(name, self._world.monotonic(), last_resort=last_resort)
        return passed

    def _give_back(self, reserved: Reserved, held: Held) -> None:
        now_s = self._world.monotonic()
        self.limits.cancel(reserved, now_s)
        self.budgets.cancel(held, now_s)

    def _shut(self, ticket: Ticket, shut: Shut) -> Refused:
        now_s = self._world.monotonic()
        answers = self.health.look(ticket.endpoint.name, now_s).state == "ramping"
        return Refused(shut.why, "ramp" if answers else "health", shut.until_s, now_s)

    def answered(self, entered: Entered, used: Tokens, usd: Decimal, allowances: tuple[Allowance, ...]) -> None:
        now_s = self._world.monotonic()
        self.health.leave(entered.passed, now_s, None)
        self.limits.settle(entered.reserved, used, allowances, now_s)
        self.budgets.settle(entered.held, usd, now_s)

    def failed(self, entered: Entered, error: EndpointFailed, used: Tokens, usd: Decimal) -> None:
        """What a failure took of the limits is what it says, else what was read before it failed."""
        now_s = self._world.monotonic()
        self.health.leave(entered.passed, now_s, error)
        if isinstance(error, RateLimited):
            self.limits.refuse(entered.reserved, error.allowances, error.retry_after_s, now_s)
        else:
            taken = used if used.input or used.output else Tokens(entered.ticket.tokens.input, 0)
            self.limits.settle(entered.reserved, taken, error.allowances, now_s)
        self.budgets.settle(entered.held, usd, now_s)

    def late(self, entered: Entered) -> None:
        self.health.slow(entered.passed, self._world.monotonic())

    def abandoned(self, entered: Entered, usd: Decimal) -> None:
        """Cancelled on its way: nobody knows what it used up."""
        now_s = self._world.monotonic()
        self.health.abandon(entered.passed, now_s)
        self.limits.settle(entered.reserved, entered.ticket.tokens, (), now_s)
        self.budgets.settle(entered.held, usd, now_s)

    def unused(self, entered: Entered) -> None:
        """Nothing was sent."""
        self.health.abandon(entered.passed, self._world.monotonic())
        self._give_back(entered.reserved, entered.held)
