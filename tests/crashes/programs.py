"""What dies: the processes of Weir around one ledger, each doing its real work until it is done or killed.

Arguments: database URL, delivery URL, AMQP URL of the consumer or "", queue, inbox file, log of questions.
"""

import asyncio
import json
import os
import random
import signal
import sys
import threading
import warnings
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg

from assets.answers import AnswerBook
from assets.dialogues import Read
from assets.extractions import Shift
from examples.consumer.consumer import TABLES, Event, consume, keep_record
from resources.lake import LakeDocument
from resources.ledger import Ledger
from resources.ledger.connections import pool
from resources.ledger.documents import Arrival
from resources.ledger.errors import AlreadyDecided, ItemOutdated
from resources.ledger.gate import Seen
from resources.ledger.places import Place
from resources.ledger.verdicts import Finding, Versions, Work
from resources.llm.store import StoredAnswer
from resources.relay import Courier
from resources.sink import Event as SinkEvent
from resources.sink import SinkError, open_sink
from resources.sink.sink import Sink
from tests.crashes.story import CHECKS, DAY, FEED, Inbox, decision, finding, numbered, record_of
from tests.crashing import Countdown, die_at_exchange, serve
from tests.examples.consumer_child import die_around_ack

NAMES = ("arrive", "run", "run without its lock", "review", "gate", "relay", "consume")
TO_THE_END, AT_AN_INSTANT = 999_999, 900_000
UNIT = 1_000_000
BATCH = 3
CONSUMES_S, GIVES_UP_S = 0.3, 30.0


@dataclass
class World:
    database: str
    delivery: str
    broker: str
    queue: str
    inbox: Path
    asked: Path

    def ledger(self) -> "OpenLedger":
        return OpenLedger(self.database)


class OpenLedger:
    """The ledger without a look at its migrations: they ran before the first fork."""

    def __init__(self, url: str) -> None:
        self._url, self._pool = url, pool(url, 4)

    def __enter__(self) -> Ledger:
        self._pool.open(wait=True)
        return Ledger(self._url, self._pool)

    def __exit__(self, *_: object) -> None:
        self._pool.close()


def arrive(world: World, ledger: Ledger, _: random.Random) -> None:
    """What the asset `documents` does with an inbox, without its bytes."""
    present, known = Inbox.read(world.inbox), ledger.places.of_partition(DAY, FEED)
    ledger.places.note(FEED, [Place(p, date.fromisoformat(DAY), doc) for p, doc in numbered(present)])
    new = [(p, doc) for p, doc in numbered(present) if p not in known or known[p].read_mark != doc]
    for some in (new[: len(new) // 2], new[len(new) // 2 :]):
        if some:
            ledger.documents.arrive(DAY, FEED, "run", [Arrival(p, doc, doc, 1) for p, doc in some])
    gone = [p for p, each in known.items() if p not in present and each.doc_id is not None]
    if gone:
        ledger.documents.withdraw(FEED, gone)


class Desk:
    """Asks as the engine does: the answer is kept the moment it arrives; each question that costs is noted."""

    def __init__(self, world: World, ledger: Ledger) -> None:
        self._asked, self._book = world.asked, AnswerBook(ledger)

    async def decide(self, read: Read) -> Finding:
        await asyncio.to_thread(self._ask, read.doc_id)
        return finding(read.doc_id)

    def _ask(self, doc_id: str) -> None:
        if self._book.recall_answer(doc_id) is None:
            with self._asked.open("a") as log:
                log.write(f"{doc_id}\n")
            self._book.keep_answer(doc_id, StoredAnswer("{}", "gpt", "m", "stop", 1, 1, False), [])


class Lake:
    """Holds whatever is asked for: LanceDB's threads do not survive a fork, and it is under test elsewhere."""

    def read_documents(self, feed: str, doc_ids: Sequence[str]) -> list[LakeDocument]:
        return [LakeDocument(feed, doc_id, DAY, "p", "text/plain", "1", "text", "[]") for doc_id in doc_ids]

    def read_chunks(self, _: str, doc_ids: Sequence[str]) -> dict[str, list[Any]]:
        return {doc_id: [] for doc_id in doc_ids}


def run_unlocked(world: World, ledger: Ledger, dice: random.Random) -> None:
    feed: Any = SimpleNamespace(name=FEED, settings=SimpleNamespace(patience_h=1))
    work = Work(DAY, FEED, f"run-{os.getpid()}", Versions("s", "p", "r"))
    desk: Any = Desk(world, ledger)
    lake: Any = Lake()
    shift = Shift(feed, desk, lambda _: None, lake, ledger, work, "none", lambda _: None)
    asyncio.run(shift.run())
    _look(ledger, passes=dice.random() < 0.7)


def run(world: World, ledger: Ledger, dice: random.Random) -> None:
    with ledger.partition_lock(DAY, FEED, lambda: None):
        run_unlocked(world, ledger, dice)


def gate(_: World, ledger: Ledger, dice: random.Random) -> None:
    """Checks look again, and say something else; or a person lets all of it go."""
    if dice.random() < 0.2:
        ledger.gate.open_by_hand(DAY, FEED, "ada", "looked at it")
    else:
        _look(ledger, passes=dice.random() < 0.5)


def _look(ledger: Ledger, passes: bool) -> None:
    for name in CHECKS:
        ledger.gate.note(DAY, FEED, Seen(name, passes, "seen"), CHECKS, "run")


def review(_: World, ledger: Ledger, dice: random.Random) -> None:
    """A person with the first items of the list, and as many others with the same."""
    for item in ledger.review.items(limit=dice.randint(1, 3)):
        by, say = f"person-{os.getpid()}", decision(item.item_id)
        with suppress(AlreadyDecided, ItemOutdated):
            if say == "reject":
                ledger.review.reject(item.item_id, by, "no")
            else:
                corrected = {**record_of(item.doc_id), "total": "21.00"}
                ledger.review.approve(item.item_id, by, corrected if say == "correct" else None)


class Dying:
    """A sink at whose two boundaries its process may die: before it sends, and before we know that it is confirmed."""

    def __init__(self, sink: Sink, countdown: Countdown) -> None:
        self._sink, self._countdown, self.batch = sink, countdown, BATCH

    def publish(self, feed: str, events: Sequence[SinkEvent]) -> Mapping[str, SinkError]:
        self._countdown.tick()
        refused = self._sink.publish(feed, events)
        self._countdown.tick()
        return refused

    def close(self) -> None:
        self._sink.close()


def relay(world: World, ledger: Ledger, dice: random.Random, countdown: Countdown) -> None:
    with closing(open_sink(world.delivery)) as sink:
        Courier(ledger.outbox, Dying(sink, countdown), draw=dice.random).drain(threading.Event())


async def take_effect(database: psycopg.AsyncConnection, event: Event) -> None:
    """An effect that shows when it happens twice."""
    row = (event["id"], event["subject"], event["sequence"], event["type"], json.dumps(event.get("data")))
    await database.execute("insert into effects values (%s, %s, %s, %s, %s)", row)
    await keep_record(database, event)


async def consume_for_a_while(world: World, number: int) -> None:
    if number < AT_AN_INSTANT:
        die_around_ack(die_at_exchange(number, psycopg.AsyncConnection))
    with suppress(TimeoutError):
        await asyncio.wait_for(consume(world.broker, world.queue, world.database, take_effect), CONSUMES_S)


def _die_after(seconds: float) -> None:
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL))
    timer.daemon = True
    timer.start()


def work(packed: int) -> None:
    program, number = NAMES[packed // UNIT], packed % UNIT
    database, delivery, broker, queue, inbox, asked = sys.argv[1:7]
    world = World(database, delivery, broker, queue, Path(inbox), Path(asked))
    if AT_AN_INSTANT <= number < TO_THE_END:
        _die_after((number - AT_AN_INSTANT) / 1000)
    if program == "consume":
        _die_after(GIVES_UP_S)  # a client that is cancelled in the middle of a call may wait for its answer for ever
        return asyncio.run(consume_for_a_while(world, number))
    with world.ledger() as ledger:
        dice = random.Random(packed)
        countdown = die_at_exchange(number if number < AT_AN_INSTANT else -1)
        if program == "relay":
            return relay(world, ledger, dice, countdown)
        programs = {"arrive": arrive, "run": run, "run without its lock": run_unlocked, "review": review, "gate": gate}
        return programs[program](world, ledger, dice)


def prepare(url: str) -> None:
    """What the consumer keeps beside its inbox."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLES.encode())
        connection.execute("create table effects (event_id text, subject text, sequence text, type text, data jsonb)")


if __name__ == "__main__":
    warnings.filterwarnings("ignore", "lancedb fork support")  # it is imported, and not used
    serve(work)
