"""What runs is told without touching it: a look at the keeper's lock and at what the keeper published."""

import os
from dataclasses import dataclass

from resources.embedded import locks
from resources.embedded.service import Service, published


@dataclass(frozen=True, slots=True)
class Status:
    """A service as it is now; the pids and the URL are those of a server that takes connections."""

    service: str
    kept: bool
    keeper: int | None = None
    server: int | None = None
    url: str | None = None


def report(service: Service) -> Status:
    state = published(service.folder)
    if not _kept(service):
        return Status(service.name, kept=False)
    if state is None:
        return Status(service.name, kept=True)
    return Status(service.name, True, state.keeper, state.server, state.url)


def _kept(service: Service) -> bool:
    try:
        lock = os.open(service.folder / locks.KEEPER, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not locks.try_shared(lock)
    finally:
        os.close(lock)
