"""How much of a published quota is used, and how much is refused, beside a client that obeys Retry-After and no more.

A sandbox publishes so many requests a window, refilled at once or drop by drop, and says where a caller stands as
OpenAI does. Real processes with 32 callers each ask as often as they may; ours know neither the limit nor its shape,
and share it by a real Postgres. Both sides run at the same time, each on a quota of its own.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.provider import Provider, Rule, running
from resources.embedded import hold_postgres, release
from resources.environment import ROOT
from resources.ledger import Ledger
from resources.llm.adapters.standing import allowances, retry_after_s
from resources.llm.budgets import Budgets, BudgetSettings, Held, Purse
from resources.llm.limits import Limits, LimitSettings, Reserved, Tokens, Turn
from resources.llm.messages import Allowance
from resources.llm.sharing import Exchange
from resources.llm.world import World

REQUESTS, WINDOW_S, WINDOWS, CALLERS, LATENCY_S = 80, 8.0, 2, 32, 0.2
SHAPES, PROCESSES, SIDES = ("window", "bucket"), (1, 4), ("weir", "retry-after")
_START_S = 6.0
_FAR_S = 1e6
Ask = Callable[[], Awaitable[httpx2.Response]]


@dataclass(frozen=True, slots=True)
class Case:
    side: str
    shape: str
    processes: int

    @property
    def model(self) -> str:
        return f"{self.side}-{self.shape}-model-{self.processes}"

    @property
    def published(self) -> float:
        """What was to be had: a bucket begins full."""
        return REQUESTS * (WINDOWS + (1 if self.shape == "bucket" else 0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worker", nargs=5, metavar=("SIDE", "MODEL", "URL", "DATABASE", "BEGIN"))
    options = parser.parse_args()
    if options.worker:
        side, model, url, database, begin = options.worker
        asyncio.run(_work(side, model, url, database, float(begin)))
        return
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder, running() as provider:
        Path(folder).chmod(0o755)  # as root the embedded server runs as another user
        database = hold_postgres(Path(folder))
        with Ledger.open(database):
            pass
        report(provider, database)
        release()
    print(f"\nCPU of one call's limits and budgets, none of them short: {asyncio.run(_cpu_us()):.0f} us")


def report(provider: Provider, database: str) -> None:
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {REQUESTS} requests in {WINDOW_S:g} s for "
        f"{WINDOWS} windows; {CALLERS} callers a process, {LATENCY_S:g} s an answer\n"
    )
    print(f"{'':34}{'published':>10}{'used':>8}{'429s':>8}{'of sent':>9}")
    for shape in SHAPES:
        cases = [Case(side, shape, processes) for processes in PROCESSES for side in SIDES]
        provider.strike([rule for case in cases for rule in _rules(case)])
        _run(cases, provider.url, database)
        for case in cases:
            _tell(case, provider)


def _rules(case: Case) -> list[Rule]:
    about = {"model": case.model, "operation": "chat"}
    return [
        {"kind": "quota", "requests": REQUESTS, "per_s": WINDOW_S, "shape": case.shape, **about},
        {"kind": "latency", "seconds": LATENCY_S, **about},
    ]


def _run(cases: list[Case], url: str, database: str) -> None:
    begin = str(time.time() + _START_S)
    command = [sys.executable, "-m", "benchmarks.limits", "--worker"]
    crew = [
        subprocess.Popen([*command, case.side, case.model, url, database, begin], cwd=ROOT)
        for case in cases
        for _ in range(case.processes)
    ]
    for worker in crew:
        if worker.wait():
            sys.exit("a worker failed")


def _tell(case: Case, provider: Provider) -> None:
    seen = [one for one in provider.seen() if one.model == case.model]
    first_s = min(one.at_s for one in seen)
    within = [one for one in seen if one.at_s - first_s < WINDOWS * WINDOW_S]
    used = sum(one.status != 429 for one in within)
    refused = len(within) - used
    name = f"{case.shape}, {case.processes} process{'es' if case.processes > 1 else ''}: {case.side}"
    share, of_sent = used / case.published, refused / len(within)
    print(f"{name:34}{case.published:10.0f}{share:8.1%}{refused:8}{of_sent:9.1%}", flush=True)


async def _cpu_us(calls: int = 5000, rounds: int = 5) -> float:
    """The least of some rounds: what is added to a call whose quota and money are there."""
    world = World()
    limits = Limits({"busy": LimitSettings(requests_per_minute=10**8, shape="bucket")}, "bench", world)
    budgets = Budgets([BudgetSettings("all", per, Decimal(10**6)) for per in ("day", "month")], "bench", world, print)
    purse, turn, tokens = Purse("acme", "quotes", "openai"), Turn("acme", "quotes"), Tokens(1000, 500)
    told = (Allowance("requests", 10**8, 10**8 - 1, 0.01), Allowance("tokens", 10**9, 10**9 - 1000, 0.01))
    spent_us = []
    for _ in range(rounds):
        begun = time.process_time()
        for _ in range(calls):
            now_s = world.monotonic()
            held = await budgets.reserve(purse, Decimal("0.0123"), now_s)
            reserved = await limits.admit("busy", tokens, turn, now_s, now_s)
            assert isinstance(held, Held)
            assert isinstance(reserved, Reserved)
            limits.settle(reserved, tokens, told, now_s)
            budgets.settle(held, Decimal("0.01"), now_s)
        spent_us.append((time.process_time() - begun) / calls * 1e6)
    return min(spent_us)


# One process


async def _work(side: str, model: str, url: str, database: str, begin: float) -> None:
    body = {"model": model, "messages": [{"role": "user", "content": "How much is left?"}], "max_tokens": 50}
    bounds = httpx2.Limits(max_connections=CALLERS, max_keepalive_connections=CALLERS)
    async with httpx2.AsyncClient(base_url=url, timeout=30.0, limits=bounds) as http:

        async def ask() -> httpx2.Response:
            return await http.post("/v1/chat/completions", json=body)

        play = _with_limits(model, ask, database, begin) if side == "weir" else _with_retry_after(ask, begin)
        with suppress(TimeoutError):
            await play


async def _for_its_time(callers: Iterable[Coroutine[Any, Any, None]], begin: float) -> None:
    """All together, and for as long as it is measured."""
    await asyncio.sleep(max(0.0, begin - time.time()))
    async with asyncio.timeout(WINDOWS * WINDOW_S):
        await asyncio.gather(*callers)


async def _with_retry_after(ask: Ask, begin: float) -> None:
    async def caller() -> None:
        while True:
            response = await ask()
            if response.status_code == 429:
                await asyncio.sleep(retry_after_s(response.headers, datetime.now(UTC)) or 1.0)

    await _for_its_time((caller() for _ in range(CALLERS)), begin)


async def _with_limits(model: str, ask: Ask, database: str, begin: float) -> None:
    world = World()
    limits = Limits({model: LimitSettings()}, world.new_id(), world)
    with Ledger.open(database, size=2) as ledger:
        exchange = Exchange(ledger.board, [limits], world, lambda _: None)
        limits.join(exchange)
        sharing = asyncio.create_task(exchange.run())
        turns = [Turn(f"tenant-{number % 3}", "quotes") for number in range(CALLERS)]
        try:
            await _for_its_time((_caller(limits, model, ask, turn, world) for turn in turns), begin)
        finally:
            sharing.cancel()
            await exchange.close()


async def _caller(limits: Limits, model: str, ask: Ask, turn: Turn, world: World) -> None:
    tokens = Tokens(20, 50)
    while True:
        reserved = await limits.admit(model, tokens, turn, world.monotonic(), world.monotonic() + _FAR_S)
        if isinstance(reserved, Reserved):
            response = await ask()
            told = allowances(response.headers, datetime.now(UTC))
            if response.status_code == 429:
                again_s = retry_after_s(response.headers, datetime.now(UTC))
                limits.refuse(reserved, told, again_s, world.monotonic())
            else:
                limits.settle(reserved, tokens, told, world.monotonic())


if __name__ == "__main__":
    main()
