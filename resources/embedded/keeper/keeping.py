"""The keeper runs a server for as long as anybody shares the users' lock, and then stops it.

It waits for that lock exclusively: when it gets it, everyone is gone, however they went. It holds on to it
until the server is down, so that a newcomer finds either a server that stays or none.
"""

import signal
import sys
import time
import traceback
from collections.abc import Callable
from enum import Enum, auto
from queue import Empty, SimpleQueue
from threading import Thread

from resources.embedded import locks
from resources.embedded.errors import LocalServiceError, NotStarted
from resources.embedded.keeper.processes import Adopted, Process
from resources.embedded.keeper.report import Report
from resources.embedded.keeper.restarts import Restarts
from resources.embedded.keeper.startup import bring_up
from resources.embedded.service import KEEPER_LOG, Running, Server, publish, withdraw


class Event(Enum):
    SERVER_ENDED = auto()
    EVERYONE_LEFT = auto()
    TERMINATED = auto()


class Keeper:
    def __init__(self, server: Server, lock: int, report: Report, grace_s: float = 20.0) -> None:
        self._server = server
        self._lock = lock
        self._users = locks.open_lock(server.folder, locks.USERS)
        self._report = report
        self._grace_s = grace_s
        self._restarts = Restarts()
        self._events: SimpleQueue[Event] = SimpleQueue()

    def keep(self) -> None:
        """Start or adopt the server, tell so, and look after it until nobody needs it."""
        signal.signal(signal.SIGTERM, lambda *_: self._events.put(Event.TERMINATED))
        try:
            running, process = self._begin()
        except LocalServiceError as error:
            self._report.failed(error)
            return
        self._report.ready(running.url)
        self._watch(lambda: locks.wait_exclusive(self._users), Event.EVERYONE_LEFT)
        try:
            self._look_after(running.url, process)
        except LocalServiceError as error:
            self._note(str(error))
        self._server.clear()

    def _begin(self) -> tuple[Running, Process]:
        try:
            withdraw(self._server.folder)
            self._server.prepare()
            survivor = self._server.survivor()
            found = (survivor, Adopted(survivor.pid)) if survivor else bring_up(self._server, None)
            return self._installed(*found)
        except OSError as error:
            traceback.print_exc()
            raise NotStarted(self._server.name, self._server.folder / KEEPER_LOG, str(error)) from error

    def _installed(self, running: Running, process: Process) -> tuple[Running, Process]:
        publish(self._server.folder, running)
        self._watch(process.wait, Event.SERVER_ENDED)
        self._note(f"pid {running.pid} takes connections at {running.url}")
        return running, process

    def _look_after(self, url: str, process: Process) -> None:
        while (event := self._events.get()) is Event.SERVER_ENDED:
            self._withdraw()
            if not self._may_restart():
                return
            running, process = self._installed(*bring_up(self._server, url))
            url = running.url
        self._note(f"stops: {event.name}")
        self._withdraw()
        self._stop(process)

    def _withdraw(self) -> None:
        if self._is_ours():
            withdraw(self._server.folder)

    def _is_ours(self) -> bool:
        """Whether our folder is still there: one that was deleted and made again is another keeper's."""
        return locks.names_file(self._lock, self._server.folder / locks.KEEPER)

    def _may_restart(self) -> bool:
        if not self._is_ours():
            return False
        allowed = self._restarts.allow(time.monotonic())
        self._note("ended, is started again" if allowed else "ended too often, is given up")
        return allowed

    def _stop(self, process: Process) -> None:
        for number in self._server.stop_signals:
            process.send(number)
            if self._ended_within(self._grace_s):
                return

    def _ended_within(self, patience_s: float) -> bool:
        deadline = time.monotonic() + patience_s
        try:
            while self._events.get(timeout=max(0.0, deadline - time.monotonic())) is not Event.SERVER_ENDED:
                pass
        except Empty:
            return False
        return True

    def _watch(self, wait: Callable[[], None], event: Event) -> None:
        def tell() -> None:
            wait()
            self._events.put(event)

        Thread(target=tell, daemon=True).start()

    def _note(self, what: str) -> None:
        when = time.strftime("%Y-%m-%d %H:%M:%S")
        sys.stderr.write(f"{when} {self._server.name} {what}\n")
        sys.stderr.flush()
