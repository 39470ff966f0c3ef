"""Who is next: tenants in turn, then a tenant's feeds in turn, the urgent first, and nobody left out.

A request waits for its amount at the head of the queue and is not overtaken by smaller ones.
"""

from collections import deque
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from resources.llm.limits.asking import Turn

URGENT_IN_A_ROW = 4  # then one of the others, so that they move even while there is always something urgent


class Waiting(Protocol):
    turn: Turn

    @property
    def gone(self) -> bool:
        """It does not wait any longer."""


W = TypeVar("W", bound=Waiting)


class _Lane(Generic[W]):
    def __init__(self) -> None:
        self._tenants: dict[str, dict[str, deque[W]]] = {}

    def add(self, waiter: W) -> None:
        feeds = self._tenants.setdefault(waiter.turn.tenant, {})
        feeds.setdefault(waiter.turn.feed, deque()).append(waiter)

    def head(self) -> W | None:
        for tenant in tuple(self._tenants):
            for feed in tuple(self._tenants[tenant]):
                waiter = self._first(tenant, feed)
                if waiter is not None:
                    return waiter
        return None

    def pop(self, waiter: W) -> None:
        """Take the head out; its feed and its tenant go to the end of their rounds."""
        tenant, feed = waiter.turn.tenant, waiter.turn.feed
        feeds = self._tenants.pop(tenant)
        queue = feeds.pop(feed)
        queue.popleft()
        if queue:
            feeds[feed] = queue
        if feeds:
            self._tenants[tenant] = feeds

    def _first(self, tenant: str, feed: str) -> W | None:
        feeds = self._tenants[tenant]
        queue = feeds[feed]
        while queue and queue[0].gone:
            queue.popleft()
        if queue:
            return queue[0]
        del feeds[feed]
        if not feeds:
            del self._tenants[tenant]
        return None

    def __iter__(self) -> Iterator[W]:
        for feeds in self._tenants.values():
            for queue in feeds.values():
                yield from (waiter for waiter in queue if not waiter.gone)


class Turns(Generic[W]):
    """All who wait for one endpoint."""

    def __init__(self) -> None:
        self._urgent: _Lane[W] = _Lane()
        self._others: _Lane[W] = _Lane()
        self._in_a_row = 0

    def add(self, waiter: W) -> None:
        (self._urgent if waiter.turn.urgent else self._others).add(waiter)

    def head(self) -> W | None:
        """Who is next; the same until it is taken, it goes, or somebody urgent comes."""
        urgent = self._urgent.head()
        if urgent is None or self._in_a_row >= URGENT_IN_A_ROW:
            return self._others.head() or urgent
        return urgent

    def pop(self, waiter: W) -> None:
        """Take the head out."""
        if waiter.turn.urgent:
            self._in_a_row += 1
            self._urgent.pop(waiter)
        else:
            self._in_a_row = 0
            self._others.pop(waiter)

    def __iter__(self) -> Iterator[W]:
        yield from self._urgent
        yield from self._others
