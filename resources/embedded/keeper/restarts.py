"""A server that dies is started again, but not for ever: one that dies at once needs a person."""

from collections import deque


class Restarts:
    def __init__(self, limit: int = 5, window_s: float = 60.0) -> None:
        self._window_s = window_s
        self._recent: deque[float] = deque(maxlen=limit)

    def allow(self, now_s: float) -> bool:
        """Whether one more is allowed now; counts it if so."""
        full = len(self._recent) == self._recent.maxlen
        if full and now_s - self._recent[0] < self._window_s:
            return False
        self._recent.append(now_s)
        return True
