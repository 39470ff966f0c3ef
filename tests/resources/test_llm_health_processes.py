"""Four real processes, a real ledger, a real primary: what it has to bear when it dies, and who finds it well again."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from resources.ledger import Ledger
from resources.ledger.connections import connect

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
REQUESTS_A_SECOND = 15


@dataclass
class Call:
    started_s: float
    pid: int
    mood: str
    ended_s: float = 0.0


@dataclass
class Primary:
    """Answers, hangs up or hangs, by its mood at the time of the call; remembers every call."""

    mood: str = "well"
    calls: list[Call] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def serve(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=[connection], daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        started_s, mood = time.monotonic(), self.mood
        with connection, connection.makefile("rw") as lines:
            call = Call(started_s, int(lines.readline() or 0), mood)
            with self.changed:
                self.calls.append(call)
                self.changed.notify_all()
            if mood == "hangs":
                connection.settimeout(60)
                lines.readline()
            elif mood == "well":
                lines.write("ok\n")
                lines.flush()
            call.ended_s = time.monotonic()

    def of(self, mood: str) -> list[Call]:
        return [call for call in self.calls if call.mood == mood]

    def until(self, true: Callable[[], bool], timeout_s: float = 40.0) -> None:
        with self.changed:
            assert self.changed.wait_for(true, timeout_s), f"not within {timeout_s:g} s; {len(self.calls)} calls"

    def until_silent(self, for_s: float) -> None:
        """Nobody has called for so long: everybody knows."""
        with self.changed:
            while self.changed.wait(for_s):
                pass


@contextmanager
def primary() -> Iterator[tuple[Primary, int]]:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        served = Primary()
        threading.Thread(target=served.serve, args=[listening], daemon=True).start()
        yield served, listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


@contextmanager
def processes(
    count: int, url: str, port: int, lease_s: float, **settings: Any
) -> Iterator[list[subprocess.Popen[str]]]:
    """All started, their imports done, before the first of them calls."""
    with Ledger.open(url):
        pass
    arguments = [url, str(port), str(count / REQUESTS_A_SECOND), str(lease_s), json.dumps(settings)]
    command = [sys.executable, "-m", "tests.resources.health_child", *arguments]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    children = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(count)]
    try:
        for child in children:
            assert child.stdout
            assert child.stdout.readline() == "ready\n"
        for child in children:
            assert child.stdin
            child.stdin.write("go\n")
            child.stdin.flush()
        yield children
    finally:
        for child in children:
            child.communicate("\n" if child.poll() is None else None, timeout=20)


def test_a_dead_primary_bears_ten_calls_of_four_processes(database_url: str) -> None:
    """And not ten of each: failures are counted together, and what one finds out the others know."""
    settings = {"open_s": 60.0, "max_open_s": 60.0}
    with primary() as (server, port), processes(4, database_url, port, 10.0, **settings) as children:
        server.until(lambda: len(server.calls) >= 30)
        server.mood = "dead"
        server.until(lambda: len(server.of("dead")) >= 1)
        server.until_silent(1.5)
    first_s = min(call.ended_s for call in server.of("dead"))
    assert sum(call.started_s > first_s for call in server.of("dead")) <= 10
    assert phase(database_url) == "open"
    assert [child.returncode for child in children] == [0] * 4


def phase(url: str) -> str:
    with connect(url) as connection:
        row = connection.execute("select state ->> 'phase' from weir.llm_breakers").fetchone()
    return str(row and row[0])


def test_who_is_killed_with_the_probe_blocks_nobody(database_url: str) -> None:
    """Its lease is not renewed: another process finds out that the primary is well, and all use it again."""
    settings = {"open_s": 0.5, "max_open_s": 1.0}
    with primary() as (server, port), processes(2, database_url, port, 2.5, **settings) as children:
        server.until(lambda: len(server.calls) >= 10)
        server.mood = "dead"
        server.until(lambda: len(server.of("dead")) >= 2)
        server.mood = "hangs"
        server.until(lambda: bool(server.of("hangs")))
        killed = server.of("hangs")[-1].pid
        server.mood = "well"
        before = len(server.of("well"))
        next(child for child in children if child.pid == killed).kill()
        server.until(lambda: len(server.of("well")) >= before + 40)
    others = {call.pid for call in server.of("well")[before:]}
    assert others == {child.pid for child in children} - {killed}
