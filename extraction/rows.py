"""The values of a row stand together and agree: what is printed elsewhere, or contradicted there, is not the row's."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from extraction.finders import Found
from extraction.numbers import is_percent
from extraction.source import Place, Source

_SURE = 2  # a value in so few places tells where its row is
_LINES_AROUND = 2
_SMALL = 4  # figures of a number that may stand anywhere
_CENT = Decimal("0.02")
_ROLES = {
    "quantity": frozenset({"quantity", "qty", "count", "pieces", "units", "menge", "anzahl", "spots"}),
    "price": frozenset({"price", "rate", "cost", "preis", "einzelpreis"}),
    "total": frozenset({"total", "amount", "sum", "betrag", "summe", "gesamt", "extended"}),
}


@dataclass(frozen=True, slots=True)
class Row:
    """Where a row of a list stands: at one offset for certain, within these lines as a whole."""

    anchor: int
    first_line: int
    last_line: int


def row_of(founds: Sequence[Found], after: int, source: Source) -> Row:
    """The row around the value that stands in the fewest places, after the row before it."""
    fewest = min(len(found.places) for found in founds)
    surest = next(found for found in founds if len(found.places) == fewest)
    starts = sorted(start for start, _ in surest.places)
    at = bisect_left(starts, after)
    anchor = starts[at] if at < len(starts) else starts[0]
    sure = [closest(found.places, anchor)[0] for found in founds if len(found.places) <= _SURE]
    lines = [source.line_at(start) for start in (anchor, *sure)]
    return Row(anchor, min(lines) - _LINES_AROUND, max(lines) + _LINES_AROUND)


def closest(places: Sequence[Place], anchor: int) -> Place:
    return min(places, key=lambda place: abs(place[0] - anchor))


def is_elsewhere(number: Decimal, places: Sequence[Place], row: Row, source: Source) -> bool:
    """A small number stands on every page: it says something about a row only where the row is, or as a rate."""
    if len(format(abs(number).normalize(), "f").replace(".", "")) > _SMALL:
        return False
    lines = (source.line_at(start) for start, _ in places)
    if any(row.first_line <= line <= row.last_line for line in lines):
        return False
    return not any(is_percent(source.text, end) for _, end in places)


def role_of(words: Sequence[str]) -> str | None:
    """Which part a number plays in a row's arithmetic; a unit's total is a price, a line's price a total."""
    said = set(words)
    if {"unit", "price"} <= said or {"unit", "cost"} <= said:
        return "price"
    roles = [role for role in ("total", "price", "quantity") if said & _ROLES[role]]
    return roles[0] if roles else None


def contradicted(values: Mapping[str, Decimal], row: Row, source: Source) -> tuple[str, Decimal] | None:
    """The role whose value breaks quantity times price, where the number that would mend it stands in the row."""
    if values.keys() != _ROLES.keys() or not all(values.values()) or _agrees(values, row, source):
        return None
    for role, mended in _mended(values):
        if any(_is_within(place, row, source) for place in _places_near(mended, role, source)):
            return role, mended
    return None


def _agrees(values: Mapping[str, Decimal], row: Row, source: Source) -> bool:
    """Whether the row adds up as it is, or with a percentage that is printed in it."""
    product, total = values["quantity"] * values["price"], values["total"]
    if _is_near(product, total):
        return True
    shares = (share for share in source.percentages if _is_within(share.place, row, source))
    return any(_is_near(product * (100 + sign * share.value) / 100, total) for share in shares for sign in (1, -1))


def _mended(values: Mapping[str, Decimal]) -> Iterator[tuple[str, Decimal]]:
    yield "quantity", values["total"] / values["price"]
    yield "total", values["quantity"] * values["price"]
    yield "price", values["total"] / values["quantity"]


def _places_near(number: Decimal, role: str, source: Source) -> Sequence[Place]:
    """Where a computed number is printed, rounded as money is."""
    wanted = number.quantize(Decimal("0.01")) if role != "quantity" else number
    return source.numbers.get(abs(wanted), [])


def _is_within(place: Place, row: Row, source: Source) -> bool:
    return row.first_line <= source.line_at(place[0]) <= row.last_line


def _is_near(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= max(_CENT, abs(other) / 10_000)
