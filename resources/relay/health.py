"""Whether the relay lives and whether it gets anything out, for a container's probes.

`/live` fails when the loop stands still: restart it. `/ready` fails while database or sink are in trouble: a restart
would not help, and the sentence says what would.
"""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

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


class HealthServer:
    """Answers the probes from a thread of its own."""

    def __init__(self, health: Health, host: str, port: int) -> None:
        self._server = ThreadingHTTPServer((host, port), _handler(health))
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, name="health", daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(health: Health) -> type[BaseHTTPRequestHandler]:
    checks: dict[str, Callable[[], bool]] = {"/live": lambda: health.is_live, "/ready": lambda: health.is_ready}

    class Probe(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            check = checks.get(self.path)
            body = json.dumps(health.told()).encode()
            self.send_response(404 if check is None else 200 if check() else 503)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Probes come every few seconds; nobody wants to read of them."""

    return Probe
