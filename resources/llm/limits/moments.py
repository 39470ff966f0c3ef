"""Which requests were sent so close together that one may overtake the other on its way."""

from resources.llm.limits.asking import Costs, Moment

MOMENT_S = 0.2
_NOTHING: Costs = (0.0, 0.0, 0.0, 0.0)


class Moments:
    """The present one, and the one before, which is closed when another begins."""

    def __init__(self) -> None:
        self._present = Moment(float("-inf"), _NOTHING, _NOTHING)
        self._last: Moment | None = None

    def at(self, now_s: float, admitted: Costs) -> Moment:
        """The moment it is, when so much had been admitted."""
        if now_s - self._present.since_s >= MOMENT_S:
            if self._last is not None:
                self._last.next_ended = admitted
            self._last, self._present = self._present, Moment(now_s, self._present.begun, admitted)
        return self._present
