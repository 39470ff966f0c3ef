"""A record is asked for by its slots: its values, small objects and lists, wherever they are nested."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from extraction.shape import Field, leaves
from extraction.values import is_empty

_SMALL = 4  # an object of so few values stands in one place
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Slot:
    """Something that is looked for as one: its path, the names of the objects around it, whether it must be there."""

    path: str
    field: Field
    above: tuple[str, ...]
    required: bool


def slots_of(shape: Field) -> tuple[Slot, ...]:
    """The slots of a record in its order."""
    return tuple(_slots(shape, "", (), True))


def _slots(shape: Field, path: str, above: tuple[str, ...], required: bool) -> Iterator[Slot]:
    for child in shape.fields:
        below = f"{path}.{child.name}" if path else child.name
        needed = required and child.required
        if child.kind == "object" and not _is_small(child):
            yield from _slots(child, below, (*above, *child.words), needed)
        else:
            yield Slot(below, child, above, needed and not child.nullable)


def _is_small(field: Field) -> bool:
    return not field.has_list and len(list(leaves(field))) <= _SMALL


def blank(shape: Field) -> Record:
    """The record before anything is known of it."""
    return {child.name: _unknown(child) for child in shape.fields}


def _unknown(field: Field) -> Record | None:
    return blank(field) if field.kind == "object" and not field.nullable else None


def joined(one: Record, more: Record) -> Record:
    """One record of two answers about parts of it; what the later leaves empty takes nothing away."""
    whole = dict(one)
    for name, value in more.items():
        known = whole.get(name)
        if isinstance(known, dict) and isinstance(value, dict):
            whole[name] = joined(known, value)
        elif known is None or not is_empty(value):
            whole[name] = value
    return whole


def at(record: Record, path: str) -> Any:
    """What a record holds at a slot's path."""
    value: Any = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
