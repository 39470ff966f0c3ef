"""How much of one limit is left for all processes together, as far as anybody can know.

Our own bookkeeping says how much; what a provider says narrows it down to what is possible. A limit whose shape nobody
knows yet is used as is right for both shapes: what is left now, and then as little as either would give back.
"""

from dataclasses import dataclass
from typing import Literal

from resources.llm.limits.asking import LimitSettings, Shape, What

Mode = Literal["new", "open", "even", "burst", "unsure", "bucket", "window"]
"""new: nobody has answered yet · open: no limit is known · even: a limit of unknown shape, never told by the provider ·
burst: a bucket, never told · unsure: told, and of unknown shape · bucket and window: as the provider refills it."""

FIRST_CALLS = 8.0
_NEW_CAPACITY, _NEW_RATE = 64.0, 8.0
_EVEN_BURST = 0.05
_TRIED = 0.25
_GROWTH = 0.01
_MOST_GROWTH = 1.0
_BEYOND = 1.1
_NO_LIMIT = 4.0
_LESS = 0.9
_LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """What a provider said of a limit, freed of what was sent since; times are ages, amounts are ours to use.

    Requests overtake each other on their way, and the provider may have looked at any moment between the request and
    its answer: nobody knows exactly what it had counted, only between what bounds.
    """

    limit: float
    least: float
    most: float
    others: float
    """All that others were known to have spent when it was asked."""
    rest: tuple[float, float] | None
    """What is left of this window for sure, and what others were known to have spent when it was said."""
    sent_ago_s: float
    told_ago_s: float
    full_in_s: tuple[float, float]
    """Earliest and latest."""
    fills_in_s: float | None
    """How long it takes from empty to full if it is a bucket, while nobody knows."""
    window_s: float
    shape: Shape | None
    epoch: int


@dataclass(slots=True)
class Meter:
    """One limit; `level` is what is left, what processes hold of it included."""

    mode: Mode
    limit: float
    given_s: float
    """The window we were told before the provider said anything."""
    window_s: float
    burst_s: float
    level: float
    at_s: float
    full_at_s: float | None = None
    epoch: int = 0
    spent: float = 0.0
    ceiling: float | None = None
    since_s: float = 0.0
    spent_then: float = 0.0
    spent_before: float = 0.0
    missed: bool = False
    """Whether anybody had to wait for it in this window."""
    met: float = 0.0
    """Where it was met last: what was spent in a window when too much was refused."""
    calm: int = 0
    """Windows in which somebody missed it, since the guess is beyond that."""

    @property
    def capacity(self) -> float:
        """The most that can lie ready."""
        if self.mode == "even":
            return max(1.0, _EVEN_BURST * self.limit)
        if self.mode == "burst":
            return max(1.0, self.limit * min(1.0, self.burst_s / self.window_s))
        return _NEW_CAPACITY if self.mode == "new" else self.limit

    @property
    def per_s(self) -> float:
        """What drips in; nothing, where all comes back at once."""
        if self.mode == "even":  # with the burst never more than the limit in any window, wherever windows begin
            return max(self.limit - self.capacity, self.limit * 0.5) / self.window_s
        if self.mode in ("burst", "bucket"):
            return self.limit / self.window_s
        if self.mode == "unsure":
            return _TRIED * self.limit / self.window_s
        return _NEW_RATE if self.mode == "new" else 0.0

    @property
    def bounded(self) -> bool:
        return self.mode != "open"

    @property
    def spare(self) -> float:
        """What stays untouched in a bucket, where being a moment early is a refusal; it costs no throughput."""
        if self.mode != "bucket":
            return 0.0
        return max(0.0, min(max(0.5, 0.01 * self.limit), 0.1 * self.limit, self.limit - 1.0))

    @property
    def largest(self) -> float:
        """What a single request can cost at most; more is never there at once."""
        return self.limit - self.spare if self.mode != "new" else _NEW_CAPACITY

    def measured(self, now_s: float) -> float:
        """What was spent within a window up to now, about."""
        part = min(1.0, max(0.0, (now_s - self.since_s) / self.window_s))
        return (self.spent - self.spent_then) + (1.0 - part) * self.spent_before


def first_meter(what: What, settings: LimitSettings, now_s: float) -> Meter | None:
    """A limit before anything was heard of it."""
    limit = settings.limit(what)
    if limit is None:
        return _meter("new", 0.0, FIRST_CALLS, settings, now_s) if what == "requests" else None
    modes: dict[Shape | None, Mode] = {None: "even", "bucket": "burst", "window": "window"}
    meter = _meter(modes[settings.shape], max(1.0, limit), 0.0, settings, now_s)
    meter.level, meter.ceiling = meter.capacity, meter.limit
    return meter


def told_meter(reading: Reading, settings: LimitSettings, now_s: float) -> Meter:
    """A limit first heard of from the provider; what it says is all that is known."""
    meter = _meter(reading.shape or "unsure", reading.limit, reading.least, settings, now_s)
    meter.epoch = reading.epoch
    return meter


def _meter(mode: Mode, limit: float, level: float, settings: LimitSettings, now_s: float) -> Meter:
    return Meter(mode, limit, settings.window_s, settings.window_s, settings.burst_s, level, now_s, since_s=now_s)


def advance(meter: Meter, now_s: float, most: float = 0.0, share: float = 1.0) -> bool:
    """Let time pass; whether all came back at once, which makes void what anybody held. `most` may gather anyway."""
    passed_s = max(0.0, now_s - meter.at_s)
    meter.at_s = now_s  # a clock that went back neither fills nor empties anything
    _turn_page(meter, now_s)
    if meter.full_at_s is not None:
        meter.full_at_s = min(meter.full_at_s, now_s + meter.window_s)
    if meter.per_s:
        brim = max(meter.capacity, min(most, meter.limit), meter.level)
        meter.level = min(brim, meter.level + meter.per_s * share * passed_s + _tried(meter, now_s))
    elif meter.full_at_s is not None and now_s >= meter.full_at_s:
        meter.level, meter.full_at_s = meter.limit * share, None
        meter.epoch += 1
        return True
    return False


def _tried(meter: Meter, now_s: float) -> float:
    """Where a window would have ended a few are tried, to learn whether it was one."""
    if meter.full_at_s is None or now_s < meter.full_at_s:
        return 0.0
    meter.full_at_s = None
    return min(FIRST_CALLS, 0.1 * meter.limit)


def _turn_page(meter: Meter, now_s: float) -> None:
    """Windows of our own, to measure by; a limit we guessed grows again while nobody refuses."""
    meter.since_s = min(meter.since_s, now_s)
    if now_s - meter.since_s < meter.window_s:
        return
    long_ago = now_s - meter.since_s >= 2 * meter.window_s
    meter.spent_before = 0.0 if long_ago else meter.spent - meter.spent_then
    meter.since_s, meter.spent_then = now_s, meter.spent
    if meter.mode in ("even", "burst"):
        _grow(meter)


def _grow(meter: Meter) -> None:
    """Slowly where it was met last, so that it is hardly exceeded; beyond that the faster, the longer it is missed and
    nobody refuses, for then it was no limit at all.
    """
    if meter.missed and meter.limit > _BEYOND * meter.met:
        meter.calm = min(meter.calm + 1, 16)
    growth, meter.missed = min(_MOST_GROWTH, _GROWTH * 2**meter.calm), False
    grown = meter.limit + max(1.0, growth * meter.limit)
    meter.limit = min(grown, meter.ceiling or grown)
    if meter.ceiling is None and meter.limit > _NO_LIMIT * meter.met:
        meter.mode = "open"


def charge(meter: Meter, amount: float, now_s: float, gives_back: bool = True) -> None:
    """Something was spent, or was not after all; a window whose end nobody told began with it at the latest."""
    meter.spent += amount
    if amount > 0 or gives_back:
        meter.level = min(meter.level - amount, max(meter.level, meter.capacity))
    if meter.mode == "window" and meter.full_at_s is None and amount > 0:
        meter.full_at_s = now_s + meter.window_s


def believe(meter: Meter, reading: Reading, own: float | None) -> None:
    """What a provider says its limit is; `own` is the limit we were told to keep."""
    if own is not None and own < reading.limit:
        return
    if meter.mode in ("new", "open", "even", "burst") or meter.limit != reading.limit:
        meter.limit = meter.ceiling = reading.limit
        meter.mode, meter.level = reading.shape or "unsure", reading.least
    meter.mode = reading.shape or meter.mode
    if meter.mode == "bucket":
        meter.window_s, meter.full_at_s = reading.window_s, None
    else:  # the longest it can be: what is told of this window shortens it
        meter.window_s = max(meter.given_s, reading.window_s, reading.fills_in_s or 0.0)


def heed(meter: Meter, reading: Reading, others_spent: float, others_hold: float, own: float | None) -> None:
    """Where a provider says we stand: our own bookkeeping has to lie within."""
    if own is not None and own < reading.limit:
        meter.level = min(meter.level, _most_left(meter, reading, others_hold))
        return
    _narrow_level(meter, reading, others_spent, others_hold)
    _narrow_end(meter, reading)


def _most_left(meter: Meter, reading: Reading, others_hold: float) -> float:
    return reading.most + meter.per_s * reading.sent_ago_s + others_hold


def _narrow_level(meter: Meter, reading: Reading, others_spent: float, others_hold: float) -> None:
    if meter.mode == "window" and reading.epoch != meter.epoch:
        return
    most = min(meter.capacity, _most_left(meter, reading, others_hold))
    since = max(0.0, others_spent - reading.others)
    least = reading.least - since + meter.per_s * reading.told_ago_s
    if meter.mode != "bucket" and reading.rest is not None:
        rest, others_then = reading.rest
        least = max(least, rest - max(0.0, others_spent - others_then))
    meter.level = min(max(meter.level, least), most)


def _narrow_end(meter: Meter, reading: Reading) -> None:
    if meter.mode == "unsure":
        meter.full_at_s = meter.at_s + reading.full_in_s[1] if reading.full_in_s[1] > 0 else None
    elif meter.mode == "window" and reading.epoch == meter.epoch:
        earliest, latest = (meter.at_s + full_in_s for full_in_s in reading.full_in_s)
        known = latest if meter.full_at_s is None else meter.full_at_s
        meter.full_at_s = min(max(known, earliest), latest)


def cut(meter: Meter, now_s: float) -> None:
    """Refused again and again although nothing spoke against it: the limit is less than we thought."""
    measured = max(FIRST_CALLS, meter.measured(now_s), meter.spent_before)
    if meter.mode in ("new", "open"):
        meter.mode, meter.limit, meter.ceiling, meter.level = "even", measured, None, 0.0
    meter.limit = max(1.0, _LEAST * meter.limit, min(meter.limit, _LESS * measured))
    meter.level, meter.met, meter.calm = min(meter.level, 0.0), measured, 0
