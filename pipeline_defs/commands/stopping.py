"""A command ends when it is told to, also where a shell or CI made it inherit ignored signals."""

import signal
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


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


def _stop(number: int, _: FrameType | None) -> None:
    raise Stopped(number)
