"""What a channel is: it has a name, and takes a message or says why not."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

from resources.alerts.errors import NotDelivered
from resources.ledger.alerts import Message

PATIENCE_S = 10.0  # with one message on one channel, whatever the other side does


class Channel(Protocol):
    name: str

    def send(self, message: Message) -> str | None:
        """Returns once the other side took it, with what is to be noted of that; raises NotDelivered."""


def within(patience_s: float, where: str, send: Callable[[], str | None]) -> str | None:
    """The result of sending, or NotDelivered: the clients' own time limits begin anew with every byte that drips in."""
    done: Future[str | None] = Future()

    def run() -> None:
        try:
            done.set_result(send())
        except BaseException as problem:
            done.set_exception(problem)

    threading.Thread(target=run, name=f"alert to {where}", daemon=True).start()
    try:
        return done.result(patience_s)
    except TimeoutError as hung:
        raise NotDelivered(where, f"no answer in {patience_s:.0f} s") from hung
