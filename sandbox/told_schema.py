"""A schema that is told in words: the last line of the instructions that is one, where nothing forces a shape."""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from sandbox.question import Turn

_INSTRUCTING = ("system", "developer")


def told_schema(turns: Iterable[Turn]) -> Mapping[str, Any] | None:
    """The schema of an object that stands on a line of its own."""
    return _last("\n".join(turn.text for turn in turns if turn.role in _INSTRUCTING))


@lru_cache(maxsize=64)
def _last(instructions: str) -> Mapping[str, Any] | None:
    lines = reversed(instructions.splitlines())
    return next((schema for line in lines if (schema := _schema(line)) is not None), None)


def _schema(line: str) -> Mapping[str, Any] | None:
    if not line.startswith("{") or '"properties"' not in line:
        return None
    try:
        read = json.loads(line)
    except ValueError:
        return None
    return read if isinstance(read, dict) and isinstance(read.get("properties"), dict) else None
