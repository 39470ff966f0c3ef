"""Every event takes effect once: its id is noted in the transaction of its effect, and only then is it acknowledged.

Copy this file, replace `keep_record` by what your system does, and run it beside a queue of the sink:

    python consumer.py amqp://user:password@broker/ weir.supplier_quotes postgresql://user:password@database/yours

After a crash before the commit the event comes again and finds nothing; after one behind it, it comes and is known.
"""

import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any

import aio_pika
import psycopg
from aio_pika.abc import AbstractIncomingMessage
from psycopg.types.json import Jsonb

Event = Mapping[str, Any]
Effect = Callable[[psycopg.AsyncConnection, Event], Awaitable[None]]
TABLES = """
select pg_advisory_xact_lock(7311);  -- two consumers that start at once
create table if not exists inbox (message_id text primary key, received_at timestamptz not null default now());
create table if not exists records (subject text primary key, sequence text not null, data jsonb);
"""
log = logging.getLogger("consumer")


async def keep_record(database: psycopg.AsyncConnection, event: Event) -> None:
    """The effect: the newest record of each document. An older event that comes late changes nothing."""
    await database.execute(
        "insert into records (subject, sequence, data) values (%s, %s, %s) on conflict (subject) do update"
        " set sequence = excluded.sequence, data = excluded.data where records.sequence < excluded.sequence",
        [event["subject"], event["sequence"], Jsonb(event.get("data"))],
    )


async def take_once(database: psycopg.AsyncConnection, message: AbstractIncomingMessage, effect: Effect) -> bool:
    """The effect and the note of it, both or neither; whether the event was new."""
    event = json.loads(message.body)
    async with database.transaction():
        noted = await database.execute("insert into inbox values (%s) on conflict do nothing", [event["id"]])
        if noted.rowcount:
            await effect(database, event)
    return bool(noted.rowcount)


class Database:
    """One connection, opened again when it was lost."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.AsyncConnection | None = None

    async def connection(self) -> psycopg.AsyncConnection:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
        return self._connection

    async def aclose(self) -> None:
        if self._connection:
            await self._connection.close()


async def handle(database: Database, message: AbstractIncomingMessage, effect: Effect) -> None:
    """Acknowledged once it took effect; what can never take effect goes to the dead letters, and the rest goes on."""
    while True:
        try:
            await take_once(await database.connection(), message, effect)
            return await message.ack()
        except psycopg.OperationalError as problem:  # ours to wait for: it is not the event's fault
            log.warning("the database does not answer (%s): trying again", problem)
            await asyncio.sleep(1)
        except Exception:
            log.exception("event %s cannot be digested: it goes to the dead letters", message.message_id)
            return await message.reject(requeue=False)


async def consume(amqp_url: str, queue_name: str, database_url: str, effect: Effect = keep_record) -> None:
    """Event after event, for ever. In hand is one at a time: if this process dies, no other is counted as tried."""
    async with await aio_pika.connect_robust(amqp_url) as broker, aclosing(Database(database_url)) as database:
        await (await database.connection()).execute(TABLES)
        channel = await broker.channel()
        await channel.set_qos(prefetch_count=1)
        queue = await channel.get_queue(queue_name)
        async with queue.iterator() as messages:
            async for message in messages:
                await handle(database, message, effect)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    amqp_url, queue_name, database_url = sys.argv[1:]
    asyncio.run(consume(amqp_url, queue_name, database_url))
