"""A command ends when it is told to, also where a shell or CI made it inherit ignored signals."""

import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import FrameType
from typing import TypeVar

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
T = TypeVar("T")


class Stopped(KeyboardInterrupt):
    """Somebody asked the command to end."""

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}")
        self.exit_code = 128 + number


def listen() -> None:
    """From now on these signals stop the command. What it starts inherits none of it: exec resets handlers."""
    for each in SIGNALS:
        signal.signal(each, _stop)


def be_deaf() -> None:
    """It is ending already: an impatient second Ctrl-C must not leave it half done."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)


def beside(work: Callable[[], T]) -> T:
    """The result of work that would not let itself be interrupted: in the main thread Dagster keeps signals to itself.

    A run that is left in the middle loses nothing: the next one goes on where it stopped.
    """
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as problem:
            done.set_exception(problem)

    threading.Thread(target=run, daemon=True).start()
    return done.result()


def _stop(number: int, _: FrameType | None) -> None:
    raise Stopped(number)
