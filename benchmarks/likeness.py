"""How much of what a document says stands in a record: value by value, a number equal however it is written."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

Path = tuple[str | int, ...]


def hits(record: Any, truth: Any) -> tuple[int, int]:
    """Values of the truth that the record has at the same place, and how many there are."""
    found = dict(leaves(record))
    wanted = dict(leaves(truth))
    return sum(path in found and _same(found[path], value) for path, value in wanted.items()), len(wanted)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value that is one, with its place."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if steps is not None:
        for step, inner in steps:
            yield from leaves(inner, (*path, step))
    elif value is not None:
        yield path, value


def _same(one: Any, other: Any) -> bool:
    number = _number(one)
    return one == other or (number is not None and number == _number(other))


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
