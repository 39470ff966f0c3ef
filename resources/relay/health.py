"""Whether the relay lives and whether it gets anything out, for a container's probes.

`/live` fails when the loop stands still: restart it. `/ready` fails while database or sink are in trouble: a restart
would not help, and the sentence says what would.
"""

from collections.abc import Callable
from typing import Any

from resources.probes import ProbeServer

STILL_S = 300.0  # longer than the slowest batch


class Health:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._turned = clock()
        self._trouble: str | None = "it is starting"
        self._published = 0

    def well(self, published: int = 0) -> None:
        self._turned, self._trouble = self._clock(), None
        self._published += published

    def trouble(self, sentence: str) -> None:
        self._turned, self._trouble = self._clock(), sentence

    @property
    def is_live(self) -> bool:
        return self._clock() - self._turned < STILL_S

    @property
    def is_ready(self) -> bool:
        return self.is_live and self._trouble is None

    def told(self) -> dict[str, Any]:
        return {
            "live": self.is_live,
            "ready": self.is_ready,
            "published": self._published,
            "last_turn_s_ago": round(self._clock() - self._turned, 1),
            "trouble": self._trouble,
        }


def health_server(health: Health, host: str, port: int) -> ProbeServer:
    """`/live` and `/ready` of one relay; also as `/healthz` and `/readyz`, as the exporter has them."""

    def live() -> tuple[bool, dict[str, Any]]:
        return health.is_live, health.told()

    def ready() -> tuple[bool, dict[str, Any]]:
        return health.is_ready, health.told()

    return ProbeServer({"/live": live, "/healthz": live, "/ready": ready, "/readyz": ready}, host, port)
