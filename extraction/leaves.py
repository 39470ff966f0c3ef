"""A record is a tree of values; each knows its path, its field, and the row of a list that it belongs to."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from extraction.shape import Field


class Leaf(NamedTuple):
    """A value of a record, with its field and the row of a list that it belongs to."""

    path: str
    value: Any
    field: Field
    row: str


def values_of(value: Any, field: Field, path: str = "", row: str = "") -> Iterator[Leaf]:
    """The values of a record in their order."""
    if value is None:
        return
    if isinstance(value, dict):
        for child in _option(value, field).fields:
            below = f"{path}.{child.name}" if path else child.name
            yield from values_of(value.get(child.name), child, below, row)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            place = f"{path}[{number}]"
            yield from values_of(each, field.item or field, place, place)
    else:
        yield Leaf(path, value, _option(value, field), row)


def _option(value: Any, field: Field) -> Field:
    """Of several types, the one that the value has."""
    if field.kind != "union":
        return field
    if isinstance(value, dict):
        return max(field.fields, key=lambda option: len(value.keys() & {child.name for child in option.fields}))
    plain = [option for option in field.fields if option.kind not in ("object", "list")]
    wanted = "text" if isinstance(value, str) else "number"
    return next((option for option in plain if option.kind == wanted), (plain or [field])[0])
