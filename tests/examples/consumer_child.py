"""Consumes until everything took effect; dies at the n-th boundary. Arguments: AMQP URL, queue, database, events."""

import asyncio
import sys

import psycopg
from aio_pika import IncomingMessage

from examples.consumer.consumer import Event, consume
from tests.crashing import Countdown, die_at_exchange, serve


async def remember(database: psycopg.AsyncConnection, event: Event) -> None:
    """An effect that shows when it happens twice."""
    await database.execute(
        "insert into effects values (%s, %s, %s)", [event["id"], event["subject"], event["sequence"]]
    )


def die_around_ack(countdown: Countdown) -> None:
    ack = IncomingMessage.ack

    async def counted(self: IncomingMessage, multiple: bool = False) -> None:
        countdown.tick()
        await ack(self, multiple)
        countdown.tick()

    IncomingMessage.ack = counted  # type: ignore[method-assign]


async def until_all_took_effect(database_url: str, expected: int) -> None:
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection:
        while True:
            row = await (await connection.execute("select count(*) from effects")).fetchone()
            if row and row[0] >= expected:
                return
            await asyncio.sleep(0.02)


async def run(number: int) -> None:
    amqp_url, queue, database_url, expected = sys.argv[1:5]
    watching = asyncio.ensure_future(until_all_took_effect(database_url, int(expected)))
    if number >= 0:
        watching.cancel()  # it will be killed, and its exchanges are to be the consumer's alone
        die_around_ack(die_at_exchange(number, psycopg.AsyncConnection))
    working = asyncio.ensure_future(consume(amqp_url, queue, database_url, remember))
    await asyncio.wait([working] if number >= 0 else [watching, working], return_when=asyncio.FIRST_COMPLETED)
    working.cancel()


if __name__ == "__main__":
    serve(lambda number: asyncio.run(run(number)))
