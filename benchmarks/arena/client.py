"""One process of one side: it asks at its own pace whether answers come or not, and tells what became of each call.

`python -m benchmarks.arena.client` reads a task from stdin, says `ready`, and begins at the moment it is told.
Nothing but the standard library here: one side runs in an environment of its own.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

Ask = Callable[[int], Awaitable[str]]
Open = Callable[[dict[str, Any]], AbstractAsyncContextManager[Ask]]


async def load(ask: Ask, task: dict[str, Any], begin: float) -> list[dict[str, Any]]:
    """Calls at a steady pace, whatever came of those before."""
    calls: list[asyncio.Task[dict[str, Any]]] = []
    for number in range(int(task["rate"] * task["seconds"])):
        due = begin + task["offset_s"] + number / task["rate"]
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        calls.append(asyncio.create_task(_call(ask, task, task["first"] + number, begin)))
    return list(await asyncio.gather(*calls))


async def _call(ask: Ask, task: dict[str, Any], number: int, begin: float) -> dict[str, Any]:
    """Until it is answered; a call that was refused is asked again later, if the task says so, as a document would."""
    sent, asked, errors = time.monotonic(), 0, []
    until = sent + task["patience_s"]
    who = None
    while who is None and time.monotonic() < until:
        asked += 1
        try:
            async with asyncio.timeout(until - time.monotonic()):
                who = await ask(number)
        except Exception as error:  # whatever a side raises, the call is not answered
            errors.append(f"{type(error).__name__}: {error}"[:600])
        if who is not None or task["again_after_s"] is None:
            break
        await asyncio.sleep(task["again_after_s"])
    took_s = time.monotonic() - sent
    return {"sent_s": sent - begin, "took_s": took_s, "who": who, "asked": asked, "errors": errors[-1:]}


async def flood(ask: Ask, task: dict[str, Any], begin: float) -> list[dict[str, Any]]:
    """So many callers, each with the next call at once, until the time is over."""
    numbers = iter(range(task["first"], 1_000_000_000))

    async def caller() -> list[dict[str, Any]]:
        done = []
        while time.monotonic() < begin + task["seconds"]:
            done.append(await _call(ask, task, next(numbers), begin))
            if done[-1]["who"] is None:
                await asyncio.sleep(task["pause_s"])
        return done

    return [each for part in await asyncio.gather(*(caller() for _ in range(task["callers"]))) for each in part]


async def main() -> None:
    from benchmarks.arena.sides import SIDES

    task = json.loads(sys.stdin.readline())
    async with SIDES[task["side"]](task) as ask:
        await ask(-1)  # imports, clients and connections are not what is measured
        _say("ready")
        moment = float(await asyncio.to_thread(sys.stdin.readline))
        begin = time.monotonic() + moment - time.time()
        await asyncio.sleep(max(0.0, begin - time.monotonic()))
        cpu_s = time.process_time()
        calls = await (flood if task.get("callers") else load)(ask, task, begin)
        cpu_s = time.process_time() - cpu_s
    _say(json.dumps({"calls": calls, "cpu_s": cpu_s}))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
