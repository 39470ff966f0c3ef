"""The database dies, the broker is restarted, a confirm is lost on the line: all arrives, and takes effect once."""

import os
import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from resources.ledger import Ledger
from resources.ledger.connections import connect
from resources.relay import Courier
from resources.sink import Event, SinkError, open_sink
from resources.sink.sink import Sink
from tests.broker import AMQP_URL, Broker
from tests.crashes.audit import audit
from tests.crashes.cut_line import CutLine
from tests.crashes.own_broker import OwnBroker, own_broker, why_not
from tests.crashes.own_database import OwnDatabase, own_database
from tests.crashes.programs import NAMES, TO_THE_END
from tests.crashes.story import Inbox
from tests.crashes.test_crashes import KILLS, SEED, Harness, packed, start
from tests.resources.outbox_parts import DAY, FEED, told

RESTARTS = max(1, KILLS // 100)
WITHIN_S = 0.15


@pytest.fixture(scope="module")
def database() -> Iterator[OwnDatabase]:
    with own_database() as opened:
        yield opened


@pytest.fixture(scope="module")
def brokers_own() -> Iterator[OwnBroker]:
    if reason := why_not():
        (pytest.fail if os.environ.get("REQUIRE_SERVICES") else pytest.skip)(reason)
    with own_broker() as opened:
        yield opened


def shaken(harness: Harness, times: int, shake: Callable[[], None], well: Callable[[], None]) -> None:
    """Pairs of programs at work, and in the middle of each the ground shakes; whoever fails at it may say so."""
    for _ in range(times):
        harness.inbox.change(harness.dice)
        timer = threading.Timer(harness.dice.uniform(0, WITHIN_S), shake)
        timer.start()
        for program in harness.dice.sample(harness.programs, len(harness.programs)):
            ends = harness.zygote.run(packed(program, TO_THE_END), packed(harness.dice.choice(NAMES), TO_THE_END))
            assert set(ends) <= {0, 1}
        timer.join()
        well()


@pytest.mark.timeout(1800)
def test_the_database_crashes_while_everybody_works(database: OwnDatabase, broker: Broker, tmp_path: Path) -> None:
    """What was committed is there, what was not is done again."""
    inbox = Inbox(tmp_path / "inbox.json")
    with start("", broker, database.url, inbox, NAMES, random.Random(SEED)) as harness:
        shaken(harness, RESTARTS, database.crash, database.wait)
        harness.come_to_rest(database.url)
        harness.consume_all(database.url)
    assert audit(database.url, inbox.file, with_consumer=True).wrong == {}


@pytest.mark.timeout(1800)
def test_the_broker_is_restarted_while_everybody_works(
    brokers_own: OwnBroker, database_url: str, tmp_path: Path
) -> None:
    """What it confirmed it has kept; what it did not confirm is sent again, under its id."""
    inbox = Inbox(tmp_path / "inbox.json")
    with Broker.open(brokers_own.url) as broker:
        with start("", broker, database_url, inbox, NAMES, random.Random(SEED)) as harness:
            shaken(harness, RESTARTS, brokers_own.restart, lambda: None)
            harness.come_to_rest(database_url)
            harness.consume_all(database_url)
        assert audit(database_url, inbox.file, with_consumer=True).wrong == {}


class Cutting:
    """A sink whose line is cut each time before it hears that a batch is confirmed, so many times."""

    batch = 5

    def __init__(self, sink: Sink, line: CutLine, times: int) -> None:
        self._sink, self._line, self._left = sink, line, times

    def publish(self, feed: str, events: Sequence[Event]) -> Mapping[str, SinkError]:
        if self._left:
            self._left -= 1
            self._line.cut_next_answer()
        return self._sink.publish(feed, events)

    def close(self) -> None:
        self._sink.close()


def test_a_line_cut_in_the_middle_of_a_confirm_loses_nothing(broker: Broker, database_url: str) -> None:
    """The broker has it and we do not know: it comes again, under its id."""
    parts = urlsplit(AMQP_URL)
    queue, events = broker.queue(FEED), 20
    with CutLine(parts.hostname or "127.0.0.1", parts.port or 5672) as line, Ledger.open(database_url) as ledger:
        told(ledger, *(f"p{number}" for number in range(events)))
        url = broker.url().replace(parts.netloc.rpartition("@")[2], f"127.0.0.1:{line.port}")
        with closing(open_sink(url)) as sink:
            assert sink.publish(FEED, []) == {}
            _drain(ledger, Cutting(sink, line, 3), database_url)
        ids = [str(message.message_id) for message in broker.take(queue)]
        assert ledger.outbox.counts(DAY, FEED).published == events
    assert line.cuts == 3
    assert len(set(ids)) == events


def _drain(ledger: Ledger, sink: Sink, url: str) -> None:
    """Until all is published; between two tries, time passes."""
    for _ in range(10):
        try:
            Courier(ledger.outbox, sink, draw=lambda: 0.0).drain(threading.Event())
        except SinkError:
            continue
        with connect(url) as connection:
            connection.execute("update weir.outbox set next_attempt_at = now() where published_at is null")
        if ledger.outbox.counts(DAY, FEED).released == 0:
            return
