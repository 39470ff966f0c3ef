"""Answers a container's probes over HTTP: 200 or 503, and what is the matter as JSON."""

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Check = Callable[[], tuple[bool, Mapping[str, Any]]]
"""Whether all is well, and what is to be told."""


class ProbeServer:
    """One check a path, answered from threads of its own until it is closed."""

    def __init__(self, checks: Mapping[str, Check], host: str, port: int) -> None:
        self._server = ThreadingHTTPServer((host, port), _handler(checks))
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, name="probes", daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def address_of(probe: str) -> tuple[str, int]:
    """`[HOST:]PORT`, on this machine only where no host is named."""
    host, _, port = probe.rpartition(":")
    return host or "127.0.0.1", int(port)


def _handler(checks: Mapping[str, Check]) -> type[BaseHTTPRequestHandler]:
    class Probe(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            check = checks.get(self.path)
            well, told = check() if check else (False, {"paths": list(checks)})
            body = json.dumps(told).encode()
            self.send_response(404 if check is None else 200 if well else 503)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Probes come every few seconds; nobody wants to read of them."""

    return Probe
