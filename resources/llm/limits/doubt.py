"""Whether refusals that nobody explains mean a limit, or are the few that a busy provider strews over any traffic.

A limit refuses whatever goes beyond it, again and again; chance refuses one in a hundred, however much or little is
sent. So a refusal counts one and every answer takes a little off: the sum grows only where more is refused than that.
"""

from dataclasses import dataclass

_USUAL_SHARE = 0.05  # of the requests; so many may be refused without meaning anything
_CONVINCED = 3.0


@dataclass(slots=True)
class Doubt:
    """Of the limits we think an endpoint has."""

    sum: float = 0.0
    at_s: float = 0.0

    def answered(self, answers: int) -> None:
        self.sum = max(0.0, self.sum - _USUAL_SHARE * answers)

    def refused(self, sent_ago_s: float, now_s: float) -> bool:
        """Whether this is one too many. Those that were under way at the same time convince nobody by themselves."""
        if now_s - sent_ago_s < self.at_s <= now_s:
            self.sum = max(self.sum, min(self.sum + 1.0, _CONVINCED - 1.0))
            return False
        self.at_s, self.sum = now_s, min(self.sum + 1.0, _CONVINCED)
        return self.sum >= _CONVINCED
