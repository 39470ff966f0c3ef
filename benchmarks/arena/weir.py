"""Our side: the engine as a run would have it, in a process that may share a ledger with others."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any

from benchmarks.arena.client import Ask
from benchmarks.engines import CALLER, MemoryStore, engine, faster, is_whole, question
from resources.llm.sharing import Board


@asynccontextmanager
async def opened(task: dict[str, Any]) -> AsyncIterator[Ask]:
    """The engine of the task's LLM_CONFIG."""
    with ExitStack() as stack:
        board = _board(task["database"], stack)
        async with engine(task["config"], MemoryStore(), faster(task["speed"]), board) as llm:

            async def ask(number: int) -> str:
                return (await llm.ask(question(number), CALLER, is_whole)).model

            yield ask


def _board(database: str | None, stack: ExitStack) -> Board | None:
    """What several processes know together; one alone has none."""
    if database is None:
        return None
    from resources.ledger import Ledger

    return stack.enter_context(Ledger.open(database)).board
