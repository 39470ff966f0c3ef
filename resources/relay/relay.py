"""What is released is published as soon as it is committed, by a process that outlives database and sink.

It listens for releases, and looks once a second all the same: a word may be lost, an event never is.
"""

import random
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from resources.ledger import Ledger
from resources.ledger.connections import LOST
from resources.ledger.errors import reason
from resources.ledger.outbox import Refusal, Went
from resources.relay.backoff import Backoff
from resources.relay.courier import Courier
from resources.relay.health import Health
from resources.sink import Sink, SinkError

POLL_S = 1.0
Tell = Callable[[str], None]


class Relay:
    def __init__(
        self,
        open_ledger: Callable[[], AbstractContextManager[Ledger]],
        sink: Sink,
        health: Health,
        tell: Tell,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._open_ledger = open_ledger
        self._sink = sink
        self._health = health
        self._tell = tell
        self._draw = draw
        self._stop = threading.Event()
        self._backoff = Backoff(draw)
        self._in_trouble = False

    def stop(self) -> None:
        """Finish the batch in hand, then end. Safe to call from a signal handler."""
        self._stop.set()

    def run(self) -> None:
        while not self._stop.is_set():
            try:
                with self._open_ledger() as ledger:
                    self._serve(ledger)
            except LOST as problem:
                self._leave_alone(f"The database does not answer ({reason(str(problem))})", None)

    def _serve(self, ledger: Ledger) -> None:
        courier = Courier(ledger.outbox, self._sink, draw=self._draw)
        with ledger.listen() as released:
            while not self._stop.is_set():
                try:
                    courier.drain(self._stop, self._batch_went)
                except SinkError as error:
                    self._leave_alone(str(error), error.retry_after_s)
                    continue
                self._well()
                released(POLL_S)

    def _batch_went(self, went: Went) -> None:
        self._health.well(went.published)
        for refusal in went.refused:
            self._tell(f"{refusal.error} {_what_next(refusal)}")

    def _well(self) -> None:
        self._health.well()
        self._backoff.reset()
        if self._in_trouble:
            self._tell("All is well again.")
        self._in_trouble = False

    def _leave_alone(self, sentence: str, asked_s: float | None) -> None:
        wait_s = self._backoff.next_s(asked_s)
        self._in_trouble = True
        self._health.trouble(sentence)
        self._tell(f"{sentence} Trying again in {wait_s:.1f} s.")
        self._stop.wait(wait_s)


def _what_next(refusal: Refusal) -> str:
    if refusal.final:
        return "It is set aside: python -m pipeline_defs outbox."
    return f"Trying it again in {refusal.wait_s:.1f} s."
