"""Samples are made, not collected: a seed, a feed and a count give the same documents on every machine."""

from collections.abc import Iterator

from benchmarks.samples.dice import Dice
from benchmarks.samples.making import KINDS
from benchmarks.samples.sample import Expected, Plan, Record, Sample

__all__ = ["FEEDS", "Expected", "Plan", "Record", "Sample", "generate", "make"]

FEEDS = tuple(KINDS)


def generate(seed: int, feed: str, count: int) -> Iterator[Sample]:
    """The first `count` samples of a seed; more of them do not change those before."""
    kind = KINDS[feed]
    for index in range(count):
        dice = Dice(seed, feed, index)
        yield kind.make(dice, index, kind.plan(dice, index))


def make(seed: int, feed: str, index: int, plan: Plan) -> Sample:
    """One sample of exactly this plan."""
    return KINDS[feed].make(Dice(seed, feed, index), index, plan)
