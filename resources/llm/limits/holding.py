"""One limit as this process has it: what it holds, what it spent, and what the provider last said of it.

What the provider says is only heard if no request that was sent later has been heard of: answers overtake each other.
"""

from dataclasses import dataclass

from resources.llm.limits.asking import LimitSettings, Reserved
from resources.llm.limits.gauge import Gauge, Sight
from resources.llm.limits.meter import Reading
from resources.llm.limits.row import Account, Grant
from resources.llm.messages import Allowance

AHEAD_S = 1.5
_NEVER = float("inf")
_PACE_OVER_S = 2.0


@dataclass(frozen=True, slots=True)
class Said:
    """The latest of what a provider said of a limit."""

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


class Holding:
    """`admitted` is all that ever went out here, `spent` what of it was used or still may be."""

    __slots__ = (
        "_known",
        "_largest",
        "_lowest",
        "_pace",
        "_place",
        "_said",
        "_scarce",
        "_spent_then",
        "_turned",
        "_unheard",
        "_use",
        "admitted",
        "bounded",
        "ends_s",
        "epoch",
        "gauge",
        "held",
        "others",
        "spent",
    )

    def __init__(self, place: int, settings: LimitSettings) -> None:
        self.gauge = Gauge(settings.window_s, settings.shape)
        self.bounded = False
        self.held = self.spent = self.admitted = self.others = 0.0
        self.epoch, self.ends_s = 0, _NEVER
        self._place, self._use = place, settings.use
        self._largest, self._scarce = _NEVER, False
        self._turned = self._known = self._spent_then = self._pace = 0.0
        self._said: Said | None = None
        self._lowest: Lowest | None = None
        self._unheard = 0

    @property
    def is_told(self) -> bool:
        """Whether the row has heard of all that was spent."""
        return self.spent == self._known

    def lacks(self, cost: float, now_s: float) -> bool:
        if now_s >= self.ends_s:
            self.turn()
        return self.bounded and self.held < min(cost, self._largest)

    def runs_low(self) -> bool:
        """Whether what is held will not last until the next regular exchange, although there is more."""
        return self.bounded and not self._scarce and self.held < 0.25 * self._pace * AHEAD_S

    def take(self, cost: float) -> None:
        self.held -= cost
        self.spent += cost
        self.admitted += cost

    def give_back(self, reserved: Reserved, used: float) -> None:
        """What was set aside and not used, or used beyond it; no window gives back what another spent."""
        over = reserved.costs[self._place] - used
        if over and reserved.epochs[self._place] == self.epoch:
            self.held += over
            self.spent -= over

    def turn(self) -> None:
        """Its window is over: all of it is back, and what was held of it void."""
        self.held, self.ends_s, self._turned = 0.0, _NEVER, self.spent
        self.epoch += 1

    # What the provider says

    def hear(self, allowance: Allowance, reserved: Reserved, now_s: float, unsure: float, refused: bool) -> bool:
        """Whether this changed what kind of limit it is thought to be."""
        self._note_lowest(allowance, reserved)
        if self._said is not None and self._said.reserved.number > reserved.number:
            return False
        shape = self.gauge.shape
        self._said = Said(self.gauge.see(allowance, reserved.sent_s, now_s), reserved, unsure, refused)
        if reserved.epochs[self._place] == self.epoch:
            self._keep_below(now_s)
        return self.gauge.shape != shape

    def hear_nothing(self, last_number: int) -> None:
        """A request is over of which the provider did not say what it cost."""
        self._lowest, self._unheard = None, last_number

    def _note_lowest(self, allowance: Allowance, reserved: Reserved) -> None:
        epoch, lowest = reserved.epochs[self._place], self._lowest
        if reserved.number > self._unheard and (
            lowest is None or lowest.epoch != epoch or allowance.remaining < lowest.left
        ):
            self._lowest = Lowest(allowance.remaining, reserved.others[self._place], epoch)

    def _keep_below(self, now_s: float) -> None:
        """What the provider has left is more than we can spend of it."""
        if self.bounded and self._said is not None:
            _, most = self._bounds(self._said)
            if self.gauge.shape == "bucket":
                sight = self._said.sight
                most += sight.limit * self._use / self.gauge.window_s * (now_s - sight.sent_s)
            self.held = min(self.held, max(0.0, most))

    def _bounds(self, said: Said) -> tuple[float, float]:
        """What can be left of it now, if some of what was sent about then was counted already, or not yet."""
        sent, place = said.reserved, self._place
        left = said.sight.left - (1.0 - self._use) * said.sight.limit
        if said.refused:
            return 0.0, max(0.0, left)
        since = self.admitted - sent.after[place]
        closely_before = sent.after[place] - sent.costs[place] - sent.moment.before[place]
        ended = sent.moment.next_ended
        surely_since = 0.0 if ended is None else self.admitted - ended[place]
        return left - since - closely_before - said.unsure, left - surely_since

    def _rest(self, oldest: Reserved | None) -> tuple[float, float] | None:
        """What is left of a window for sure: the least that was said, without all that is not answered yet."""
        lowest, place = self._lowest, self._place
        if lowest is None or lowest.epoch != self.epoch:
            return None
        answered = self.admitted if oldest is None else oldest.after[place] - oldest.costs[place]
        return lowest.left - (self.admitted - answered), lowest.others

    def reading(self, oldest: Reserved | None, now_s: float) -> Reading | None:
        """What the provider said, for the row; `oldest` is the first request that is not answered yet."""
        said, gauge = self._said, self.gauge
        if said is None:
            return None
        least, most = self._bounds(said)
        earliest, latest = (full_s - now_s for full_s in gauge.full_s)
        return Reading(
            limit=said.sight.limit * self._use,
            least=least,
            most=most,
            others=said.reserved.others[self._place],
            rest=self._rest(oldest),
            sent_ago_s=now_s - said.sight.sent_s,
            told_ago_s=now_s - said.sight.told_s,
            full_in_s=(earliest, max(earliest, latest)),
            fills_in_s=said.sight.fills_in_s if gauge.shape is None else None,
            window_s=gauge.window_s,
            shape=gauge.shape,
            epoch=said.reserved.epochs[self._place],
        )

    # What all processes know

    def account(self, need: float, queued: float, since_s: float, idle: bool) -> Account:
        """What to say, after handing back what is not needed."""
        self._measure(since_s)
        need = min(need, self._largest)
        want = 0.0 if idle else max(need, queued + self._pace * AHEAD_S)
        if not self.bounded:
            self.held = 0.0
        elif idle or 0.0 < self.held < need:  # a part that is too small for anything helps nobody
            self.held = min(self.held, 0.0)
        elif self._scarce:
            self.held = min(self.held, want)
        return Account(self.spent, self._turned, self._known, self.held, want, need, self.epoch)

    def _measure(self, since_s: float) -> None:
        """What lately went a second."""
        gone = max(0.0, self.spent - self._spent_then)
        self._pace += min(1.0, since_s / _PACE_OVER_S) * (gone / since_s - self._pace)
        self._spent_then = self.spent

    def adopt(self, grant: Grant | None, account: Account, read_s: float) -> None:
        """What this process gets, on top of what happened here since it said so."""
        self._known = account.spent
        if grant is None:
            self.bounded = False
            return
        self._adopt_amount(grant, account.epoch)
        self.bounded = grant.bounded
        self.ends_s = _NEVER if grant.full_in_s is None else read_s + grant.full_in_s
        self._scarce, self._largest, self.others = grant.scarce, grant.largest, grant.others_spent

    def _adopt_amount(self, grant: Grant, asked_in: int) -> None:
        if grant.epoch == asked_in == self.epoch:
            self.held += grant.amount
        elif grant.epoch == asked_in:
            self.held = 0.0  # the window ended here before the answer came
        else:
            self.held = grant.amount
            if grant.epoch != self.epoch:
                self.epoch, self._turned = grant.epoch, self.spent
