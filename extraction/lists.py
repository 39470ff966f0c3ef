"""A list of a record, and where each of its rows stands in the document."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from extraction.amounts import as_decimal
from extraction.currencies import signs_of
from extraction.grounding import Evidence
from extraction.rows import role_of
from extraction.shape import Field
from extraction.source import Place
from extraction.unprinted import is_factor

_ANYWHERE = frozenset({"judgement", "currency", "summary"})  # stands where it likes
_REACH = 400  # characters from a row's surest value within which its others stand


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a row stands: all of it, and each of its values."""

    start: int
    end: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list with its rows, the numbers that stand beside it in the record, and the values outside of it."""

    path: str
    item: Field
    rows: Sequence[Any]
    spots: tuple[Spot, ...]  # of the rows that were found, in the order of the text
    beside: Mapping[str, Decimal]
    claimed: frozenset[Place] = frozenset()  # what any value of the record holds

    @property
    def amount(self) -> str | None:
        """The field that says what a row adds to the total."""
        return next((field.name for field in self.item.fields if _is_amount(field)), None)

    @property
    def amounts(self) -> list[Decimal]:
        """What each row adds to the total; a note among the rows adds nothing."""
        name = self.amount
        found = [as_decimal(row.get(name)) for row in self.rows if isinstance(row, dict) and name]
        amounts = [each for each in found if each is not None]
        return amounts if 2 * len(amounts) > len(found) else []

    @property
    def amount_paths(self) -> list[str]:
        return [f"{self.path}[{number}].{self.amount}" for number in range(len(self.rows))] if self.amount else []

    @property
    def is_plain(self) -> bool:
        return not self.item.fields


def lists_of(value: Any, field: Field, evidence: Sequence[Evidence]) -> Iterator[Listed]:
    """Every list of a record that has rows."""
    claimed = frozenset((each.start, each.end) for each in evidence if each.start is not None and each.end is not None)
    for path, item, rows, beside in _held(value, field, ""):
        yield Listed(path, item, rows, _spots(path, item, evidence), beside, claimed)


def _held(value: Any, field: Field, path: str) -> Iterator[tuple[str, Field, list[Any], dict[str, Decimal]]]:
    """Every list that has rows: its path, what its rows are, the rows, and the numbers beside it."""
    if not isinstance(value, dict):
        return
    for child in field.fields:
        held = value.get(child.name)
        below = f"{path}.{child.name}" if path else child.name
        if isinstance(held, list) and child.item and held:
            yield below, child.item, held, dict(_numbers(value, field))
            for number, row in enumerate(held):
                yield from _held(row, child.item, f"{below}[{number}]")
        elif child.fields:
            yield from _held(held, child, below)


def _numbers(value: dict[str, Any], field: Field) -> Iterator[tuple[str, Decimal]]:
    """The numbers that stand beside a list, which may be its sum or part of it."""
    for child in field.fields:
        number = as_decimal(value.get(child.name)) if child.kind == "number" else None
        if number is not None:
            yield child.name, number


def _is_amount(field: Field) -> bool:
    return field.kind == "number" and role_of(field.words) == "total"


def _spots(path: str, item: Field, evidence: Sequence[Evidence]) -> tuple[Spot, ...]:
    """The rows in the order of the text; a value that stands far away, as a unit may, belongs to all of them."""
    rows: dict[str, list[Place]] = {}
    anywhere = {child.name for child in item.fields if child.kind in _ANYWHERE or is_factor(child)}
    for each in evidence:
        if each.path.startswith(f"{path}[") and each.start is not None and each.end is not None:
            row, _, name = each.path[len(path) :].partition("]")
            if name[1:] not in anywhere and not signs_of(each.value):
                rows.setdefault(row, []).append((each.start, each.end))
    return tuple(sorted((_spot(places) for places in rows.values()), key=lambda spot: spot.start))


def _spot(places: Sequence[Place]) -> Spot:
    surest = max(places, key=lambda place: place[1] - place[0])
    near = tuple(sorted(place for place in places if abs(place[0] - surest[0]) <= _REACH))
    return Spot(near[0][0], max(end for _, end in near), near)
