"""What delivery costs, beside a bare loop over aio-pika with gathered confirms, in one run of this command.

Real Postgres (embedded) and the RabbitMQ at AMQP_URL, quorum queues on both sides, events of equal size. `ours` reads
events from the outbox, publishes them, waits for every confirm and marks them, in transactions; `bare` has its messages
in memory and only publishes them. CPU is that of this process alone. Rounds alternate: both meet the same noise.
"""

import argparse
import asyncio
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit
from uuid import uuid4

import aio_pika

from resources.embedded import hold_postgres
from resources.ledger import Ledger
from resources.ledger.connections import connect
from resources.relay import Courier, Relay
from resources.relay.handover import event
from resources.relay.health import Health
from resources.sink import Sink, open_sink
from resources.sink.amqp_parcel import MEDIA_TYPE
from resources.sink.event import as_line

AMQP_URL = os.environ.get("AMQP_URL", "amqp://guest:guest@127.0.0.1:5672/")
FEED, DAY = "bench", "2026-11-19"
NOW = datetime.now(UTC)
BATCHES = (500, 1_000)  # the bare loop gathers as many at once as suits it best
INSERT = """
insert into weir.outbox (event_id, feed, date, place, number, doc_id, type, payload, endpoint, schema_version,
                         released_at, released_by, published_at)
select gen_random_uuid(), %(feed)s, %(day)s, %(prefix)s || n, 1, md5(n::text), 'record.created',
       jsonb_build_object('number', n, 'supplier', 'Nordwerk GmbH', 'lines', (
           select jsonb_agg(jsonb_build_object('position', i, 'article', md5(i::text), 'quantity', i, 'price', '12.50'))
           from generate_series(1, 6) i)),
       'gpt', 'abc123', now(), 'gate', case when %(published)s then now() end
from generate_series(1, %(count)s) n
"""


@dataclass(frozen=True, slots=True)
class Rate:
    events_a_second: float
    cpu_ms: float


def fill(database: str, count: int, *, published: bool = False) -> None:
    values = {"feed": FEED, "day": DAY, "prefix": f"{uuid4().hex}/", "count": count, "published": published}
    with connect(database) as connection:
        connection.execute(INSERT, values)


def measured(work: Callable[[], int]) -> Rate:
    wall, cpu = time.perf_counter(), time.process_time()
    count = work()
    return Rate(count / (time.perf_counter() - wall), (time.process_time() - cpu) / count * 1e3)


def ours(ledger: Ledger, sink: Sink) -> Rate:
    return measured(lambda: Courier(ledger.outbox, sink).drain(threading.Event()).published)


def bare(exchange_name: str, bodies: list[bytes], batch: int) -> Rate:
    """The same client used by hand: persistent, mandatory, every confirm awaited, a batch gathered at a time."""

    async def publish() -> Rate:
        async with await aio_pika.connect(AMQP_URL) as connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            exchange = await channel.get_exchange(exchange_name)
            wall, cpu = time.perf_counter(), time.process_time()
            for start in range(0, len(bodies), batch):
                messages = [_message(body) for body in bodies[start : start + batch]]
                await asyncio.gather(*(exchange.publish(each, f"{FEED}.record.created") for each in messages))
            count = len(bodies)
            return Rate(count / (time.perf_counter() - wall), (time.process_time() - cpu) / count * 1e3)

    return asyncio.run(publish())


def _message(body: bytes) -> aio_pika.Message:
    return aio_pika.Message(
        body,
        content_type=MEDIA_TYPE,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        message_id=str(uuid4()),
        type="record.created",
        timestamp=NOW,
        app_id="bare",
    )


@contextmanager
def exchange() -> Iterator[tuple[str, str]]:
    """The URL of an exchange of the benchmark's own, and its name."""
    name = f"bench.{uuid4().hex[:8]}"
    yield f"{AMQP_URL}?exchange={name}", name
    asyncio.run(_clear(name))


async def _clear(name: str) -> None:
    async with await aio_pika.connect(AMQP_URL) as connection:
        channel = await connection.channel()
        for queue in (f"{name}.{FEED}", f"{name}.{FEED}.dead"):
            await channel.queue_delete(queue)
        await channel.exchange_delete(name)


async def _purge(name: str) -> None:
    async with await aio_pika.connect(AMQP_URL) as connection:
        channel = await connection.channel()
        await (await channel.get_queue(f"{name}.{FEED}", ensure=False)).purge()


def throughput(database: str, count: int, rounds: int) -> None:
    with exchange() as (url, name), Ledger.open(database) as ledger, closing(open_sink(url)) as sink:
        fill(database, 1_000)
        ours(ledger, sink)  # connections, queues and plans are there now
        body = _body(database)
        sides: dict[str, Callable[[], Rate]] = {
            "ours": lambda: ours(ledger, sink),
            **{f"bare, {batch} at once": partial(bare, name, [body] * count, batch) for batch in BATCHES},
        }
        seen: dict[str, list[Rate]] = {side: [] for side in sides}
        for number in range(rounds):
            _settle(database, name, count)
            for side in _rotated(list(sides), number):
                seen[side].append(sides[side]())
    print(f"{count} events of {len(body)} bytes, median of {rounds} rounds")
    _compare(seen)


def _settle(database: str, exchange_name: str, count: int) -> None:
    """What is to be published is in the outbox and on disk, and the queue is empty, before anything is timed."""
    fill(database, count)
    with connect(database) as connection:
        connection.execute("checkpoint")
    asyncio.run(_purge(exchange_name))


def _rotated(sides: list[str], number: int) -> list[str]:
    """Each side is first as often as last."""
    start = number % len(sides)
    return sides[start:] + sides[:start]


def _compare(seen: dict[str, list[Rate]]) -> None:
    speeds = {side: median(rate.events_a_second for rate in rates) for side, rates in seen.items()}
    best = max(speed for side, speed in speeds.items() if side != "ours")
    for side, rates in seen.items():
        cpu = median(rate.cpu_ms for rate in rates)
        print(
            f"  {side:20} {speeds[side]:8,.0f} events/s  {cpu:.3f} CPU ms an event  {speeds[side] / best:.2f}x of bare"
        )


def _body(database: str) -> bytes:
    bodies: list[bytes] = []
    fill(database, 1)
    with Ledger.open(database) as ledger:
        ledger.outbox.publish(lambda told: bodies.extend(as_line(FEED, event(each)) for each in told), 1)
    return bodies[0][:-1]


def latency(database: str, count: int, pause_s: float) -> None:
    """From the commit that releases an event to the moment the relay knows it confirmed and marked."""
    with exchange() as (url, _), closing(open_sink(url)) as sink:
        health = Health(time.monotonic)
        relay = Relay(lambda: Ledger.open(database, 3), sink, health, print)
        thread = threading.Thread(target=relay.run)
        thread.start()
        try:
            seen = list(_released_one_by_one(database, count, pause_s))
        finally:
            relay.stop()
            thread.join()
    cuts = quantiles(seen, n=100)
    print(f"commit to confirm, {count} events, relay running: p50 {cuts[49] * 1e3:.0f} ms, p99 {cuts[98] * 1e3:.0f} ms")


def _released_one_by_one(database: str, count: int, pause_s: float) -> Iterator[float]:
    with connect(database) as connection:
        for _ in range(count):
            fill(database, 1)
            time.sleep(pause_s)
    with connect(database) as connection:
        while connection.execute("select count(*) from weir.outbox where published_at is null").fetchone() != (0,):
            time.sleep(0.1)
        rows = connection.execute(
            "select extract(epoch from published_at - released_at)::float8 from weir.outbox order by seq desc limit %s",
            [count],
        ).fetchall()
    yield from (row[0] for row in rows)


def claims(empty: str, full: str, rows: int, samples: int) -> None:
    """The time to claim a batch, and to mark it, where the outbox holds next to nothing and where it holds the past."""
    with Ledger.open(empty) as small, Ledger.open(full) as large:
        fill(full, rows, published=True)
        both = [(_one_claim_s(small, empty), _one_claim_s(large, full)) for _ in range(samples + 3)][3:]
    for what, position in (("claim", 0), ("claim and mark", 1)):
        few, many = (median(pair[side][position] for pair in both) * 1e3 for side in (0, 1))
        print(
            f"{what} 100 events: {few:.2f} ms with an empty outbox, {many:.2f} ms with {rows:,} published rows: "
            f"{many / few:.2f}x (median of {samples})"
        )


def _one_claim_s(ledger: Ledger, database: str) -> tuple[float, float]:
    """Until the events are in hand, and until they are marked."""
    fill(database, 100)
    moments = [time.perf_counter()]
    ledger.outbox.publish(lambda told: moments.append(time.perf_counter()), 100)
    return moments[1] - moments[0], time.perf_counter() - moments[0]


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    name = f"bench_{uuid4().hex[:8]}"
    with connect(server) as connection:
        connection.execute(f'create database "{name}"'.encode())
    url = urlsplit(server)._replace(path=f"/{name}").geturl()
    with Ledger.open(url):
        yield url


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=3_000, help="of each round")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--latency", type=int, default=300, help="events released one by one")
    parser.add_argument("--rows", type=int, default=1_000_000, help="published rows in the full outbox")
    parser.add_argument("--samples", type=int, default=40, help="claims on each side")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder:
        Path(folder).chmod(0o755)  # as root the embedded server runs as another user
        server = hold_postgres(Path(folder))
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
        with fresh_database(server) as database:
            throughput(database, options.events, options.rounds)
        with fresh_database(server) as database:
            latency(database, options.latency, pause_s=0.01)
        with fresh_database(server) as empty, fresh_database(server) as full:
            claims(empty, full, options.rows, options.samples)


if __name__ == "__main__":
    main()
