"""Publishes what is due and ends; dies at the n-th boundary. Arguments: database URL, delivery URL."""

import random
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing

import resources.sink.amqp  # noqa: F401 - imported before the fork
from resources.ledger import Ledger
from resources.relay import Courier
from resources.sink import Event, SinkError, open_sink
from resources.sink.sink import Sink
from tests.crashing import Countdown, die_at_exchange, serve


class Dying:
    """A sink at whose two boundaries its process may die: before it sends, and before we know that it is confirmed."""

    def __init__(self, sink: Sink, countdown: Countdown) -> None:
        self._sink = sink
        self._countdown = countdown
        self.batch = 3

    def publish(self, feed: str, events: Sequence[Event]) -> Mapping[str, SinkError]:
        self._countdown.tick()
        refused = self._sink.publish(feed, events)
        self._countdown.tick()
        return refused

    def close(self) -> None:
        self._sink.close()


def publish(number: int) -> None:
    database, delivery = sys.argv[1:3]
    with Ledger.open(database, 2) as ledger, closing(open_sink(delivery)) as sink:
        ledger.outbox.due()  # connected: from here on every exchange is the relay's work
        countdown = die_at_exchange(number)
        Courier(ledger.outbox, Dying(sink, countdown), draw=random.Random(number).random).drain(threading.Event())


if __name__ == "__main__":
    serve(publish)
