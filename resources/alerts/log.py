"""The log hears of everything, whoever else does."""

from collections.abc import Callable

from resources.alerts.text import plain
from resources.ledger.alerts import Message

LONGEST = 20_000  # characters


class LogChannel:
    name = "log"

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def send(self, message: Message) -> None:
        self._tell(plain(message, LONGEST))
