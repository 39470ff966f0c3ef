"""What stands at the broker before an event is sent: a durable topic exchange and, for each feed, a quorum queue.

A queue that is there already is left as it is, whatever its arguments: its owner knows why.
"""

from collections.abc import Mapping
from typing import Any, cast

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection
from aiormq import Channel
from aiormq.exceptions import ChannelNotFoundEntity

from resources.sink.amqp_packing import Packing

EXCHANGE = "weir"
CONNECT_S = 10.0
QUORUM: Mapping[str, Any] = {"x-queue-type": "quorum"}
# What a consumer rejects, or what kills it too often, is moved beside the queue; never dropped on the way.
CAREFUL: Mapping[str, Any] = {
    **QUORUM,
    "x-delivery-limit": 20,
    "x-dead-letter-exchange": "",
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}


class Connection(aio_pika.Connection):
    """One that could not be made is closed at once: left to the garbage collector it would be, in any thread."""

    async def connect(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 (the client's own)
        try:
            await super().connect(timeout)
        except BaseException:
            await self.close()
            raise


class Line:
    """One connection with one confirming channel, and which feeds have their queue."""

    def __init__(self, connection: AbstractConnection, exchange: str, *, queues: bool) -> None:
        self.connection = connection
        self._name = exchange
        self._queues = queues
        self._ready: set[str] = set()
        self.channel: AbstractChannel

    @classmethod
    async def open(cls, url: str, exchange: str, *, queues: bool) -> "Line":
        connection = await aio_pika.connect(
            url,
            timeout=CONNECT_S,
            client_properties={"connection_name": "weir"},
            connection_class=Connection,
        )
        line = cls(connection, exchange, queues=queues)
        try:
            line.channel = await line.fresh_channel()
        except BaseException:
            await connection.close()
            raise
        return line

    async def fresh_channel(self) -> AbstractChannel:
        """A channel on which the broker confirms, and returns what nobody takes; the exchange is there."""
        channel = await self.connection.channel(publisher_confirms=True, on_return_raises=True)
        await channel.declare_exchange(self._name, aio_pika.ExchangeType.TOPIC, durable=True)
        Packing.before(cast(Channel, await channel.get_underlay_channel()))
        return channel

    @property
    def is_open(self) -> bool:
        return not self.connection.is_closed and not self.channel.is_closed

    async def prepare(self, feed: str) -> None:
        """The feed's queue, so that nothing is lost before its consumer comes; and one for what it cannot digest."""
        if not self._queues or feed in self._ready:
            return
        queue = f"{self._name}.{feed}"
        dead = f"{queue}.dead"
        await self._stand(dead, QUORUM)
        await self._stand(queue, {**CAREFUL, "x-dead-letter-routing-key": dead})
        async with self.connection.channel() as channel:
            await (await channel.get_queue(queue, ensure=False)).bind(self._name, f"{feed}.#")
        self._ready.add(feed)

    def forget(self, feed: str) -> None:
        """Somebody may have deleted its queue: look again before the next event."""
        self._ready.discard(feed)

    async def _stand(self, name: str, arguments: Mapping[str, Any]) -> None:
        try:
            async with self.connection.channel() as channel:
                await channel.declare_queue(name, passive=True)
        except ChannelNotFoundEntity:
            async with self.connection.channel() as channel:
                await channel.declare_queue(name, durable=True, arguments=dict(arguments))

    async def close(self) -> None:
        await self.connection.close()
