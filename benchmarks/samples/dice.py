"""Chance is a seed: the same seed draws the same, on every machine and every Python."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws from a seed, by `Random.random` alone: the one method Python promises never to change."""

    def __init__(self, *seed: object) -> None:
        self._random = Random("/".join(map(str, seed)))

    def below(self, limit: int) -> int:
        return int(self._random.random() * limit)

    def between(self, low: int, high: int) -> int:
        """Both ends may come."""
        return low + self.below(high - low + 1)

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def pick(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def weighted(self, weights: Mapping[T, float]) -> T:
        mark = self._random.random() * sum(weights.values())
        for option, weight in weights.items():
            mark -= weight
            if mark < 0:
                return option
        return option
