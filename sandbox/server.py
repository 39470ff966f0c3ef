"""The sandbox as a server: it listens, says where, and stops at once when told to."""

import asyncio
import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sandbox.admin import Admin
from sandbox.connection import Connection
from sandbox.exchange import Moves, Request
from sandbox.journal import Entry
from sandbox.provider import Clock, Provider, utc_now


@dataclass(frozen=True, slots=True)
class Settings:
    """Where to listen and by which seed to decide."""

    host: str = "127.0.0.1"
    port: int = 0
    seed: int = 7
    announce: Path | None = None


class Sandbox:
    """A provider behind a listening socket."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self.provider = Provider(settings.seed, clock, utc_now)
        self._admin = Admin(self.provider)
        self._open: set[Connection] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        if self._server is None:
            return ""
        host = f"[{self._settings.host}]" if ":" in self._settings.host else self._settings.host
        return f"http://{host}:{self._server.sockets[0].getsockname()[1]}"

    async def start(self) -> None:
        """Begin to accept connections."""
        loop = asyncio.get_running_loop()
        make = partial(Connection, self._answer, self._open)
        self._server = await loop.create_server(make, self._settings.host, self._settings.port, backlog=1024)

    def stop(self) -> None:
        """Stop at once; clients see their connections end."""
        if self._server is not None:
            self._server.close()
        for connection in tuple(self._open):
            connection.abort()

    def _answer(self, request: Request) -> tuple[Moves, Callable[[bool], None]]:
        if self._admin.is_for(request.path):
            return self._admin.open(request), _nothing
        moves, entry = self.provider.play(request)
        return moves, partial(self._note, entry)

    def _note(self, entry: Entry, left: bool) -> None:
        self.provider.journal.close(entry, self.provider.clock(), left)


def _nothing(left: bool) -> None:
    """Visits at the admin's doors are not journalled."""


async def serve(settings: Settings, clock: Clock, say: Callable[[str], None]) -> None:
    """Run until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    sandbox = Sandbox(settings, clock)
    await sandbox.start()
    if settings.announce is not None:
        announce(settings.announce, sandbox.url)
    say(f"sandbox (rules, no language model) at {sandbox.url}, seed {settings.seed}")
    await stopped.wait()
    sandbox.stop()


def announce(file: Path, url: str) -> None:
    """Write where we are, whole or not at all."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.write_text(json.dumps({"url": url, "pid": os.getpid()}), encoding="utf-8")
    draft.replace(file)
