"""How long to leave alone what does not work: longer each time, fully jittered, never shorter than it asked for."""

from collections.abc import Callable

FIRST_S = 0.5
LONGEST_S = 30.0
SHORTEST_S = 0.05


class Backoff:
    def __init__(self, draw: Callable[[], float], longest_s: float = LONGEST_S) -> None:
        self._draw = draw
        self._longest_s = longest_s
        self._failures = 0

    def next_s(self, asked_s: float | None = None) -> float:
        ceiling_s = min(self._longest_s, FIRST_S * 2.0 ** min(self._failures, 16))
        self._failures += 1
        return max(SHORTEST_S, self._draw() * ceiling_s, asked_s or 0.0)

    def reset(self) -> None:
        self._failures = 0
