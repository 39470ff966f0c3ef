"""Answers a container's probes over HTTP: 200 or 503, and what is the matter as JSON.

Where a container's health is a command and not a request: `python -m resources.probes URL`, which exits with 0 or 1.
"""

import json
import sys
import threading
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ASK_S = 5.0
Check = Callable[[], tuple[bool, Mapping[str, Any]]]
"""Whether all is well, and what is to be told."""


@dataclass(frozen=True, slots=True)
class Text:
    """A page that is no check."""

    media_type: str
    content: bytes


class ProbeServer:
    """One check a path, answered from threads of its own until it is closed."""

    def __init__(
        self,
        checks: Mapping[str, Check],
        host: str,
        port: int,
        pages: Mapping[str, Callable[[], Text]] | None = None,
    ) -> None:
        self._server = _Server((host, port), _handler(checks, pages or {}))
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, name="probes", daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked and did not wait for the answer is no news; anything else is."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


def address_of(probe: str) -> tuple[str, int]:
    """`[HOST:]PORT`, on this machine only where no host is named."""
    host, _, port = probe.rpartition(":")
    return host or "127.0.0.1", int(port)


def _handler(checks: Mapping[str, Check], pages: Mapping[str, Callable[[], Text]]) -> type[BaseHTTPRequestHandler]:
    def answer(path: str) -> tuple[int, Text]:
        if page := pages.get(path):
            return 200, page()
        check = checks.get(path)
        well, told = check() if check else (False, {"paths": [*checks, *pages]})
        return 404 if check is None else 200 if well else 503, Text("application/json", json.dumps(told).encode())

    class Probe(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, text = answer(self.path.partition("?")[0])
            self.send_response(status)
            self.send_header("content-type", text.media_type)
            self.send_header("content-length", str(len(text.content)))
            self.end_headers()
            self.wfile.write(text.content)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Probes come every few seconds; nobody wants to read of them."""

    return Probe


def main(arguments: list[str]) -> int:
    """Whether a probe answers with 200."""
    if len(arguments) != 1 or not arguments[0].startswith(("http://", "https://")):
        print("usage: python -m resources.probes http://127.0.0.1:8080/readyz", file=sys.stderr)  # noqa: T201
        return 2
    try:
        with urllib.request.urlopen(arguments[0], timeout=ASK_S):  # noqa: S310 - http or https, as it was checked
            return 0
    except OSError as problem:
        body = problem.read().decode(errors="replace") if hasattr(problem, "read") else ""
        print(f"{arguments[0]}: {problem} {body}".rstrip(), file=sys.stderr)  # noqa: T201
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
