"""The events of a message, put together."""

import json
from typing import Any

from resources.llm.adapters.hearing import Interrupted, text


class AnthropicHearing:
    """Text and what a tool is given are kept as they come; thoughts only break the silence."""

    def __init__(self) -> None:
        self.pieces = 0
        self._message: dict[str, Any] = {}
        self._blocks: dict[int, tuple[str, list[str]]] = {}

    @property
    def is_whole(self) -> bool:
        return self._message.get("stop_reason") is not None

    def take(self, data: bytes) -> None:
        event = json.loads(data)
        kind = event["type"]
        if kind == "content_block_delta":
            self._take_delta(event["index"], event["delta"])
        elif kind == "content_block_start":
            block = event["content_block"]
            self._blocks[int(event["index"])] = (text(block["type"]), [text(block.get("text") or "")])
        elif kind == "message_start":
            self._message = dict(event["message"])
        elif kind == "message_delta":
            self._end(event)
        elif kind == "error":
            raise Interrupted(event)

    def _take_delta(self, index: int, delta: dict[str, Any]) -> None:
        self.pieces += 1
        said = delta.get("text") or delta.get("partial_json")
        if said:
            self._blocks[index][1].append(text(said))

    def _end(self, event: dict[str, Any]) -> None:
        """Why it stopped, and the usage as it is billed: what is told again replaces what was told at the start."""
        counted = {name: count for name, count in (event.get("usage") or {}).items() if count is not None}
        told = {name: value for name, value in event["delta"].items() if value is not None}
        self._message |= {**told, "usage": {**(self._message.get("usage") or {}), **counted}}

    def body(self) -> dict[str, Any]:
        content = [_block(kind, "".join(parts)) for _, (kind, parts) in sorted(self._blocks.items())]
        return {**self._message, "content": content}


def _block(kind: str, said: str) -> dict[str, str]:
    return {"type": kind, "input": said or "{}"} if kind == "tool_use" else {"type": kind, "text": said}
