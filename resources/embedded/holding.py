"""Whoever needs a service shares its lock first and looks for it second: it cannot stop in between."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from resources.embedded import locks
from resources.embedded.errors import NotAnswering, NotStarted, RunsElsewhere, UnwritableFolder
from resources.embedded.folder import claim
from resources.embedded.service import KEEPER_LOG, Service, State, published
from resources.embedded.starting import start_keeper

_PAUSE_S = 0.01

_held: dict[Path, int] = {}
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a newcomer waits: for a start or stop in progress, and for a running server's answer."""

    start_s: float = 120.0
    answer_s: float = 10.0


_PATIENCE = Patience()


def hold(service: Service, patience: Patience = _PATIENCE) -> str:
    """The URL of the running service, which from now on stays until this process ends."""
    try:
        with _one_at_a_time:
            _become_user(service, patience)
            return _Newcomer(service, patience).reach()
    except OSError as error:
        # A file system without locks, a machine without processes to spare: rare, but a sentence all the same.
        raise NotStarted(service.name, service.folder / KEEPER_LOG, error.strerror or str(error)) from error


def let_go() -> None:
    """Stop being a user of anything; the last one out thereby stops the server."""
    with _one_at_a_time:
        for lock in _held.values():
            os.close(lock)
        _held.clear()


def _become_user(service: Service, patience: Patience) -> None:
    folder = service.folder
    if folder in _held and locks.names_file(_held[folder], folder / locks.USERS):
        return
    claim(folder)
    lock = _open(folder, locks.USERS)
    deadline = time.monotonic() + patience.start_s
    # Refused only while a keeper that found nobody left is stopping its server.
    while not locks.try_shared(lock):
        if time.monotonic() > deadline:
            os.close(lock)
            raise NotAnswering(service.name, folder, None, patience.start_s)
        time.sleep(_PAUSE_S)
    _held[folder] = lock


def _open(folder: Path, name: str) -> int:
    try:
        return locks.open_lock(folder, name)
    except OSError as error:
        raise UnwritableFolder(folder / name, error.strerror or str(error)) from error


class _Newcomer:
    """Starts the server if nobody keeps it, else waits until its keeper says that it is ready."""

    def __init__(self, service: Service, patience: Patience) -> None:
        self._service = service
        self._patience = patience
        self._began = time.monotonic()
        self._silent_since: float | None = None

    def reach(self) -> str:
        while (url := self._attempt()) is None:
            time.sleep(_PAUSE_S)
        return url

    def _attempt(self) -> str | None:
        lock = _open(self._service.folder, locks.KEEPER)
        try:
            if locks.try_exclusive(lock):
                return start_keeper(self._service, lock)
        finally:
            os.close(lock)
        return self._ask(published(self._service.folder))

    def _ask(self, state: State | None) -> str | None:
        if state is None:
            self._silent_since = None
            self._give_up_after(self._patience.start_s, self._began, None)
            return None
        if self._service.answers(state.url):
            return state.url
        self._wait_for_answer(state)
        return None

    def _wait_for_answer(self, state: State) -> None:
        if state.host != os.uname().nodename:
            raise RunsElsewhere(self._service.name, self._service.folder, state.host)
        self._silent_since = self._silent_since or time.monotonic()
        self._give_up_after(self._patience.answer_s, self._silent_since, state.keeper)

    def _give_up_after(self, patience_s: float, since: float, keeper: int | None) -> None:
        if time.monotonic() - since > patience_s:
            raise NotAnswering(self._service.name, self._service.folder, keeper, patience_s)
