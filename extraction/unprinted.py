"""Some numbers are true though nobody printed them: the rows' own numbers, and one where nothing is scaled."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from extraction.amounts import as_decimal
from extraction.finders import Found
from extraction.leaves import Leaf
from extraction.shape import Field
from extraction.words import Words

_IN = {
    1_000: ("thousands", "thousand", "tausend", "teur", "tsd", "milliers", "miles", "migliaia", "000"),
    1_000_000: ("millions", "million", "mio", "millionen", "millones", "milioni"),
    1_000_000_000: ("billions", "billion", "mrd", "milliarden", "milliards", "miliardi"),
}
_FACTORS = frozenset({"scale", "factor", "multiplier"})


def factors(leaves: Sequence[Leaf], words: Words) -> dict[str, Found]:
    """What bears out the scale of a table, or speaks against it, by its path."""
    numbers = [leaf for leaf in leaves if leaf.field.kind == "number" and is_factor(leaf.field)]
    return {leaf.path: found for leaf in numbers if (found := _scaled(leaf.value, words))}


def is_factor(field: Field) -> bool:
    """Whether a number says what others are to be multiplied with: it holds for a table, not for a row."""
    return not _FACTORS.isdisjoint(field.words)


def _scaled(value: Any, words: Words) -> Found | None:
    """One scales nothing; a thousand or a million has to be said of a table, or to be printed as a number."""
    number = as_decimal(value)
    if number == 1:
        return Found([], "nothing is scaled", True)
    if number is None or number <= 0 or Decimal(10) ** number.adjusted() != number:
        return Found([], "a scale is a power of ten", False)
    names = _IN.get(int(number), ())
    said = (run for name in names for article in ("in", "en") for run in words.runs(f"{article} {name}", 1))
    if run := next(said, None):
        return Found([words.span(*run)], "the scale is printed in words", True)
    return Found([], "no such scale is printed", False) if names else None


def counters(leaves: Sequence[Leaf]) -> Iterator[str]:
    """The paths of values that count the rows of their list from nought or one, all of them."""
    columns: dict[tuple[str, str], list[Leaf]] = {}
    for leaf in leaves:
        if leaf.row and leaf.field.kind == "number" and leaf.path == f"{leaf.row}.{leaf.field.name}":
            columns.setdefault((leaf.row.rpartition("[")[0], leaf.field.name), []).append(leaf)
    for column in columns.values():
        values = [as_decimal(leaf.value) for leaf in column]
        if len(column) > 1 and any(values == list(range(first, first + len(column))) for first in (0, 1)):
            yield from (leaf.path for leaf in column)
