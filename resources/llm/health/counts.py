"""What calls came to: how many of the last minute, and how many in a row."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

BUCKETS = 10
RECENT_BUCKETS = 2
NEVER_S = -1e9


class Bucket(NamedTuple):
    number: int
    calls: int = 0
    failed: int = 0
    slow: int = 0


def bucket_number(at_s: float, window_s: float) -> int:
    return int(at_s * BUCKETS // window_s)


def bucket_start_s(number: int, window_s: float) -> float:
    return number * window_s / BUCKETS


def _sum(buckets: Iterable[Bucket]) -> Bucket:
    calls = failed = slow = 0
    for bucket in buckets:
        calls += bucket.calls
        failed += bucket.failed
        slow += bucket.slow
    return Bucket(0, calls, failed, slow)


@dataclass(frozen=True, slots=True)
class Window:
    """Counts by the tenth of the window they fell into; what is older than the window is gone."""

    buckets: tuple[Bucket, ...] = ()

    def plus(self, added: Bucket) -> "Window":
        at = {bucket.number: bucket for bucket in self.buckets}
        there = at.get(added.number, Bucket(added.number))
        at[added.number] = Bucket(added.number, *(a + b for a, b in zip(there[1:], added[1:], strict=True)))
        oldest = max(at) - BUCKETS
        return Window(tuple(at[number] for number in sorted(at) if number > oldest))

    def until(self, number: int) -> "Window":
        """Without what a clock that went back left in the future."""
        return Window(tuple(bucket for bucket in self.buckets if bucket.number <= number))

    def all(self, number: int) -> Bucket:
        return _sum(bucket for bucket in self.buckets if number - BUCKETS < bucket.number <= number)

    def recent(self, number: int) -> Bucket:
        return _sum(bucket for bucket in self.buckets if number - RECENT_BUCKETS < bucket.number <= number)


NO_CALLS = Window()


@dataclass(frozen=True, slots=True)
class Run:
    """Bad calls in a row, in the order in which they started.

    A good one that started after the first of them ends the run. One that started before it and comes in late (a
    server that goes down may finish what it has begun) only takes something off.
    """

    count: float = 0.0
    started_s: float = NEVER_S
    seen_s: float = NEVER_S
    last_s: float = NEVER_S

    def longer(self, started_s: float, at_s: float) -> "Run":
        if not self.count:
            return Run(1.0, started_s, at_s, at_s)
        return replace(self, count=self.count + 1.0, last_s=max(self.last_s, at_s))

    def answered(self, count: int, started_s: float, at_s: float, weight: float) -> "Run":
        if not self.count:
            return self
        if started_s > self.started_s:
            return NO_RUN
        if at_s < self.seen_s:
            return self
        left = self.count - count * weight
        return replace(self, count=left) if left > 0 else NO_RUN


NO_RUN = Run()
