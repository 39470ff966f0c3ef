"""The other side of `benchmarks.pipeline`: the same documents without a pipeline, one way a process.

floor        parse, one SDK call, one full-text query, one transaction a document: nothing that could be left out
sdk          parse and one SDK call in a tenacity loop, nothing kept
pydantic-ai  parse and one agent run with the feed's model as its output, nothing kept
"""

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from extraction.document import Document
from extraction.feed import load_feed
from extraction.parsing import Unreadable, parse
from extraction.shape import shape_of, strict_schema

AT_ONCE = 16
SYSTEM = "Extract the record from the document."
Work = Callable[[str, Document], Awaitable[bool]]


def _read(path: Path) -> tuple[str, Document] | None:
    content = path.read_bytes()
    try:
        return sha256(content).hexdigest(), parse(path.name, content)
    except Unreadable:
        return None


async def _through(files: Sequence[Path], work: Work) -> dict[str, int]:
    """Every document, a bounded number at a time; how many were answered, how many lost."""
    gate, counts = asyncio.Semaphore(AT_ONCE), {"answered": 0, "lost": 0, "unreadable": 0}

    async def one(path: Path) -> None:
        async with gate:
            read = _read(path)
            if read is None:
                counts["unreadable"] += 1
                return
            counts["answered" if await work(*read) else "lost"] += 1

    await asyncio.gather(*(one(path) for path in files))
    return counts


def _request(schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {
        "model": "sandbox-rules-large",
        "messages": [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": f"<document>\n{text}\n</document>"},
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "record", "strict": True, "schema": schema},
        },
        "max_tokens": 8_192,
    }


async def floor(files: Sequence[Path], url: str, feed_dir: Path, lake: str, database: str) -> dict[str, int]:
    import lancedb
    import openai
    import psycopg
    from lancedb.query import MatchQuery

    schema = strict_schema(shape_of(load_feed(feed_dir).schema))
    table = lancedb.connect(lake).open_table("chunks")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("create table if not exists floor (id bigserial primary key, record text)")
        connection.execute("create table if not exists floor_events (id bigserial primary key, record text)")
        async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as client:

            async def work(doc_id: str, document: Document) -> bool:
                answer = await client.chat.completions.create(**_request(schema, document.text))
                record = answer.choices[0].message.content
                hits: Any = table.search(MatchQuery("total payment terms", "text"), query_type="fts")  # type: ignore[call-arg]
                hits.where(f"doc_id = '{doc_id}'", prefilter=True).select(["chunk_id"]).limit(5).to_arrow()
                with connection.transaction():
                    connection.execute("insert into floor (record) values (%s)", [record])
                    connection.execute("insert into floor_events (record) values (%s)", [record])
                return True

            return await _through(files, work)


async def sdk(files: Sequence[Path], url: str, feed_dir: Path) -> dict[str, int]:
    import openai
    import tenacity

    feed = load_feed(feed_dir)
    schema = strict_schema(shape_of(feed.schema))
    async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as client:

        @tenacity.retry(stop=tenacity.stop_after_attempt(3), wait=tenacity.wait_random_exponential(max=2))
        async def ask(text: str) -> Any:
            answer = await client.chat.completions.create(**_request(schema, text))
            return json.loads(answer.choices[0].message.content or "")

        async def work(doc_id: str, document: Document) -> bool:
            try:
                await ask(document.text)
            except tenacity.RetryError:
                return False
            return True

        return await _through(files, work)


async def agents(files: Sequence[Path], url: str, feed_dir: Path) -> dict[str, int]:
    import pydantic_ai
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    feed = load_feed(feed_dir)
    model = OpenAIChatModel("sandbox-rules-large", provider=OpenAIProvider(base_url=f"{url}/v1", api_key="none"))
    agent = pydantic_ai.Agent(model, output_type=pydantic_ai.NativeOutput(feed.schema), system_prompt=SYSTEM, retries=2)

    async def work(doc_id: str, document: Document) -> bool:
        try:
            await agent.run(f"<document>\n{document.text}\n</document>")
        except pydantic_ai.exceptions.AgentRunError:
            return False
        return True

    return await _through(files, work)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=("floor", "sdk", "pydantic-ai"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--feed", type=Path, required=True)
    parser.add_argument("--lake", default="")
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    files = sorted(path for path in options.folder.rglob("*") if path.is_file())[: options.count]
    ways: dict[str, Callable[[Sequence[Path], str, Path], Coroutine[Any, Any, dict[str, int]]]] = {
        "floor": partial(floor, lake=options.lake, database=options.database),
        "sdk": sdk,
        "pydantic-ai": agents,
    }
    begun = time.process_time()
    counts = asyncio.run(ways[options.way](files, options.url, options.feed))
    print(json.dumps({**counts, "cpu_s": time.process_time() - begun}))


if __name__ == "__main__":
    main()
