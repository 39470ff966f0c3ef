"""Our side: the engine as a run would have it, in a process that may share a ledger with others."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from benchmarks.arena.client import Ask
from benchmarks.engines import CALLER, MemoryStore, engine, faster, is_whole, question


@asynccontextmanager
async def opened(task: dict[str, Any]) -> AsyncIterator[Ask]:
    """The engine of the task's LLM_CONFIG."""
    async with engine(task["config"], MemoryStore(), faster(task["speed"])) as llm:

        async def ask(number: int) -> str:
            return (await llm.ask(question(number), CALLER, is_whole)).model

        yield ask
