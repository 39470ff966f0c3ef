"""What a service must tell so that one holding protocol and one keeper serve every service alike."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from signal import Signals
from subprocess import Popen
from typing import IO, Protocol

from resources.embedded.folder import write_atomically

KEEPER_LOG = "keeper.log"


class Service(Protocol):
    """A service as those who need it see it."""

    @property
    def name(self) -> str: ...

    @property
    def folder(self) -> Path: ...

    def arguments(self) -> list[str]:
        """What the keeper's command line needs to serve it."""

    def answers(self, url: str) -> bool:
        """Whether a connection can be made, asked cheaply."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that takes connections."""

    pid: int
    url: str


class Server(Protocol):
    """A service as its keeper sees it."""

    @property
    def name(self) -> str: ...

    @property
    def folder(self) -> Path: ...

    @property
    def stop_signals(self) -> Sequence[Signals]:
        """From the politest to the last resort."""

    def prepare(self) -> None:
        """Everything a first start needs."""

    def survivor(self) -> Running | None:
        """The server that outlived its keeper."""

    def launch(self, log: IO[bytes], previous: str | None) -> Popen[bytes]:
        """Start it, at its previous URL if it had one."""

    def ready(self, pid: int) -> str | None:
        """The URL, as soon as the server with this pid takes connections."""

    def passes(self, said: str) -> bool:
        """Whether the reason of a failed start goes away by itself."""

    def clear(self) -> None:
        """Remove what a stopped server leaves outside its folder."""


@dataclass(frozen=True, slots=True)
class State:
    """What the keeper publishes while the server takes connections; absent at all other times."""

    keeper: int
    server: int
    url: str
    host: str


def publish(folder: Path, running: Running) -> None:
    state = State(keeper=os.getpid(), server=running.pid, url=running.url, host=os.uname().nodename)
    write_atomically(folder / "state.json", json.dumps(asdict(state)))


def withdraw(folder: Path) -> None:
    (folder / "state.json").unlink(missing_ok=True)


def published(folder: Path) -> State | None:
    try:
        return State(**json.loads((folder / "state.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
