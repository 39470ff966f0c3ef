"""RabbitMQ as a test sees it from the other side: what stands there, what lies in its queues."""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aiormq.exceptions import ChannelNotFoundEntity

AMQP_URL = os.environ.get("AMQP_URL") or "amqp://guest:guest@127.0.0.1:5672/"
T = TypeVar("T")


def until(condition: Callable[[], object], within_s: float = 20.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "what the test waits for did not happen"
        time.sleep(0.01)


def answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 5672), timeout=2).close()
    except OSError:
        return False
    return True


@dataclass
class Broker:
    """Everything under one exchange's name; all of it is gone when the test ends."""

    base_url: str
    exchange: str
    queues: set[str] = field(default_factory=set)

    @classmethod
    @contextmanager
    def open(cls, url: str) -> Iterator["Broker"]:
        broker = cls(url, f"test.{uuid4().hex[:12]}")
        try:
            yield broker
        finally:
            broker.do(broker._clear)

    def url(self, **settings: str) -> str:
        query = "&".join(f"{name}={value}" for name, value in {"exchange": self.exchange, **settings}.items())
        return f"{self.base_url}?{query}"

    def queue(self, feed: str) -> str:
        name = f"{self.exchange}.{feed}"
        self.queues |= {name, f"{name}.dead"}
        return name

    def do(self, work: Callable[[AbstractChannel], Awaitable[T]]) -> T:
        async def on_a_channel() -> T:
            async with await aio_pika.connect(self.base_url) as connection:
                return await work(await connection.channel())

        return asyncio.run(on_a_channel())

    def take(self, queue: str) -> list[AbstractIncomingMessage]:
        """Everything that lies in the queue, in order, taken out of it."""

        async def take(channel: AbstractChannel) -> list[AbstractIncomingMessage]:
            found = []
            place = await channel.get_queue(queue, ensure=False)
            while message := await place.get(no_ack=True, fail=False):
                found.append(message)
            return found

        return self.do(take)

    def make_queue(self, name: str, binding: str, **arguments: object) -> str:
        """A queue of somebody else's."""
        self.queues.add(name)

        async def make(channel: AbstractChannel) -> None:
            exchange = await channel.declare_exchange(self.exchange, aio_pika.ExchangeType.TOPIC, durable=True)
            queue = await channel.declare_queue(name, durable=True, arguments=dict(arguments))  # type: ignore[arg-type]
            await queue.bind(exchange, binding)

        self.do(make)
        return name

    def delete_queue(self, name: str) -> None:
        async def delete(channel: AbstractChannel) -> None:
            await channel.queue_delete(name)

        self.do(delete)

    def delete_exchange(self) -> None:
        async def delete(channel: AbstractChannel) -> None:
            await channel.exchange_delete(self.exchange)

        self.do(delete)

    def arguments(self, name: str, **expected: object) -> None:
        """Fails when the queue does not stand there with exactly these arguments."""

        async def declare(channel: AbstractChannel) -> None:
            await channel.declare_queue(name, durable=True, arguments=dict(expected))  # type: ignore[arg-type]

        self.do(declare)

    async def _clear(self, channel: AbstractChannel) -> None:
        with suppress(ChannelNotFoundEntity):
            for name in self.queues:
                await channel.queue_delete(name)
            await channel.exchange_delete(self.exchange)
