"""A hedge asks twice for one answer, so only a small share of the calls may do it."""

from resources.llm.endpoints import HedgeSettings

_MOST = 20.0  # so many in a row, after a long time without any: what is under way when an endpoint turns slow


class Hedges:
    """Every call pays in its share; a hedge draws one."""

    def __init__(self) -> None:
        self._saved = 0.0

    def called(self, settings: HedgeSettings) -> None:
        self._saved = min(_MOST, self._saved + settings.share)

    def may(self, settings: HedgeSettings) -> bool:
        """Whether one is left; it is drawn."""
        if settings.share <= 0 or self._saved < 1.0:
            return False
        self._saved -= 1.0
        return True

    def unused(self) -> None:
        """It was not asked after all."""
        self._saved += 1.0
