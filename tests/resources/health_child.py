"""A process that asks a primary at its own pace, shares what it learns through the ledger, and says when it is ready.

Arguments: database URL, port of the primary, seconds between calls, seconds after which a lost lease is free, breaker
settings as JSON. A line on stdin starts it, the end of stdin ends it. A call is a connection: one line with our pid
goes out, "ok" comes back, or nothing at all.
"""

import asyncio
import json
import os
import sys
from contextlib import suppress

from resources.ledger import Ledger
from resources.llm.errors import Connection
from resources.llm.health import BreakerSettings, Health, Pass, leases
from resources.llm.sharing import Exchange
from resources.llm.world import World


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def ask(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"{os.getpid()}\n".encode())
        if await reader.readline() != b"ok\n":
            raise Connection("primary")
    finally:
        writer.close()


async def request(health: Health, line: Exchange, world: World, port: int) -> None:
    entered = health.enter("primary", world.monotonic())
    if not isinstance(entered, Pass) and entered.ask_board:
        await line.now()
        entered = health.enter("primary", world.monotonic())
    if not isinstance(entered, Pass):
        return
    try:
        await ask(port)
    except (OSError, Connection):
        health.leave(entered, world.monotonic(), Connection("primary"))
    else:
        health.leave(entered, world.monotonic())


async def live(ledger: Ledger, port: int, pace_s: float, settings: BreakerSettings) -> None:
    world = World()
    health = Health({"primary": settings}, world.new_id(), world, lambda sentence: None)
    line = Exchange(ledger.board, [health], world, say)
    await line.now()
    running = asyncio.create_task(line.run())
    say("ready")
    ended = asyncio.create_task(asyncio.to_thread(sys.stdin.readline))
    await ended
    ended = asyncio.create_task(asyncio.to_thread(sys.stdin.readline))
    calls = set()
    while not ended.done():
        calls.add(asyncio.create_task(request(health, line, world, port)))
        await asyncio.wait({ended}, timeout=pace_s)
    for call in calls:
        call.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*calls, return_exceptions=True)
    await line.close()
    await running


def main(url: str, port: str, pace_s: str, lease_s: str, settings: str) -> None:
    leases.LEASE_S = float(lease_s)
    with Ledger.open(url, size=1) as ledger:
        asyncio.run(live(ledger, int(port), float(pace_s), BreakerSettings(**json.loads(settings))))


if __name__ == "__main__":
    main(*sys.argv[1:])
