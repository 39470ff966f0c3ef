"""Becomes a keeper: nobody's child, in a session of its own, with the signals of a fresh process."""

import os
import signal
import sys
from collections.abc import Callable

from resources.embedded.keeper.keeping import Keeper
from resources.embedded.keeper.report import Report
from resources.embedded.postgres.server import PostgresServer
from resources.embedded.sandbox.server import SandboxServer
from resources.embedded.service import Server

_SERVERS: dict[str, Callable[..., Server]] = {"postgres": PostgresServer.told, "sandbox": SandboxServer.told}


def main(lock: int, kind: str, *told: str) -> None:
    _detach()
    os.set_inheritable(lock, False)
    Keeper(_SERVERS[kind](*told), lock, Report(sys.stdout.fileno())).keep()


def _detach() -> None:
    # The starter waits for its child; a keeper that is nobody's child leaves no zombie behind.
    if os.fork():
        os._exit(0)
    os.umask(0o077)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    # A shell that starts a command with & hands on ignored signals, which a server would inherit.
    for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


main(int(sys.argv[1]), *sys.argv[2:])
