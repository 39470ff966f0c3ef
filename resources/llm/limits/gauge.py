"""What kind of limit a provider keeps, learnt from where it says we stand, one answer after the other.

A window ends when it ends: the moment at which it says to be full again stays. A bucket fills while we look: the time
until it is full is what is missing at its pace, and the moment moves with every request.
"""

from dataclasses import dataclass

from resources.llm.limits.asking import Shape
from resources.llm.messages import Allowance

_WHOLE_S = 1.0
_EXACT_S = 0.002
_SURE = 2
_MOST_SURE = 6


@dataclass(frozen=True, slots=True)
class Sight:
    """Where we stood at some moment between two."""

    limit: int
    left: int
    full_in_s: float
    sent_s: float
    told_s: float

    @property
    def blur_s(self) -> float:
        """How far off the time may be: dates and many durations come in whole seconds."""
        return _WHOLE_S if self.full_in_s == int(self.full_in_s) else _EXACT_S

    @property
    def earliest_s(self) -> float:
        return self.sent_s + self.full_in_s - self.blur_s

    @property
    def latest_s(self) -> float:
        return self.told_s + self.full_in_s + self.blur_s

    @property
    def fills_in_s(self) -> float | None:
        """How long an empty bucket would take, if it were one; nobody can tell while it is all but full."""
        missing = self.limit - self.left
        return self.full_in_s * self.limit / missing if missing >= max(1, self.limit * 0.01) else None


class Gauge:
    """One limit of one endpoint."""

    def __init__(self, window_s: float, shape: Shape | None) -> None:
        self._told_shape = shape
        self._evidence = 0  # for a window, or if negative for a bucket
        self._base: Sight | None = None
        self._precise = 0.0
        self._given_s = window_s
        self._bucket_s: float | None = None
        self._window_s: float | None = None
        self.full_s: tuple[float, float] = (0.0, 0.0)

    @property
    def shape(self) -> Shape | None:
        if self._told_shape or abs(self._evidence) < _SURE:
            return self._told_shape
        return "window" if self._evidence > 0 else "bucket"

    @property
    def window_s(self) -> float:
        """How long until an untouched limit is full again, as far as it is known."""
        known = self._bucket_s if self.shape == "bucket" else self._window_s
        return known or self._given_s

    def see(self, allowance: Allowance, sent_s: float, told_s: float) -> Sight:
        sight = Sight(allowance.limit, allowance.remaining, allowance.reset_s, sent_s, told_s)
        if self._base is None or self._base.limit != sight.limit:
            self._begin(sight)
        elif sight.told_s >= self.full_s[0]:  # if it is a window, another has begun: nothing to compare
            self._base, self.full_s = sight, (sight.earliest_s, sight.latest_s)
        else:
            self._compare(self._base, sight)
        self._measure(sight)
        return sight

    def _begin(self, sight: Sight) -> None:
        self._base, self._precise = sight, 0.0
        self.full_s = (sight.earliest_s, sight.latest_s)
        self._window_s = sight.full_in_s or None

    def _compare(self, base: Sight, sight: Sight) -> None:
        slack = min(_WHOLE_S, 0.02 * self.window_s)
        stays = sight.earliest_s - slack <= self.full_s[1] and self.full_s[0] <= sight.latest_s + slack
        fills = _fills_alike(base, sight)
        if stays and fills is False:
            self._learn(+1)
        elif fills and not stays:
            self._learn(-1)
        if stays:
            self.full_s = (max(self.full_s[0], sight.earliest_s), min(self.full_s[1], sight.latest_s))
            if self.full_s[0] > self.full_s[1]:
                self.full_s = (self.full_s[1], self.full_s[0])
        else:
            self.full_s = (sight.earliest_s, sight.latest_s)
        more_precise = sight.limit - sight.left >= 2 * (base.limit - base.left)
        if more_precise or (not stays and not fills):
            self._base = sight

    def _learn(self, evidence: int) -> None:
        self._evidence = max(-_MOST_SURE, min(_MOST_SURE, self._evidence + evidence))

    def _measure(self, sight: Sight) -> None:
        self._window_s = max(self._window_s or 0.0, sight.full_in_s) or None
        share = (sight.limit - sight.left) / sight.limit if sight.limit else 0.0
        if sight.fills_in_s and share >= 0.8 * self._precise:
            self._bucket_s, self._precise = sight.fills_in_s, max(share, self._precise)


def _fills_alike(base: Sight, sight: Sight) -> bool | None:
    """Whether both are one bucket's; None where that cannot be told."""
    if base.fills_in_s is None or sight.fills_in_s is None:
        return None
    ratio = (sight.limit - sight.left) / (base.limit - base.left)
    expected_s = base.full_in_s * ratio
    rounding_s = max(1.0, 0.002 * base.limit) * base.fills_in_s / base.limit
    doubt_s = 0.05 * expected_s + (1.0 + ratio) * rounding_s + ratio * base.blur_s + sight.blur_s
    if doubt_s > 0.5 * max(expected_s, sight.full_in_s):
        return None
    return abs(sight.full_in_s - expected_s) <= doubt_s
