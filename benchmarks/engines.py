"""The engine under a benchmark: its real configuration, adapters and clock; only answers are kept in memory.

Its clock may run faster than the wall's: of what it decides by its own clock (pauses, deadlines, open breakers) an
hour passes in seconds, while what a socket waits for is configured shorter by as much.
"""

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.asked import FIXED, MAX_TOKENS, SCHEMA, SYSTEM, document
from extraction.acceptance import Complaint
from resources.llm.calls import Call
from resources.llm.config import check_config
from resources.llm.connections import Connections
from resources.llm.engine import Llm
from resources.llm.plan import plan
from resources.llm.sharing import Board
from resources.llm.store import Attempt, Caller, StoredAnswer, Timed
from resources.llm.world import World

PRICE = {"input_usd_per_mtok": 1, "output_usd_per_mtok": 4}
CALLER = Caller("bench", "supplier_quotes", "purchasing", None, "extractions", "2026-11-19|supplier_quotes")


@dataclass
class MemoryStore:
    """Keeps rows; answers are never found again, so that every call is one."""

    rows: list[Attempt] = field(default_factory=list)
    lately: Sequence[Timed] = ()

    def recent_answers(self) -> Sequence[Timed]:
        return self.lately

    def recall_answer(self, key: str) -> StoredAnswer | None:
        return None

    def keep_answer(self, key: str, answer: StoredAnswer, attempts: Sequence[Attempt]) -> None:
        self.rows.extend(attempts)

    def keep_attempts(self, attempts: Sequence[Attempt]) -> None:
        self.rows.extend(attempts)


def faster(speed: float) -> World:
    """A world whose seconds are `speed` to one of the wall's."""

    async def sleep(delay_s: float) -> None:
        await asyncio.sleep(delay_s / speed)

    return World(monotonic=lambda: time.monotonic() * speed, sleep=sleep, random=random.random)


def engine(
    config: Mapping[str, Any], store: MemoryStore, world: World | None = None, board: Board | None = None
) -> Llm:
    """An engine on this LLM_CONFIG, its clients made; no provider's key is read."""
    planned, connections = plan(check_config(dict(config), "the benchmark"), {}), Connections()
    for route in planned.routes.values():
        for step in route.steps:
            connections.to(step.endpoint)  # a client costs 20 ms, which no answer is to wait for
    return Llm(planned, store, board=board, connections=connections, world=world)


def question(number: int) -> Call:
    """A document of its own each time."""
    return Call(
        task="extract",
        system=SYSTEM,
        prompt=document(number),
        schema=SCHEMA,
        schema_name="record",
        max_tokens=MAX_TOKENS,
        prompt_version="bench",
    )


def is_whole(value: Any) -> Complaint | None:
    """Accepts the whole answer and nothing else."""
    return None if value == FIXED else Complaint("this is not the whole answer", 1)
