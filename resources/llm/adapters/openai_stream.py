"""The chunks of a chat completion, put together."""

import json
from typing import Any

from resources.llm.adapters.hearing import Interrupted, text

_THOUGHTS = ("reasoning_content", "reasoning")  # of compatible servers: no part of the answer, but no silence


class OpenAIHearing:
    """Only the first choice is asked for."""

    def __init__(self) -> None:
        self.pieces = 0
        self._model: str | None = None
        self._usage: Any = None
        self._reason: str | None = None
        self._said: list[str] = []
        self._refused: list[str] = []
        self._given: list[str] = []

    @property
    def is_whole(self) -> bool:
        return self._reason is not None

    def take(self, data: bytes) -> None:
        if data == b"[DONE]":
            return
        event = json.loads(data)
        if isinstance(event, list) or event.get("error"):
            raise Interrupted(event)
        self._model = event.get("model") or self._model
        self._usage = event.get("usage") or self._usage
        for choice in event.get("choices") or ():
            self._take_delta(choice.get("delta") or {})
            self._reason = choice.get("finish_reason") or self._reason

    def _take_delta(self, delta: dict[str, Any]) -> None:
        if said := delta.get("content"):
            self._said.append(text(said))
        elif refused := delta.get("refusal"):
            self._refused.append(text(refused))
        elif calls := delta.get("tool_calls"):
            self._given.append(text(calls[0]["function"].get("arguments") or ""))
        elif not any(delta.get(name) for name in _THOUGHTS):
            return
        self.pieces += 1

    def body(self) -> dict[str, Any]:
        message: dict[str, Any] = {"content": "".join(self._said), "refusal": "".join(self._refused)}
        if self._given:
            message["tool_calls"] = [{"function": {"arguments": "".join(self._given)}}]
        choice = {"message": message, "finish_reason": self._reason}
        return {"model": self._model, "usage": self._usage, "choices": [choice]}
