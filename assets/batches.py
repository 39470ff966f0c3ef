"""Work goes in batches, so that memory does not grow with a partition, nor with the size of its files."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def batches(
    things: Iterable[T], size: int, weight: Callable[[T], int] = lambda _: 0, heaviest: int = 0
) -> Iterator[list[T]]:
    """At most `size` things together, and no more than `heaviest` of their weight unless one alone is heavier."""
    batch: list[T] = []
    load = 0
    for thing in things:
        if batch and (len(batch) == size or load + weight(thing) > heaviest > 0):
            yield batch
            batch, load = [], 0
        batch.append(thing)
        load += weight(thing)
    if batch:
        yield batch
