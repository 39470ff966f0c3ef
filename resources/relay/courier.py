"""Batch after batch until nothing is due: three hands for a backlog, so that ledger and sink overlap."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from resources.ledger.outbox import Outbox, Refusal, Went
from resources.relay.handover import hand_to
from resources.sink import Sink

HANDS = 3
Draw = Callable[[], float]


@dataclass(slots=True)
class Round:
    """What became of all that was due."""

    published: int = 0
    refused: list[Refusal] = field(default_factory=list)

    def add(self, went: Went) -> None:
        self.published += went.published
        self.refused += went.refused


class Courier:
    """Publishes what is released: everything, or that of one partition."""

    def __init__(
        self, outbox: Outbox, sink: Sink, feed: str | None = None, day: str | None = None, draw: Draw = random.random
    ) -> None:
        self._outbox = outbox
        self._send = hand_to(sink, draw)
        self._batch = sink.batch
        self._scope = (feed, day)

    def drain(self, stop: threading.Event, tell: Callable[[Went], None] = lambda went: None) -> Round:
        """Everything that is due, or as much as until `stop`; the batch in hand is always finished."""
        done, went = Round(), self._one_batch()
        done.add(went)
        tell(went)
        if went.published + len(went.refused) >= self._batch:
            with ThreadPoolExecutor(HANDS, "courier") as hands:
                for each in [hands.submit(self._until_empty, stop, done, tell) for _ in range(HANDS)]:
                    each.result()
        return done

    def _until_empty(self, stop: threading.Event, done: Round, tell: Callable[[Went], None]) -> None:
        while not stop.is_set() and (went := self._one_batch()):
            done.add(went)
            tell(went)

    def _one_batch(self) -> Went:
        return self._outbox.publish(self._send, self._batch, *self._scope)
