"""A text as a vector: a hashed bag of words of unit length, the same text always the same vector."""

import base64
import re
from collections.abc import Iterable
from functools import lru_cache
from math import sqrt
from struct import pack
from zlib import crc32

_WORD = re.compile(r"[^\W_]+")
_STEM = 5


def embed(text: str, dimensions: int) -> list[float]:
    """The vector of a text."""
    vector = [0.0] * dimensions
    for word in _WORD.findall(text.casefold()):
        for place, weight in _places(word, dimensions):
            vector[place] += weight
    return _unit(vector)


@lru_cache(maxsize=65_536)
def _places(word: str, dimensions: int) -> tuple[tuple[int, float], ...]:
    """Where a word counts: itself, and its stem, so that its other forms lie near."""
    parts = {word: 1.0}
    if len(word) > _STEM and word.isalpha():
        parts[word[:_STEM] + "*"] = 0.7
    return tuple(_place(part, weight, dimensions) for part, weight in parts.items())


def _place(part: str, weight: float, dimensions: int) -> tuple[int, float]:
    code = crc32(part.encode("utf-8", "surrogatepass"))
    return (code >> 1) % dimensions, weight if code & 1 else -weight


def _unit(vector: Iterable[float]) -> list[float]:
    values = list(vector)
    length = sqrt(sum(value * value for value in values))
    if length == 0:
        return [1.0, *values[1:]]
    return [value / length for value in values]


def in_base64(vector: list[float]) -> str:
    """Little-endian float32, as the API sends it."""
    return base64.b64encode(pack(f"<{len(vector)}f", *vector)).decode()
