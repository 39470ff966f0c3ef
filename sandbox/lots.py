"""Chance without a generator: a draw depends on seed and names alone, never on the order of asking."""

from collections.abc import Sequence
from hashlib import blake2b
from math import exp
from statistics import NormalDist
from typing import TypeVar

T = TypeVar("T")

_NORMAL = NormalDist()
_SCALE = float(2**64)


def digest(*names: object) -> str:
    """Twelve hex digits that stand for these names."""
    return blake2b(_joined(names), digest_size=6).hexdigest()


def draw(*names: object) -> float:
    """A number in [0, 1), the same for the same names, in any order of asking."""
    return int.from_bytes(blake2b(_joined(names), digest_size=8).digest(), "big") / _SCALE


def draw_lognormal(median: float, sigma: float, *names: object) -> float:
    """A lognormal value whose median is given, from one draw."""
    probability = min(max(draw(*names), 1e-9), 1 - 1e-9)
    return median * exp(sigma * _NORMAL.inv_cdf(probability))


def pick(choices: Sequence[T], *names: object) -> T:
    """One of the choices."""
    return choices[int(draw(*names) * len(choices))]


def _joined(names: tuple[object, ...]) -> bytes:
    return "\x1f".join(map(str, names)).encode("utf-8", "surrogatepass")
