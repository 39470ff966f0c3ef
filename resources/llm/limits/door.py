"""One endpoint as this process sees it: what it holds, what is under way, who waits, and what the provider said.

A request takes its amounts when it is admitted and gives back what it did not use. What the provider says is only heard
if no request that was sent later has been heard of: answers overtake each other.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from resources.llm.limits.asking import WHATS, Costs, LimitSettings, Moment, Reserved, Tokens, Turn, What, costs_of
from resources.llm.limits.gauge import Gauge, Sight
from resources.llm.limits.meter import Reading
from resources.llm.limits.row import LEASE_S, Account, Refusal, Report, Word
from resources.llm.limits.turns import Turns
from resources.llm.model import Allowance

AHEAD_S = 1.5
IDLE_S = 3.0
MOMENT_S = 0.2
FRESH_S = 0.25
_NEVER = float("inf")
_CALM = 0.1


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


@dataclass(slots=True)
class Holding:
    """This process's part of one limit."""

    gauge: Gauge
    bounded: bool = False
    held: float = 0.0
    spent: float = 0.0
    turned: float = 0.0
    known_spent: float = 0.0
    admitted: float = 0.0
    epoch: int = 0
    ends_s: float = _NEVER
    largest: float = _NEVER
    scarce: bool = False
    others: float = 0.0
    pace: float = 0.0
    """What lately went a second."""
    spent_then: float = 0.0
    said: "Said | None" = None
    lowest: "Lowest | None" = None
    lowest_after: int = 0
    """Of requests up to this one the provider did not tell."""


@dataclass(frozen=True, slots=True)
class Said:
    """The latest of what a provider said of one limit."""

    sight: Sight
    reserved: Reserved
    unsure: float
    refused: bool


@dataclass(frozen=True, slots=True)
class Lowest:
    """The least a provider said is left of this window: once all is answered, what is really left."""

    left: int
    others: float
    epoch: int


@dataclass(frozen=True, slots=True)
class DoorNews:
    """A report, and what the door itself needs to make sense of the answer."""

    report: Report
    epochs: tuple[int, ...]


class Door:
    def __init__(self, name: str, settings: LimitSettings) -> None:
        self.name = name
        self.settings = settings
        self.waiting: Turns[Waiter] = Turns()
        self.under_way: dict[int, Reserved] = {}
        self.until_s = -_NEVER
        self.closed_until_s = -_NEVER
        self.more_at_s = -_NEVER
        self.ask_at_s = -_NEVER
        self.read_s = -_NEVER
        self.used_s = -_NEVER
        self.refusals: list[tuple[float | None, float, float, bool]] = []
        self.holdings = tuple(Holding(Gauge(settings.window_s, settings.shape)) for _ in WHATS)
        self._silent = False
        self._answered = False
        self._output_share, self._output_swing = 1.0, 0.0
        self._number = 0
        self._moment = Moment(-_NEVER, (0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0))
        self._last_moment: Moment | None = None
        self._news_s: float | None = None

    # What one request takes

    def price(self, tokens: Tokens) -> Costs:
        """What a request will probably take: its output is rarely all it may have."""
        likely = min(1.0, self._output_share + 2.0 * self._output_swing)
        return costs_of(tokens.input, tokens.output * likely)

    def _learn_output(self, reserved: Reserved, used: Tokens) -> None:
        if reserved.asked.output > 0:
            miss = min(1.0, used.output / reserved.asked.output) - self._output_share
            self._output_share += _CALM * miss
            self._output_swing += _CALM * (abs(miss) - self._output_swing)

    def admit(self, tokens: Tokens, costs: Costs, now_s: float) -> Reserved | None:
        """Take a request's amounts out of what is held, all of them or none."""
        self.used_s = now_s
        if now_s >= self.until_s or now_s < self.closed_until_s:
            return None
        for holding, cost in zip(self.holdings, costs, strict=True):
            if now_s >= holding.ends_s:
                self._turn(holding)
            if holding.bounded and holding.held < min(cost, holding.largest):
                return None
        return self._take(tokens, costs, now_s)

    @staticmethod
    def _turn(holding: Holding) -> None:
        """Its window is over: all of it is back, and what was held of it void."""
        holding.held, holding.ends_s, holding.turned = 0.0, _NEVER, holding.spent
        holding.epoch += 1

    def _moment_of(self, now_s: float) -> Moment:
        """The moment it is; the one before the last is closed when another begins."""
        if now_s - self._moment.since_s >= MOMENT_S:
            requests, both, read, written = self.holdings
            admitted = (requests.admitted, both.admitted, read.admitted, written.admitted)
            if self._last_moment is not None:
                self._last_moment.next_ended = admitted
            self._last_moment, self._moment = self._moment, Moment(now_s, self._moment.begun, admitted)
        return self._moment

    def _take(self, tokens: Tokens, costs: Costs, now_s: float) -> Reserved:
        moment = self._moment_of(now_s)
        for holding, cost in zip(self.holdings, costs, strict=True):
            holding.held -= cost
            holding.spent += cost
            holding.admitted += cost
        requests, both, read, written = self.holdings
        self._number += 1
        reserved = Reserved(
            self.name,
            self._number,
            tokens,
            costs,
            (requests.admitted, both.admitted, read.admitted, written.admitted),
            moment,
            (requests.epoch, both.epoch, read.epoch, written.epoch),
            (requests.others, both.others, read.others, written.others),
            now_s,
        )
        self.under_way[self._number] = reserved
        return reserved

    # What became of it

    def settle(self, reserved: Reserved, used: Tokens, allowances: Iterable[Allowance], now_s: float) -> None:
        """It was answered, or may have been."""
        if self._end(reserved):
            self._learn_output(reserved, used)
            self._give_back(reserved, costs_of(used.input, used.output))
            self._hear(reserved, allowances, now_s)

    def refuse(
        self, reserved: Reserved, allowances: Iterable[Allowance], retry_after_s: float | None, now_s: float
    ) -> None:
        """A 429: it used nothing, whatever its headers say of the others."""
        if not self._end(reserved):
            return
        told = tuple(allowances)
        most = costs_of(reserved.asked.input, reserved.asked.output)
        explained = any(one.remaining < most[WHATS.index(one.what)] for one in told)
        if explained and not any(one.remaining < reserved.costs[WHATS.index(one.what)] for one in told):
            self._output_share, self._output_swing = 1.0, 0.0  # this provider counts what an answer may have
        self._give_back(reserved, (0.0, 0.0, 0.0, 0.0))
        self._hear(reserved, told, now_s, refused=True)
        for holding in self.holdings:
            holding.held = min(holding.held, 0.0)  # whatever we thought is there is not
        self.refusals.append((retry_after_s, reserved.sent_s, now_s, explained))
        pause_s = retry_after_s if retry_after_s is not None else 0.0 if explained else 1.0
        self.closed_until_s = max(self.closed_until_s, now_s + pause_s)

    def cancel(self, reserved: Reserved) -> None:
        """It was never sent."""
        if self._end(reserved):
            self._give_back(reserved, (0.0, 0.0, 0.0, 0.0))

    def _end(self, reserved: Reserved) -> bool:
        if reserved.over:
            return False
        reserved.over = True
        del self.under_way[reserved.number]
        return True

    def _give_back(self, reserved: Reserved, used: Costs) -> None:
        for holding, cost, fact, epoch in zip(self.holdings, reserved.costs, used, reserved.epochs, strict=True):
            if epoch == holding.epoch and cost != fact:
                holding.held += cost - fact
                holding.spent -= cost - fact

    def _hear(self, reserved: Reserved, allowances: Iterable[Allowance], now_s: float, refused: bool = False) -> None:
        heard = [False] * len(WHATS)
        for allowance in allowances:
            if allowance.limit <= 0:
                continue  # some gateways say 0 where there is none
            place = WHATS.index(allowance.what)
            heard[place] = True
            self._note_lowest(self.holdings[place], place, reserved, allowance)
            self._hear_one(place, reserved, allowance, now_s, refused)
        for holding, told in zip(self.holdings, heard, strict=True):
            if not told:
                holding.lowest, holding.lowest_after = None, self._number
        self._silent |= not any(heard)
        if not self._answered:
            self._answered = True
            self.more_at_s = self.ask_at_s = now_s  # until now nobody knew anything

    def _hear_one(self, place: int, reserved: Reserved, allowance: Allowance, now_s: float, refused: bool) -> None:
        holding = self.holdings[place]
        if holding.said is not None and holding.said.reserved.number > reserved.number:
            return
        shape = holding.gauge.shape
        sight = holding.gauge.see(allowance, reserved.sent_s, now_s)
        holding.said = Said(sight, reserved, self._unsure(place, reserved.number), refused)
        if holding.gauge.shape != shape:
            self.more_at_s = self.ask_at_s = now_s  # what was said of when there is more was a guess
        if reserved.epochs[place] == holding.epoch:
            self._keep_below(holding, place, now_s)

    @staticmethod
    def _note_lowest(holding: Holding, place: int, reserved: Reserved, allowance: Allowance) -> None:
        epoch, lowest = reserved.epochs[place], holding.lowest
        if reserved.number <= holding.lowest_after:
            return
        if lowest is None or lowest.epoch != epoch or allowance.remaining < lowest.left:
            holding.lowest = Lowest(allowance.remaining, reserved.others[place], epoch)

    def _unsure(self, place: int, number: int) -> float:
        """Output of requests that were under way before: who knows whether it was counted already."""
        if place == 0 or place == 2:
            return 0.0
        total = 0.0
        for each, reserved in self.under_way.items():
            if each >= number:
                break
            total += reserved.costs[3]
        return total

    def _keep_below(self, holding: Holding, place: int, now_s: float) -> None:
        """What the provider has left is more than we can spend of it."""
        reading = self._reading(holding, place, now_s)
        if reading is not None:
            drips = reading.limit / reading.window_s if reading.shape == "bucket" else 0.0
            holding.held = min(holding.held, max(0.0, reading.most + drips * reading.sent_ago_s))

    def _rest(self, holding: Holding, place: int) -> tuple[float, float] | None:
        """What is left of a window for sure: the least that was said, without all that is not answered yet."""
        lowest = holding.lowest
        if lowest is None or lowest.epoch != holding.epoch:
            return None
        oldest = next(iter(self.under_way.values()), None)
        answered = holding.admitted if oldest is None else oldest.after[place] - oldest.costs[place]
        return lowest.left - (holding.admitted - answered), lowest.others

    @staticmethod
    def _counted(said: Said, holding: Holding, place: int, left: float) -> tuple[float, float]:
        """What can be left of it now, if some of what was sent about then was counted already, or not yet."""
        sent = said.reserved
        if said.refused:
            return 0.0, max(0.0, left)
        since = holding.admitted - sent.after[place]
        closely_before = sent.after[place] - sent.costs[place] - sent.moment.before[place]
        ended = sent.moment.next_ended
        surely_since = 0.0 if ended is None else holding.admitted - ended[place]
        return left - since - closely_before - said.unsure, left - surely_since

    def _reading(self, holding: Holding, place: int, now_s: float) -> Reading | None:
        said, gauge = holding.said, holding.gauge
        if said is None:
            return None
        sight, use = said.sight, self.settings.use
        left = sight.left - (1.0 - use) * sight.limit
        least, most = self._counted(said, holding, place, left)
        earliest, latest = (full_s - now_s for full_s in gauge.full_s)
        return Reading(
            limit=sight.limit * use,
            least=least,
            most=most,
            others=said.reserved.others[place],
            rest=self._rest(holding, place),
            sent_ago_s=now_s - sight.sent_s,
            told_ago_s=now_s - sight.told_s,
            full_in_s=(earliest, max(earliest, latest)),
            fills_in_s=sight.fills_in_s if gauge.shape is None else None,
            window_s=gauge.window_s,
            shape=gauge.shape,
            epoch=said.reserved.epochs[place],
        )

    # What all processes know

    def is_awake(self, now_s: float) -> bool:
        """Whether there is anything to tell or to ask."""
        held = any(holding.bounded and holding.held > 0 for holding in self.holdings)
        untold = self.holdings[0].spent != self.holdings[0].known_spent
        return bool(held or untold or self.refusals or self.under_way or now_s - self.used_s < IDLE_S)

    def take_news(self, process: str, now_s: float, last: bool) -> DoorNews:
        """Report, and hand back what is not needed."""
        since_s = AHEAD_S if self._news_s is None else max(1e-3, now_s - self._news_s)
        self._news_s = now_s
        idle = last or (now_s - self.used_s >= IDLE_S and self.waiting.head() is None)
        needs, totals = self._queued()
        accounts: dict[What, Account] = {}
        readings: dict[What, Reading] = {}
        for place, what in enumerate(WHATS):
            holding = self.holdings[place]
            if now_s >= holding.ends_s:
                self._turn(holding)
            accounts[what] = self._account(holding, needs[place], totals[place], since_s, idle)
            reading = self._reading(holding, place, now_s)
            if reading is not None:
                readings[what] = reading
        refusals = tuple(
            Refusal(retry, now_s - sent_s, now_s - told_s, known) for retry, sent_s, told_s, known in self.refusals
        )
        self.refusals.clear()
        epochs = tuple(holding.epoch for holding in self.holdings)
        return DoorNews(Report(process, accounts, readings, refusals, self._silent), epochs)

    def _queued(self) -> tuple[Costs, Costs]:
        """What the next in the queue needs, and all of them together."""
        head = self.waiting.head()
        if head is None:
            return (0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0)
        everybody = [waiter.costs for waiter in self.waiting]
        requests, both, read, written = (sum(costs[place] for costs in everybody) for place in range(4))
        return head.costs, (requests, both, read, written)

    def _account(self, holding: Holding, need: float, queued: float, since_s: float, idle: bool) -> Account:
        weight = min(1.0, since_s / 2.0)
        gone = max(0.0, holding.spent - holding.spent_then)
        holding.pace += weight * (gone / since_s - holding.pace)
        holding.spent_then = holding.spent
        need = min(need, holding.largest)
        want = 0.0 if idle else max(need, queued + holding.pace * AHEAD_S)
        if not holding.bounded:
            holding.held = 0.0
        elif idle or 0.0 < holding.held < need:
            holding.held = min(holding.held, 0.0)
        elif holding.scarce:
            holding.held = min(holding.held, max(want, need))
        return Account(holding.spent, holding.turned, holding.known_spent, holding.held, want, need, holding.epoch)

    def adopt(self, word: Word, news: DoorNews, read_s: float, asked_apart_s: float) -> None:
        """What this process gets, on top of what happened here meanwhile."""
        self.read_s = read_s
        self.until_s = read_s + LEASE_S
        self.closed_until_s = max(self.closed_until_s if self.refusals else -_NEVER, read_s + word.closed_s)
        self._silent = False
        more_in_s = 0.0
        for place, what in enumerate(WHATS):
            holding, grant = self.holdings[place], word.grants.get(what)
            holding.known_spent = news.report.accounts[what].spent
            if grant is None:
                holding.bounded = False
                continue
            self._adopt_amount(holding, grant.amount, grant.epoch, news.epochs[place], grant.bounded)
            holding.ends_s = _NEVER if grant.full_in_s is None else read_s + grant.full_in_s
            holding.scarce, holding.largest, holding.others = grant.scarce, grant.largest, grant.others_spent
            more_in_s = max(more_in_s, grant.more_in_s)
        self.more_at_s = read_s + more_in_s
        apart_s = asked_apart_s if any(grant.scarce for grant in word.grants.values()) else 0.0
        self.ask_at_s = read_s + max(apart_s, min(more_in_s, 1.0))

    @staticmethod
    def _adopt_amount(holding: Holding, amount: float, epoch: int, asked_in: int, bounded: bool) -> None:
        if epoch == asked_in == holding.epoch:
            holding.held += amount
        elif epoch == asked_in != holding.epoch:
            holding.held = 0.0  # the window ended here before the answer came
            return
        else:
            holding.held = amount
            holding.turned = holding.spent if epoch != holding.epoch else holding.turned
        holding.bounded, holding.epoch = bounded, epoch

    def is_known_to_be_empty(self, now_s: float) -> bool:
        """Whether it was said just now that there is nothing before some later moment."""
        return now_s - self.read_s < FRESH_S and self.more_at_s > max(now_s, self.read_s)

    def needs_more(self, now_s: float) -> bool:
        """Whether what is held will not last until the next regular exchange."""
        return (
            any(
                holding.bounded and not holding.scarce and holding.held < 0.25 * holding.pace * AHEAD_S
                for holding in self.holdings
            )
            and now_s >= self.more_at_s
        )
