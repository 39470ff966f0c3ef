"""One endpoint as this process sees it: what may go out, what is under way, who waits, and when there is more.

A request takes its amounts when it is admitted, all of them or none, and gives back what it did not use.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from resources.llm.limits.asking import WHATS, Costs, LimitSettings, Moment, Reserved, Tokens, Turn, What, costs_of
from resources.llm.limits.holding import AHEAD_S, Holding
from resources.llm.limits.meter import Reading
from resources.llm.limits.moments import Moments
from resources.llm.limits.output import OutputShare
from resources.llm.limits.row import LEASE_S, Account, Refusal, Report, Word
from resources.llm.limits.turns import Turns
from resources.llm.messages import Allowance

IDLE_S = 3.0
FRESH_S = 0.25
_LONGEST_UNASKED_S = 1.0
_UNTOLD_PAUSE_S = 1.0
_NEVER = float("inf")
_NOTHING: Costs = (0.0, 0.0, 0.0, 0.0)
_WITH_OUTPUT = (False, True, False, True)


@dataclass(slots=True)
class Waiter:
    """Somebody in the queue."""

    turn: Turn
    tokens: Tokens
    costs: Costs
    until_s: float
    admitted: "asyncio.Future[Reserved | None]"

    @property
    def gone(self) -> bool:
        return self.admitted.done()


@dataclass(frozen=True, slots=True)
class Refused:
    """A 429 that the row has not heard of yet."""

    retry_after_s: float | None
    sent_s: float
    told_s: float
    explained: bool

    @property
    def open_at_s(self) -> float:
        if self.retry_after_s is not None:
            return self.told_s + self.retry_after_s
        return self.told_s + (0.0 if self.explained else _UNTOLD_PAUSE_S)

    def reported(self, now_s: float) -> Refusal:
        return Refusal(self.retry_after_s, now_s - self.sent_s, now_s - self.told_s, self.explained)


class Door:
    def __init__(self, name: str, settings: LimitSettings) -> None:
        self.name = name
        self._is_unknown = settings.limit("requests") is None
        self.waiting: Turns[Waiter] = Turns()
        self.under_way: dict[int, Reserved] = {}
        self.holdings = tuple(Holding(place, settings) for place in range(len(WHATS)))
        self.until_s = -_NEVER
        self.closed_until_s = -_NEVER
        self.more_at_s = -_NEVER
        self.ask_at_s = -_NEVER
        self.read_s = -_NEVER
        self._used_s = -_NEVER
        self._news_s: float | None = None
        self._refused: list[Refused] = []
        self._refused_s = -_NEVER
        self._most_under_way: int | None = None
        self._silent = self._answered = False
        self._answers = 0
        self._output = OutputShare()
        self._moments = Moments()
        self._number = 0

    @property
    def is_cold(self) -> bool:
        """Nothing is known of its limits, and its first calls are under way."""
        return self._is_unknown and not self._answered and bool(self.under_way)

    def price(self, tokens: Tokens) -> Costs:
        """What a request will probably take: its output is rarely all it may have."""
        return costs_of(tokens.input, tokens.output * self._output.likely)

    def admit(self, tokens: Tokens, costs: Costs, now_s: float) -> Reserved | None:
        """Take a request's amounts out of what is held."""
        self._used_s = now_s
        if now_s >= self.until_s or now_s < self.closed_until_s:
            return None
        if self._most_under_way is not None and len(self.under_way) >= self._most_under_way:
            return None
        for holding, cost in zip(self.holdings, costs, strict=True):
            if holding.lacks(cost, now_s):
                return None
        moment = self._moments.at(now_s, self._admitted())
        for holding, cost in zip(self.holdings, costs, strict=True):
            holding.take(cost)
        return self._sent(tokens, costs, moment, now_s)

    def _admitted(self) -> Costs:
        requests, both, read, written = self.holdings
        return (requests.admitted, both.admitted, read.admitted, written.admitted)

    def _sent(self, tokens: Tokens, costs: Costs, moment: Moment, now_s: float) -> Reserved:
        requests, both, read, written = self.holdings
        self._number += 1
        reserved = self.under_way[self._number] = Reserved(
            self.name,
            self._number,
            tokens,
            costs,
            self._admitted(),
            moment,
            (requests.epoch, both.epoch, read.epoch, written.epoch),
            (requests.others, both.others, read.others, written.others),
            now_s,
        )
        return reserved

    # What became of it

    def settle(self, reserved: Reserved, used: Tokens, allowances: Iterable[Allowance], now_s: float) -> None:
        """It was answered, or may have been."""
        if self._end(reserved, costs_of(used.input, used.output)):
            self._answers += 1
            if reserved.sent_s >= self._refused_s:
                self._most_under_way = None
            self._output.learn(reserved.asked.output, used.output)
            self._hear(reserved, allowances, now_s)

    def refuse(
        self, reserved: Reserved, allowances: Iterable[Allowance], retry_after_s: float | None, now_s: float
    ) -> None:
        """A 429: it used nothing, and whatever we thought is there is not."""
        if not self._end(reserved, _NOTHING):
            return
        told = tuple(allowances)
        explained = _lacks(told, costs_of(reserved.asked.input, reserved.asked.output))
        if explained and not _lacks(told, reserved.costs):
            self._output.forget()
        self._hear(reserved, told, now_s, refused=True)
        for holding in self.holdings:
            holding.held = min(holding.held, 0.0)
        if not explained and reserved.sent_s >= self._refused_s:
            self._most_under_way = max(1, (self._most_under_way or len(self.under_way)) // 2)
            self._refused_s = now_s
        self._refused.append(Refused(retry_after_s, reserved.sent_s, now_s, explained))
        self.closed_until_s = max(self.closed_until_s, self._refused[-1].open_at_s)

    def cancel(self, reserved: Reserved) -> None:
        """It was never sent."""
        self._end(reserved, _NOTHING)

    def _end(self, reserved: Reserved, used: Costs) -> bool:
        """The first word counts; says whether this is it."""
        if reserved.over:
            return False
        reserved.over = True
        del self.under_way[reserved.number]
        for holding, fact in zip(self.holdings, used, strict=True):
            holding.give_back(reserved, fact)
        return True

    def _hear(self, reserved: Reserved, allowances: Iterable[Allowance], now_s: float, refused: bool = False) -> None:
        heard, news = [False] * len(WHATS), not self._answered
        for allowance in allowances:
            if allowance.limit <= 0:
                continue  # some gateways say 0 where there is none
            place = WHATS.index(allowance.what)
            heard[place] = True
            if not self.holdings[place].bounded:
                self.until_s = min(self.until_s, now_s)  # what was leased without end has one
            unsure = self._unsure(reserved.number) if _WITH_OUTPUT[place] else 0.0
            news |= self.holdings[place].hear(allowance, reserved, now_s, unsure, refused)
        for holding, told in zip(self.holdings, heard, strict=True):
            if not told:
                holding.hear_nothing(self._number)
        self._silent |= not any(heard)
        self._answered = True
        if news:
            self.more_at_s = self.ask_at_s = now_s  # what was said of when there is more was a guess

    def _unsure(self, number: int) -> float:
        """Output of requests that were under way before: who knows whether it was counted already."""
        total = 0.0
        for each, reserved in self.under_way.items():
            if each >= number:
                break
            total += reserved.costs[3]
        return total

    # What all processes know

    def is_awake(self, now_s: float) -> bool:
        """Whether there is anything to tell or to ask."""
        holds = any(holding.bounded and holding.held > 0 for holding in self.holdings)
        told = self.holdings[0].is_told and not self._refused
        return holds or not told or bool(self.under_way) or now_s - self._used_s < IDLE_S

    def report(self, process: str, now_s: float, last: bool) -> Report:
        """What to say, after handing back what is not needed."""
        since_s = AHEAD_S if self._news_s is None else max(1e-3, now_s - self._news_s)
        self._news_s = now_s
        idle = last or (now_s - self._used_s >= IDLE_S and self.waiting.head() is None)
        oldest = next(iter(self.under_way.values()), None)
        needs, totals = self._queued()
        accounts: dict[What, Account] = {}
        readings: dict[What, Reading] = {}
        for what, holding, need, total in zip(WHATS, self.holdings, needs, totals, strict=True):
            if now_s >= holding.ends_s:
                holding.turn()
            accounts[what] = holding.account(need, total, since_s, idle)
            reading = holding.reading(oldest, now_s)
            if reading is not None:
                readings[what] = reading
        refusals = tuple(refused.reported(now_s) for refused in self._refused)
        self._refused.clear()
        answers, self._answers = self._answers, 0
        return Report(process, accounts, readings, refusals, self._silent, answers)

    def put_back(self, report: Report, now_s: float) -> None:
        """Nobody heard it: sums are told again anyway, answers and refusals have to be."""
        self._answers += report.answers
        self._refused.extend(
            Refused(one.retry_after_s, now_s - one.sent_ago_s, now_s - one.told_ago_s, one.explained)
            for one in report.refusals
        )

    def _queued(self) -> tuple[Costs, Costs]:
        """What the next in the queue needs, and all of them together."""
        head = self.waiting.head()
        if head is None:
            return _NOTHING, _NOTHING
        everybody = [waiter.costs for waiter in self.waiting]
        requests, both, read, written = (sum(costs[place] for costs in everybody) for place in range(len(WHATS)))
        return head.costs, (requests, both, read, written)

    def adopt(self, word: Word, report: Report, read_s: float, apart_s: float) -> None:
        """What this process gets; while there is not enough for all, it is asked for no more often than `apart_s`."""
        self.read_s, self.until_s, self._silent = read_s, read_s + LEASE_S, False
        closed = [read_s + word.closed_s, *(refused.open_at_s for refused in self._refused)]
        self.closed_until_s = max(closed)
        for what, holding in zip(WHATS, self.holdings, strict=True):
            holding.adopt(word.grants.get(what), report.accounts[what], read_s)
        more_in_s = max((grant.more_in_s for grant in word.grants.values()), default=0.0)
        scarce = any(grant.scarce for grant in word.grants.values())
        self.more_at_s = read_s + more_in_s
        self.ask_at_s = read_s + max(apart_s if scarce else 0.0, min(more_in_s, _LONGEST_UNASKED_S))

    def is_known_to_be_empty(self, now_s: float) -> bool:
        """Whether it was said just now that there is nothing before some later moment."""
        return now_s - self.read_s < FRESH_S and self.more_at_s > max(now_s, self.read_s)

    def runs_low(self, now_s: float) -> bool:
        """Whether more should be fetched before anybody has to wait for it."""
        return now_s >= self.ask_at_s and any(holding.runs_low() for holding in self.holdings)


def _lacks(told: Iterable[Allowance], costs: Costs) -> bool:
    """Whether what a provider says is left explains why it refused."""
    return any(one.remaining < costs[WHATS.index(one.what)] for one in told)
