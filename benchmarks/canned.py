"""A provider that answers with canned bytes on both wires, in a process of its own: what it costs is not counted.

It remembers what it was sent, so that whoever compares two sides can see that both sent the same.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from typing import Any
from urllib.request import urlopen

from benchmarks.asked import FIXED

PIECES = 60
Sent = Counter[tuple[str, str]]


@contextmanager
def running() -> Iterator[str]:
    """Its URL, until the block ends: /whole, /stream, /refused or /overloaded, and then the wire's own path."""
    mine, its = Pipe()
    server = Process(target=_serve, args=(its,), daemon=True)
    server.start()
    try:
        yield f"http://127.0.0.1:{mine.recv()}"
    finally:
        server.terminate()


def sent_since(url: str) -> Sent:
    """What it was sent since this was last asked: how often which body came to which path."""
    with urlopen(f"{url}/sent", timeout=30) as answer:  # noqa: S310
        return Counter({(path, body): count for path, body, count in json.load(answer)})


def _serve(told: Connection) -> None:
    asyncio.run(_serving(told))


async def _serving(told: Connection) -> None:
    canned, sent = _canned(), Sent()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                path, body = await _request(reader)
                if path == "/sent":
                    writer.write(_whole(200, [[*what, count] for what, count in sent.items()]))
                    sent.clear()
                    continue
                sent[path, _digest(body)] += 1
                for part in canned[path.split("/")[1], "/messages" in path]:
                    writer.write(part)
                    await asyncio.sleep(0)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    told.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def _request(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    size = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
    return head.split()[1].decode(), await reader.readexactly(size)


def _digest(body: bytes) -> str:
    """The same of bodies that say the same, in whatever order."""
    return sha256(json.dumps(json.loads(body), sort_keys=True).encode()).hexdigest()


def _canned() -> dict[tuple[str, bool], list[bytes]]:
    refused = {"error": {"message": "Rate limit reached", "type": "rate_limit_error", "code": "rate_limit_exceeded"}}
    overloaded = {"error": {"message": "Overloaded", "type": "overloaded_error"}}
    text = json.dumps(FIXED)
    made: dict[tuple[str, bool], list[bytes]] = {}
    for anthropic in (False, True):
        made["refused", anthropic] = [_whole(429, refused)]
        made["overloaded", anthropic] = [_whole(529, overloaded)]
        made["whole", anthropic] = [_whole(200, _message(text) if anthropic else _completion(text))]
        made["stream", anthropic] = _streamed(_events(text) if anthropic else [*_chunks(text), "[DONE]"])
    return made


_HEADERS = {  # limits that are told, and in nobody's way
    **{f"x-ratelimit-limit-{what}": "10000000" for what in ("requests", "tokens")},
    **{f"x-ratelimit-remaining-{what}": "9999999" for what in ("requests", "tokens")},
    **{f"x-ratelimit-reset-{what}": "6ms" for what in ("requests", "tokens")},
    **{f"x-other-{number}": "something" for number in range(8)},
}


def _head(status: int, more: dict[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in {**_HEADERS, **more}.items())
    return f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode()


def _whole(status: int, body: Any) -> bytes:
    content = json.dumps(body).encode()
    return _head(status, {"content-type": "application/json", "content-length": str(len(content))}) + content


def _streamed(events: list[Any]) -> list[bytes]:
    head = _head(200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"})
    return [head, *map(_chunk, events), b"0\r\n\r\n"]


def _chunk(event: Any) -> bytes:
    name = f"event: {event['type']}\n" if isinstance(event, dict) and "type" in event else ""
    data = f"{name}data: {event if isinstance(event, str) else json.dumps(event)}\n\n".encode()
    return b"%x\r\n%b\r\n" % (len(data), data)


_SERVED = {"id": "chatcmpl-1", "created": 1, "model": "model-1", "system_fingerprint": "fp"}
_USED = {"prompt_tokens": 900, "completion_tokens": 300, "total_tokens": 1200}


def _completion(text: str) -> dict[str, Any]:
    said = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": said, "finish_reason": "stop", "logprobs": None}
    return {**_SERVED, "object": "chat.completion", "choices": [choice], "usage": _USED}


def _pieces(text: str) -> list[str]:
    size = -(-len(text) // PIECES)
    return [text[start : start + size] for start in range(0, len(text), size)]


def _chunks(text: str) -> list[Any]:
    common = {**_SERVED, "object": "chat.completion.chunk"}
    deltas: list[tuple[dict[str, str], str | None]] = [({"content": piece}, None) for piece in _pieces(text)]
    told = [
        {**common, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}], "usage": None}
        for delta, reason in [*deltas, ({}, "stop")]
    ]
    return [*told, {**common, "choices": [], "usage": _USED}]


def _message(text: str) -> dict[str, Any]:
    used = {"input_tokens": 900, "output_tokens": 300}
    common = {"id": "msg_1", "type": "message", "role": "assistant", "model": "model-1", "stop_sequence": None}
    return {**common, "content": [{"type": "text", "text": text}], "stop_reason": "end_turn", "usage": used}


def _events(text: str) -> list[Any]:
    opening = {**_message(text), "content": [], "stop_reason": None}
    deltas = [{"type": "text_delta", "text": piece} for piece in _pieces(text)]
    return [
        {"type": "message_start", "message": opening},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 300}},
        {"type": "message_stop"},
    ]
