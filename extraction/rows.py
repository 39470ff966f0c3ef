"""The values of a row stand together and agree: what is printed elsewhere, or contradicted there, is not the row's."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from extraction.numbers import is_percent
from extraction.source import Place, Source

_SURE = 2  # a value in so few places tells where its row is
_LINES_AROUND = 2
_ASIDE = 60  # characters between values of one line
_MOST = 64  # places looked at
_SMALL = 4  # figures
_CENT = Decimal("0.02")
Starts = tuple[int, ...]
_ROLES = {
    "quantity": frozenset({"quantity", "qty", "count", "pieces", "units", "menge", "anzahl", "spots"}),
    "price": frozenset({"price", "rate", "cost", "preis", "einzelpreis"}),
    "total": frozenset({"total", "subtotal", "amount", "sum", "betrag", "summe", "gesamt", "extended"}),
}


@dataclass(frozen=True, slots=True)
class Row:
    """Where a row of a list stands: at one offset for certain, on the lines of its surest values, between others."""

    anchor: int
    lines: tuple[int, ...]
    above: int = -1  # the line of the row above
    below: int = 10**9  # the line of the row below

    def reach(self, own: int | None = None) -> range | None:
        """The row's lines and those as near to them as they are to each other, without `own`; None if none is left."""
        others = list(self.lines)
        if own in others:
            others.remove(own)
        if not others:
            return None
        first, last = min(others), max(others)
        around = max(_LINES_AROUND, last - first)
        low, high = first - around, last + around
        if self.above < first and last < self.below:  # rows of a table given by columns overlap
            low, high = max(low, self.above + 1), min(high, self.below - 1)
        return range(low, high + 1)


def rows_of(table: Mapping[str, Sequence[Sequence[Place]]], source: Source) -> dict[str, Row]:
    """Where each row of a table stands, in the order of the rows, given where the values of each may stand."""
    if len(table) > 1 and all(len(places) == 1 for places in table.values()):
        table = {path: [[place]] for path, place in _gathered({path: each[0] for path, each in table.items()}).items()}
    rows: dict[str, Row] = {}
    for path, places in table.items():
        last = next(reversed(rows.values())).anchor if rows else 0
        rows[path] = row_of(places, last, source)
    return beside_each_other(rows)


def _gathered(table: Mapping[str, Sequence[Place]]) -> dict[str, Place]:
    """Rows of one value each stand side by side: of its places, each has the one with most of the others around it."""
    looked_at = {path: places[:_MOST] for path, places in table.items()}
    # Rows of the same value stand in the same places: they are counted as one that weighs more.
    rows = Counter(tuple(sorted(start for start, _ in places)) for places in looked_at.values())
    marks = sorted((start, starts) for starts in rows for start in starts)
    company = {start: _rows_near(start, marks, rows) for start, _ in marks}
    return {path: max(places, key=lambda place: company[place[0]]) for path, places in looked_at.items()}


def _rows_near(start: int, marks: Sequence[tuple[int, Starts]], rows: Mapping[Starts, int]) -> int:
    near = slice(bisect_left(marks, (start - _ASIDE,)), bisect_left(marks, (start + _ASIDE + 1,)))
    return sum(rows[starts] for starts in {starts for _, starts in marks[near]})


def row_of(places: Sequence[Sequence[Place]], after: int, source: Source) -> Row:
    """The row around the value that stands in the fewest places, after the row before it."""
    starts = sorted(start for start, _ in min(places, key=len))
    at = bisect_left(starts, after)
    anchor = starts[at] if at < len(starts) else starts[0]
    sure = (closest(each, anchor)[0] for each in places if len(each) <= _SURE)
    return Row(anchor, (source.line_at(anchor), *map(source.line_at, sure)))


def beside_each_other(rows: Mapping[str, Row]) -> dict[str, Row]:
    """The rows of a table, each with the lines of its neighbours."""
    lines = sorted({row.lines[0] for row in rows.values()})
    told = {}
    for path, row in rows.items():
        at = bisect_left(lines, row.lines[0])
        below = lines[at + 1] if at + 1 < len(lines) else row.below
        told[path] = replace(row, above=lines[at - 1] if at else row.above, below=below)
    return told


def closest(places: Sequence[Place], anchor: int) -> Place:
    """The place nearest to an offset."""
    if len(places) == 1:
        return places[0]
    return min(places, key=lambda place: abs(place[0] - anchor))


def is_elsewhere(number: Decimal, places: Sequence[Place], row: Row, source: Source) -> bool:
    """A number of few figures stands on every page: it is the row's only where the row is, or as a rate."""
    if len(format(abs(number).normalize(), "f").replace(".", "")) > _SMALL:
        return False
    own = source.line_at(closest(places, row.anchor)[0]) if len(places) <= _SURE else None
    reach = row.reach(own)
    if reach is None or any(source.line_at(start) in reach for start, _ in places):
        return False
    return not any(is_percent(source.text, end) for _, end in places)


@lru_cache(maxsize=4_096)
def role_of(words: tuple[str, ...]) -> str | None:
    """Which part a number plays in a row's arithmetic; a unit's total is a price, a line's price a total."""
    said = set(words)
    if {"unit", "price"} <= said or {"unit", "cost"} <= said:
        return "price"
    roles = [role for role in ("total", "price", "quantity") if said & _ROLES[role]]
    return roles[0] if roles else None


def is_whole(values: Mapping[str, Decimal]) -> bool:
    """Whether a row has all that its arithmetic takes."""
    return values.keys() == _ROLES.keys() and all(values.values())


def agrees(values: Mapping[str, Decimal], row: Row, source: Source) -> bool:
    """Whether a whole row adds up as it is, or with a percentage that is printed in it."""
    product, total = values["quantity"] * values["price"], values["total"]
    if _is_near(product, total):
        return True
    shares = (share for share in source.percentages if _is_within(share.place, row, source))
    return any(_is_near(product * (100 + sign * share.value) / 100, total) for share in shares for sign in (1, -1))


def mended(values: Mapping[str, Decimal], row: Row, source: Source) -> tuple[str, Decimal] | None:
    """The part of a row that does not add up whose right value is printed there, and that value."""
    for role, number in _ways_to_mend(values):
        if any(_is_within(place, row, source) for place in _places_near(number, role, source)):
            return role, number
    return None


def _ways_to_mend(values: Mapping[str, Decimal]) -> Iterator[tuple[str, Decimal]]:
    yield "total", values["quantity"] * values["price"]
    yield "price", values["total"] / values["quantity"]
    yield "quantity", values["total"] / values["price"]


def _places_near(number: Decimal, role: str, source: Source) -> Sequence[Place]:
    """Where a computed number is printed, rounded as money is."""
    wanted = number.quantize(Decimal("0.01")) if role != "quantity" else number
    return source.numbers.get(abs(wanted), [])


def _is_within(place: Place, row: Row, source: Source) -> bool:
    reach = row.reach()
    return reach is None or source.line_at(place[0]) in reach


def _is_near(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= max(_CENT, abs(other) / 10_000)
