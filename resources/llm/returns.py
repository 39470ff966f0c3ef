"""While nobody can be asked, those who wait look again one after the other, and so they come back one after the other.

As many look again in a second as new calls come: a provider on its feet again has twice its usual load until all are
served, and is not overrun by everybody who waited for it.
"""

from collections import deque
from dataclasses import dataclass, field

_LEAST_PER_S = 5.0  # harms nobody, and finds out soon
_REMEMBERED = 64


@dataclass(slots=True)
class _Queue:
    came_s: deque[float] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    next_s: float = float("-inf")

    def new_per_s(self, now_s: float) -> float:
        return len(self.came_s) / max(1.0, now_s - self.came_s[0]) if self.came_s else 0.0


class Returns:
    """The calls of each task in this process."""

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}

    def came(self, task: str, now_s: float) -> None:
        """A new call."""
        self._queue(task).came_s.append(now_s)

    def moment_s(self, task: str, now_s: float, earliest_s: float, latest_s: float) -> float:
        """When one who waits looks again; nobody waits longer than until `latest_s`."""
        queue = self._queue(task)
        moment_s = max(earliest_s, queue.next_s)
        if moment_s > latest_s:
            return latest_s
        queue.next_s = moment_s + 1.0 / max(_LEAST_PER_S, queue.new_per_s(now_s))
        return moment_s

    def _queue(self, task: str) -> _Queue:
        return self._queues.setdefault(task, _Queue())
