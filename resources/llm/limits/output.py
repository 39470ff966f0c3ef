"""How long answers are: reserving all that each may have would leave most of a limit unused."""


class OutputShare:
    """How much of the output it may have an answer usually has; at first, all of it."""

    _CALM = 0.1

    def __init__(self) -> None:
        self._usual, self._swing = 1.0, 0.0

    @property
    def likely(self) -> float:
        return min(1.0, self._usual + 2.0 * self._swing)

    def learn(self, may_have: int, had: int) -> None:
        """From answers; what failed before it said anything tells nothing of how long they are."""
        if may_have > 0 and had > 0:
            miss = min(1.0, had / may_have) - self._usual
            self._usual += self._CALM * miss
            self._swing += self._CALM * (abs(miss) - self._swing)

    def forget(self) -> None:
        """This provider counts what an answer may have."""
        self._usual, self._swing = 1.0, 0.0
