"""What following a document costs: its log lines and spans, switched off (as it is by default) and on.

    python -m benchmarks.following [--documents 2000]

The other side is the least a document can cost: a short text is parsed and cut. CPU time, exporting included.
"""

import argparse
import gc
import hashlib
import io
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stderr
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection

from extraction.chunking import chunk
from extraction.parsing import parse
from resources.environment import ROOT
from resources.logs import about, speak, trail
from resources.tracing import Spans, open_spans

ROUNDS = 5
NOTE = b"Supplier: Nordwerk GmbH\nQuote 4711 of 2026-11-19\n12 pallets at 12.50 EUR\nTotal: 150.00 EUR\n"
_IMPORT = "import sys, time; t = time.process_time(); import {}; print(time.process_time() - t)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=2000)
    docs = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(parser.parse_args().documents)]
    print(f"{len(docs)} documents, best of {ROUNDS}: CPU a document")
    least_us = _microseconds(lambda: _read(docs), docs)
    print(f"{'parse and cut':18} {least_us:8.1f} us")
    speak({})
    _told("off", lambda: _follow(docs, open_spans({})), docs, least_us)
    speak({"WEIR_LOG": "json"})
    _told("WEIR_LOG=json", lambda: _follow(docs, open_spans({})), docs, least_us)
    speak({})
    endpoint, collector = _collector()
    os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint
    spans = open_spans(os.environ)
    _told("spans over OTLP", lambda: _follow(docs, spans), docs, least_us)
    collector.terminate()
    without, with_sdk = _imported("resources.tracing"), _imported("resources.tracing.otel")
    print(f"import, off {without * 1e3:.0f} ms, on {with_sdk * 1e3:.0f} ms")


def _read(docs: list[str]) -> None:
    for doc in docs:
        chunk(doc, parse("a.txt", NOTE))


def _follow(docs: list[str], spans: Spans) -> None:
    """What the assets and the relay do for one document: three stretches, three lines."""
    for doc in docs:
        for name in ("document", "extract", "deliver"):
            with (
                about(
                    correlation_id=doc, place="quotes/a.pdf", feed="quotes", partition="2026-11-19|quotes", run_id="r"
                ),
                spans.stage(name, doc, weir__place="quotes/a.pdf", weir__feed="quotes") as span,
            ):
                span.note(weir__verdict="accepted")
                trail("decided: accepted")
    spans.flush()


def _microseconds(work: Callable[[], object], docs: list[str]) -> float:
    best_s = float("inf")
    for _ in range(ROUNDS):
        gc.collect()
        with redirect_stderr(io.StringIO()):
            begun_s = time.process_time()
            work()
            best_s = min(best_s, time.process_time() - begun_s)
    return best_s / len(docs) * 1e6


def _told(name: str, work: Callable[[], object], docs: list[str], least_us: float) -> None:
    took_us = _microseconds(work, docs)
    print(f"{name:18} {took_us:8.1f} us   ratio {took_us / least_us:.3f}")


def _imported(module: str) -> float:
    command = [sys.executable, "-c", _IMPORT.format(module)]
    return min(float(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout) for _ in range(3))


def _collector() -> tuple[str, Process]:
    """In a process of its own: what it costs to listen is not ours."""
    here, there = Pipe()
    process = Process(target=_listen, args=(there,), daemon=True)
    process.start()
    return str(here.recv()), process


def _listen(told: Connection) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nobody wants to read of them."""

    logging.disable()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.send(f"http://127.0.0.1:{server.server_address[1]}")
    server.serve_forever()


if __name__ == "__main__":
    main()
