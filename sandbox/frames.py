"""What a stream is made of: events with the part each plays, so that a fault can pick its victim."""

import json
from dataclasses import dataclass
from typing import Any, Literal

Part = Literal["open", "delta", "finish", "sentinel"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One server-sent event as bytes."""

    part: Part
    data: bytes


def event(part: Part, payload: Any, name: str | None = None) -> Frame:
    """A frame with a JSON payload."""
    prefix = f"event: {name}\n" if name else ""
    return Frame(part, f"{prefix}data: {dumps(payload)}\n\n".encode())


def dumps(payload: Any) -> str:
    """JSON as the providers write it: compact, and safe to split into lines."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
