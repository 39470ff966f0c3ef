"""One process of one side, which measures on demand: CPU milliseconds of its own a call, over a block of calls.

bare     the provider's SDK, retries off, and nothing else
weir     the engine on top of the same SDK
litellm  LiteLLM's Router on the SDK it brings
"""

import asyncio
import gc
import json
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from benchmarks.asked import MAX_TOKENS, SCHEMA, SYSTEM, document, request

Ask = Callable[[int], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Side:
    """One way to ask; `ready` is called before each turn."""

    ask: Ask
    ready: Callable[[], None] = lambda: None


Make = Callable[[dict[str, Any]], Side]


async def measure(ask: Ask, at_once: int, count: int) -> float:
    """The process's CPU, threads and all, a call."""
    numbers = iter(range(count))

    async def caller() -> None:
        for number in numbers:
            await ask(number)

    gc.collect()
    begun = time.process_time()
    await asyncio.gather(*(caller() for _ in range(at_once)))
    return (time.process_time() - begun) / count * 1e3


def bare(block: dict[str, Any]) -> Side:
    import anthropic
    import openai

    kinds = {"openai": (openai.AsyncOpenAI, _chat), "anthropic": (anthropic.AsyncAnthropic, _message)}
    make, send = kinds[block["wire"]]
    first, second = (make(base_url=url, api_key="none", max_retries=0) for url in block["urls"])
    failed = (openai.APIStatusError, anthropic.APIStatusError)

    async def ask(number: int) -> str:
        try:
            return await send(first, number, block["stream"])
        except failed:
            return await send(second, number, block["stream"])

    return Side(ask)


async def _chat(client: Any, number: int, stream: bool) -> str:
    body = {"model": "primary-model-1", **request(number)}
    body["max_completion_tokens"] = body.pop("max_tokens")  # as the wire has it now; LiteLLM knows the older word
    if not stream:
        return str((await client.chat.completions.create(**body)).choices[0].message.content)
    text = ""
    async for piece in await client.chat.completions.create(
        **body, stream=True, stream_options={"include_usage": True}
    ):
        text += (piece.choices[0].delta.content or "") if piece.choices else ""
    return text


async def _message(client: Any, number: int, stream: bool) -> str:
    body: dict[str, Any] = {
        "model": "primary-model-1",
        "max_tokens": MAX_TOKENS,
        "system": SYSTEM,
        "messages": [{"role": "user", "content": document(number)}],
        "output_config": {"format": {"type": "json_schema", "schema": _compiled()}},
    }
    if not stream:
        return str((await client.messages.create(**body)).content[0].text)
    text = ""
    async for event in await client.messages.create(**body, stream=True):
        text += event.delta.text if event.type == "content_block_delta" else ""
    return text


@cache
def _compiled() -> Any:
    """The schema as the SDK makes it for the strict mode; nobody would have it made again for each call."""
    import anthropic

    return anthropic.transform_schema(SCHEMA)


def weir(block: dict[str, Any]) -> Side:
    from benchmarks.engines import CALLER, MemoryStore, engine, is_whole, question
    from resources.llm.store import Timed

    llm = engine(block["config"], MemoryStore())
    known_s = 60.0 if block["stream"] else 0.01

    async def ask(number: int) -> Any:
        return await llm.ask(question(number), CALLER, is_whole)

    def ready() -> None:
        """It streams where answers are known to take long, and only there."""
        for endpoint in block["config"]["endpoints"]:
            llm.pace.remember([Timed(endpoint["name"], "extract", known_s, 10)] * 300)

    return Side(ask, ready)


def litellm(block: dict[str, Any]) -> Side:
    from benchmarks.arena.litellm_side import router

    endpoints = [{"url": url, "model": "primary-model-1"} for url in block["urls"]]
    routed = router(endpoints, max_retries=0, num_retries=0, disable_cooldowns=True)

    async def ask(number: int) -> str:
        answer = await routed.acompletion(model="step-0", stream=block["stream"], **request(number))
        if not block["stream"]:
            return str(answer.choices[0].message.content)
        text = ""
        async for piece in answer:
            text += piece.choices[0].delta.content or ""
        return text

    return Side(ask)


SIDES: dict[str, Make] = {"bare": bare, "weir": weir, "litellm": litellm}


async def main(side: str) -> None:
    """Blocks as they are asked for; clients are made at a block's first asking, which warms them."""
    made: dict[str, Side] = {}
    while line := await asyncio.to_thread(sys.stdin.readline):
        block = json.loads(line)
        key = block["name"]
        if key not in made:
            made[key] = SIDES[side](block)
        made[key].ready()
        sys.stdout.write(json.dumps({"ms": await measure(made[key].ask, block["at_once"], block["count"])}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
