"""What an adapter costs on top of the bare SDK: CPU a whole answer, a streamed one, a refused one; both in one run.

    python -m benchmarks.adapters [--calls 300]

The server is a process of its own that writes canned bytes, so that its work is not counted. Rounds of the two
sides alternate, and the least of each is printed: what is left is the work, not the neighbours.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from anthropic import APIStatusError as AnthropicRefusal
from anthropic import AsyncAnthropic
from openai import APIStatusError as OpenAIRefusal
from openai import AsyncOpenAI

from benchmarks.asked import SCHEMA
from benchmarks.canned import PIECES, running
from resources.llm.adapters import connect
from resources.llm.endpoints import Endpoint, Wire
from resources.llm.errors import EndpointFailed
from resources.llm.messages import Message, Prompt, Terms

DOCUMENT = "One line of a document of an ordinary length.\n" * 100
PROMPT = Prompt("Copy what the document says.", (Message("user", DOCUMENT),), SCHEMA, "quote")
ROUNDS = 5
Ask = Callable[[], Awaitable[Any]]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--calls", type=int, default=300)
    calls = arguments.parse_args().calls
    with running() as url:
        asyncio.run(_measure(url, calls))


async def _measure(url: str, calls: int) -> None:
    print(f"{'CPU ms':34}{'bare SDK':>10}{'adapter':>10}{'more':>10}")
    for wire in ("openai", "anthropic"):
        for what in ("whole", "stream", "refused"):
            base = f"{url}/{what}" + ("/v1" if wire == "openai" else "")
            bare, closing = _bare(wire, base, what)
            adapted, close = _adapted(wire, base, what)
            await _print_row(f"{wire}: {_NAMES[what]}", bare, adapted, calls)
            await closing()
            await close()


_NAMES = {"whole": "an answer", "stream": f"a stream of {PIECES} pieces", "refused": "a refused request"}


async def _print_row(name: str, bare: Ask, adapted: Ask, calls: int) -> None:
    spent: dict[Ask, list[float]] = {bare: [], adapted: []}
    for _ in range(ROUNDS):
        for side, costs in spent.items():
            costs.append(await _cost_ms(side, calls))
    least, ours = min(spent[bare]), min(spent[adapted])
    print(f"{name:34}{least:10.3f}{ours:10.3f}{ours - least:+10.3f}")


async def _cost_ms(ask: Ask, calls: int) -> float:
    await ask()
    began = time.process_time()
    for _ in range(calls):
        await ask()
    return (time.process_time() - began) / calls * 1000


def _adapted(wire: Wire, base: str, what: str) -> tuple[Ask, Ask]:
    at = Endpoint("it", wire, wire, "model-1", base, "no-key-needed", 1000, 60.0, 5.0)
    adapter = connect(at)
    terms = Terms(1000, 60.0, stream=what == "stream")

    async def ask() -> Any:
        try:
            return await adapter.complete(at, PROMPT, terms)
        except EndpointFailed as error:
            return error

    return ask, adapter.close


def _bare(wire: Wire, base: str, what: str) -> tuple[Ask, Ask]:
    return _bare_openai(base, what) if wire == "openai" else _bare_anthropic(base, what)


def _bare_openai(base: str, what: str) -> tuple[Ask, Ask]:
    client = AsyncOpenAI(api_key="no-key-needed", base_url=base, max_retries=0)
    shape: Any = {"type": "json_schema", "json_schema": {"name": "quote", "strict": True, "schema": SCHEMA}}
    turns: Any = [{"role": "system", "content": PROMPT.system}, {"role": "user", "content": DOCUMENT}]
    asked: Any = {"model": "model-1", "messages": turns, "response_format": shape, "max_completion_tokens": 1000}

    async def whole() -> Any:
        with suppress(OpenAIRefusal):
            return (await client.chat.completions.create(**asked)).choices[0].message.content

    async def stream() -> Any:
        chunks = await client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True})
        return "".join([chunk.choices[0].delta.content or "" async for chunk in chunks if chunk.choices])

    return (stream if what == "stream" else whole), client.close


def _bare_anthropic(base: str, what: str) -> tuple[Ask, Ask]:
    client = AsyncAnthropic(api_key="no-key-needed", base_url=base, max_retries=0)
    shape: Any = {"format": {"type": "json_schema", "schema": SCHEMA}}
    turns: Any = [{"role": "user", "content": DOCUMENT}]
    asked: Any = {"model": "model-1", "system": PROMPT.system, "messages": turns, "output_config": shape}

    async def whole() -> Any:
        with suppress(AnthropicRefusal):
            return (await client.messages.create(**asked, max_tokens=1000)).content[0]

    async def stream() -> Any:
        events: Any = await client.messages.create(**asked, max_tokens=1000, stream=True)
        return [event async for event in events]

    return (stream if what == "stream" else whole), client.close


if __name__ == "__main__":
    main()
