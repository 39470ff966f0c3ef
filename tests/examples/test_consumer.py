"""The consumer others copy: one effect an event, whatever is delivered again, dies, or cannot be digested."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import psycopg
import pytest
from aio_pika.abc import AbstractIncomingMessage

from examples.consumer.consumer import TABLES, Effect, consume, keep_record
from resources.ledger.connections import connect
from resources.sink import open_sink
from tests.broker import Broker, until
from tests.crashing import Zygote
from tests.resources.sink_parts import FEED, event

BOUNDARIES = 26  # two messages and a little more: connect, tables, begin, note, effect, commit, acknowledge
EVENTS = 40


@pytest.fixture
def tables(database_url: str) -> str:
    with connect(database_url) as connection:
        connection.execute("create table effects (event_id text, subject text, sequence text)")
    return database_url


def send(broker: Broker, *numbers: int, sequence: int = 1, subject: str | None = None) -> None:
    with closing(open_sink(broker.url())) as sink:
        events = [event(number) for number in numbers]
        numbered = [replace(each, extensions={"sequence": f"{sequence:010}"}) for each in events]
        placed = [replace(each, subject=subject or each.subject) for each in numbered]
        assert sink.publish(FEED, placed) == {}


def work_until(broker: Broker, url: str, query: str, effect: Effect = keep_record) -> list[tuple[object, ...]]:
    """Consume until the query finds something; what it found."""

    async def work() -> list[tuple[object, ...]]:
        working = asyncio.ensure_future(consume(broker.base_url, broker.queue(FEED), url, effect))
        connection = await psycopg.AsyncConnection.connect(url, autocommit=True)
        await connection.execute(TABLES)
        while not (found := await (await connection.execute(query.encode())).fetchall()):
            await asyncio.sleep(0.02)
            assert not working.done()
        await asyncio.sleep(0)
        working.cancel()
        await asyncio.wait([working])
        await connection.close()
        return found

    return asyncio.run(asyncio.wait_for(work(), 30))


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    with connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def test_a_record_is_kept_once_although_it_comes_again(broker: Broker, tables: str) -> None:
    """The inbox knows its id."""
    send(broker, 1)
    send(broker, 1, 2)
    work_until(broker, tables, "select from inbox having count(*) = 2")
    assert rows(tables, "select count(*) from records") == [(2,)]


def test_an_older_event_that_comes_late_changes_nothing(broker: Broker, tables: str) -> None:
    """Whatever the broker's order, the newest telling of a document stays."""
    send(broker, 2, sequence=2, subject="a")
    send(broker, 1, sequence=1, subject="a")
    work_until(broker, tables, "select from inbox having count(*) = 2")
    assert rows(tables, "select sequence, data ->> 'number' from records") == [("0000000002", "2")]


def test_what_cannot_be_digested_goes_to_the_dead_letters_and_the_rest_goes_on(
    broker: Broker, tables: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing of it is kept, not even that it was seen: it can be sent again when it is mended."""

    async def picky(database: psycopg.AsyncConnection, told: object) -> None:
        await keep_record(database, told)  # type: ignore[arg-type]
        if told["id"] == "event-1":  # type: ignore[index]
            raise ValueError("no such supplier")

    send(broker, 1, 2)
    with caplog.at_level(logging.CRITICAL):
        work_until(broker, tables, "select from inbox having count(*) = 1", picky)
    assert rows(tables, "select message_id from inbox") == [("event-2",)]
    assert rows(tables, "select count(*) from records") == [(1,)]
    dead: list[AbstractIncomingMessage] = []
    until(lambda: dead or dead.__iadd__(broker.take(f"{broker.queue(FEED)}.dead")))
    assert [message.message_id for message in dead] == ["event-1"]


def test_a_database_that_hangs_up_loses_nothing(broker: Broker, tables: str) -> None:
    """The message is kept in hand until the database is back: it is not the event's fault."""
    cut: list[str] = []

    async def interrupted(database: psycopg.AsyncConnection, told: object) -> None:
        if not cut:
            cut.append("once")
            await database.execute("select pg_terminate_backend(pg_backend_pid())")
        await keep_record(database, told)  # type: ignore[arg-type]

    send(broker, 1)
    work_until(broker, tables, "select from records having count(*) = 1", interrupted)
    assert rows(tables, "select message_id from inbox") == [("event-1",)]


@pytest.fixture
def zygote(broker: Broker, tables: str) -> Iterator[Zygote]:
    send(broker, *range(EVENTS))
    arguments = (broker.base_url, broker.queue(FEED), tables, str(EVENTS))
    with Zygote.start("tests.examples.consumer_child", *arguments) as started:
        yield started


def test_killed_at_every_statement_it_has_one_effect_an_event(zygote: Zygote, tables: str) -> None:
    """Between begin and commit, between commit and acknowledgement: what comes again is known."""
    ends = [zygote.run(number)[0] for number in range(BOUNDARIES)]
    assert zygote.run(-1) == [0]
    assert ends == [-9] * BOUNDARIES
    assert rows(tables, "select count(*), count(distinct event_id) from effects") == [(EVENTS, EVENTS)]
    assert rows(tables, "select count(*) from inbox") == [(EVENTS,)]
