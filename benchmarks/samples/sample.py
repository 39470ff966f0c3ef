"""A sample is a file with the truth about it: what it says, and what has to become of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias

Expected = Literal["accepted", "review", "dead"]
Record: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """A generated file; `truth` is what it says, also where that contradicts itself, and None if nobody can read it."""

    name: str
    content: bytes
    truth: Record | None
    expected: Expected
    note: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is decided about a sample before its values are drawn."""

    layout: str
    language: str
    case: str = "clean"
    lines: int = 5
    topic: str | None = None


def plain(value: Decimal | date | None) -> str | None:
    """A number or day as a record holds it."""
    return None if value is None else str(value)
