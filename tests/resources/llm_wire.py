"""A provider on the loopback: answers each request with the next reply of a script, and remembers what it was sent."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What goes back; `cut` drops the connection instead, `hang` never answers, `leaves` goes after it."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    cut: bool = False
    hang: bool = False
    leaves: bool = False

    def bytes(self) -> bytes:
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        fields = {"content-type": self.content_type, "content-length": str(len(body)), **self.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        return f"HTTP/1.1 {self.status} Reason\r\n{head}\r\n".encode() + body


@dataclass(frozen=True)
class Received:
    path: str
    headers: Mapping[str, str]
    body: Any


class LoopbackProvider:
    """Its last reply is repeated for as long as it is asked."""

    def __init__(self, replies: tuple[Reply, ...]) -> None:
        self.received: list[Received] = []
        self._replies = list(replies)
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while received := await _read(reader):
                self.received.append(received)
                if not await self._reply(writer):
                    return
        except (asyncio.CancelledError, ConnectionError):
            pass  # the test is over
        finally:
            writer.close()

    async def _reply(self, writer: asyncio.StreamWriter) -> bool:
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        if reply.hang:
            await asyncio.Event().wait()
        if reply.cut:
            writer.transport.abort()
            return False
        writer.write(reply.bytes())
        await writer.drain()
        return not reply.leaves


async def _read(reader: asyncio.StreamReader) -> Received | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    except asyncio.IncompleteReadError:
        return None
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(head[0].split()[1], headers, json.loads(body) if body else None)


@asynccontextmanager
async def provider(*replies: Reply) -> AsyncIterator[LoopbackProvider]:
    """Serves on a port of its own until the block ends."""
    scripted = LoopbackProvider(replies)
    server = await asyncio.start_server(scripted.answer, "127.0.0.1", 0)
    scripted.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield scripted
    finally:
        server.close()


def openai_answer(text: str | None, **changes: Any) -> dict[str, Any]:
    """A chat completion as the wire documents it."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text, "refusal": changes.pop("refusal", None)},
        "finish_reason": changes.pop("finish_reason", "stop"),
        "logprobs": None,
    }
    usage = {
        "prompt_tokens": 120,
        "completion_tokens": 30,
        "total_tokens": 150,
        "prompt_tokens_details": {"cached_tokens": 100},
        "completion_tokens_details": {"reasoning_tokens": 12},
    }
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "served-1",
        "choices": [choice],
        "usage": usage,
    } | changes


def anthropic_answer(*content: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A message as the wire documents it."""
    usage = {
        "input_tokens": 20,
        "cache_read_input_tokens": 100,
        "cache_creation_input_tokens": 5,
        "output_tokens": 30,
        "output_tokens_details": {"thinking_tokens": 7},
    }
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "served-1",
        "content": list(content),
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": usage,
    } | changes
