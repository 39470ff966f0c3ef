"""What a stream is made of: events with the part each plays, so that a fault can pick its victim."""

import json
from dataclasses import dataclass
from typing import Any, Literal

Part = Literal["open", "delta", "finish", "sentinel"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One event as bytes; `garbled` is the same with its JSON cut off, where only its wire can do that."""

    part: Part
    data: bytes
    garbled: bytes | None = None


def event(part: Part, payload: Any, name: str | None = None) -> Frame:
    """A frame with a JSON payload."""
    prefix = f"event: {name}\n" if name else ""
    return Frame(part, f"{prefix}data: ".encode() + encoded(payload) + b"\n\n")


def dumps(payload: Any) -> str:
    """JSON as the providers write it: compact, and safe to split into lines."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


def encoded(payload: Any) -> bytes:
    """The same as bytes; half a surrogate pair, which UTF-8 does not have, goes as its JSON escape."""
    return dumps(payload).encode("utf-8", "backslashreplace")
