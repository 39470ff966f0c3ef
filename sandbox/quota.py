"""How many requests and tokens a caller may spend in a window, and where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

What = Literal["requests", "tokens"]
Shape = Literal["window", "bucket"]


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit as a response's headers report it."""

    what: What
    limit: int
    remaining: int
    reset_s: float


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the caller stands after asking: admitted or not; if not, for want of what and how long to wait."""

    admitted: bool
    limits: tuple[Limit, ...]
    wait_s: float = 0.0
    short_of: Limit | None = None


class Counter:
    """What is left of one limit: refilled at once when the window ends, or drop by drop like a bucket."""

    def __init__(self, what: What, limit: int, window_s: float, shape: Shape) -> None:
        self.what, self.limit, self._window_s, self._shape = what, limit, window_s, shape
        self._left = float(limit)
        self._since: float | None = None

    def look(self, now: float) -> float:
        """What is left now."""
        if self._since is None:
            self._since = now
        passed = now - self._since
        if self._shape == "bucket":
            self._left = min(self.limit, self._left + passed * self.limit / self._window_s)
            self._since = now
        elif passed >= self._window_s:
            self._left, self._since = float(self.limit), now - passed % self._window_s
        return self._left

    def spend(self, amount: float, now: float) -> None:
        """Take from what is left; debts are possible, as a request costs what it costs."""
        self._left = self.look(now) - amount

    def wait_for(self, amount: float, now: float) -> float:
        """Seconds until there is as much as this, were nothing else spent."""
        lacking = min(amount, self.limit) - self.look(now)
        if lacking <= 0:
            return 0.0
        if self._shape == "bucket":
            return lacking * self._window_s / self.limit
        return self._window_s - (now - (self._since or now))

    def report(self, now: float) -> Limit:
        """The limit as headers report it."""
        left = self.look(now)
        return Limit(self.what, self.limit, max(0, int(left)), self._reset(left, now))

    def _reset(self, left: float, now: float) -> float:
        if self._shape == "bucket":
            return max(0.0, (self.limit - left) * self._window_s / self.limit)
        return self._window_s - (now - (self._since or now))


class Quota:
    """The limits of one caller."""

    def __init__(self, requests: int | None, tokens: int | None, window_s: float, shape: Shape) -> None:
        asked: tuple[tuple[What, int | None], ...] = (("requests", requests), ("tokens", tokens))
        self._counters = [Counter(what, limit, window_s, shape) for what, limit in asked if limit]

    def ask(self, tokens: int, now: float) -> Standing:
        """Admit a request of so many input tokens, or say how long to wait."""
        waits = [(counter.wait_for(self._price(counter, tokens), now), counter) for counter in self._counters]
        wait, scarce = max(waits, key=lambda one: one[0], default=(0.0, None))
        if scarce is not None and wait > 0:
            return Standing(False, self._limits(now), wait, scarce.report(now))
        for counter in self._counters:
            counter.spend(self._price(counter, tokens), now)
        return Standing(True, self._limits(now))

    def settle(self, output_tokens: int, now: float) -> Standing:
        """Charge the tokens of the answer."""
        for counter in self._counters:
            if counter.what == "tokens":
                counter.spend(output_tokens, now)
        return Standing(True, self._limits(now))

    def _limits(self, now: float) -> tuple[Limit, ...]:
        return tuple(counter.report(now) for counter in self._counters)

    @staticmethod
    def _price(counter: Counter, tokens: int) -> int:
        return 1 if counter.what == "requests" else tokens


def merged(standings: Sequence[Standing]) -> Standing | None:
    """Several standings as one: all limits, and the longest wait."""
    if not standings:
        return None
    limits = tuple(limit for standing in standings for limit in standing.limits)
    longest = max(standings, key=lambda standing: standing.wait_s)
    return Standing(all(s.admitted for s in standings), limits, longest.wait_s, longest.short_of)
