"""A value that is printed may still be another's: of another row, under another label, against the row's arithmetic."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from extraction import currencies
from extraction.amounts import as_decimal
from extraction.finders import Found, kind_of
from extraction.labels import Label
from extraction.leaves import Leaf
from extraction.rows import Row, agrees, is_elsewhere, is_whole, mended, role_of, rows_of
from extraction.source import Place, Source
from extraction.unprinted import is_factor


class Sought(NamedTuple):
    """A value, where it may stand, and the label that would stand beside it."""

    leaf: Leaf
    found: Found
    label: Label


class Sums(NamedTuple):
    """What the arithmetic of rows says: the values it bears out, and those it speaks against, with the reason."""

    settled: frozenset[str]
    wrong: dict[str, str]
    open: frozenset[str]  # neither: the row does not add up, and nothing printed there mends it


def rows_in(sought: Sequence[Sought], source: Source) -> dict[str, Row]:
    """Where each row of every list stands, in the order of the rows."""
    places: dict[str, list[Sequence[Place]]] = {}
    of_rows = [each for each in sought if each.leaf.row]
    times = Counter(map(_in_column, of_rows))
    # What says most comes first: of values that stand in as few places, it tells where the row is.
    for each in sorted(of_rows, key=lambda each: (each.leaf.field.kind == "number", -len(str(each.leaf.value)))):
        if each.found.places and _tells_a_row(each):
            if each.leaf.row in places and times[_in_column(each)] > 1:
                continue
            places.setdefault(each.leaf.row, []).append(each.found.places)
    tables: dict[str, dict[str, Sequence[Sequence[Place]]]] = {}
    for path in dict.fromkeys(each.leaf.row for each in sought if each.leaf.row in places):
        tables.setdefault(path.rpartition("[")[0], {})[path] = places[path]
    return {path: row for table in tables.values() for path, row in rows_of(table, source).items()}


def _tells_a_row(sought: Sought) -> bool:
    """Whether a value may tell where its row is: a unit, a currency or a choice stands wherever it likes."""
    kind = sought.leaf.field.kind
    is_unit = is_factor(sought.leaf.field) or bool(currencies.signs_of(str(sought.leaf.value)))
    return kind not in ("currency", "judgement", "summary") and not is_unit


def _in_column(sought: Sought) -> tuple[str, str, str]:
    """A value and the column of its list: what many rows have tells none of them."""
    leaf = sought.leaf
    return leaf.row.rpartition("[")[0], leaf.field.name, str(leaf.value)


def sums_of(sought: Sequence[Sought], rows: Mapping[str, Row], source: Source) -> Sums:
    """What becomes of the values of every row that has a quantity, a price and a total."""
    settled: set[str] = set()
    wrong: dict[str, str] = {}
    undecided: set[str] = set()
    for path, leaves in _parts(sought, rows).items():
        values = {role: number for role, leaf in leaves.items() if (number := as_decimal(leaf.value)) is not None}
        paths = {leaf.path for leaf in leaves.values()}
        if not is_whole(values):
            continue
        if agrees(values, rows[path], source):
            settled |= paths
        elif found := mended(values, rows[path], source):
            wrong[leaves[found[0]].path] = f"the row states {found[1]:.10g}, with which it adds up"
        else:
            undecided |= paths
    return Sums(frozenset(settled), wrong, frozenset(undecided))


def _parts(sought: Sequence[Sought], rows: Mapping[str, Row]) -> dict[str, dict[str, Leaf]]:
    """The values of each row by the part they play in its arithmetic."""
    parts: dict[str, dict[str, Leaf]] = {}
    for leaf in (each.leaf for each in sought):
        if leaf.row in rows and leaf.field.kind == "number" and (role := role_of(leaf.field.words)):
            parts.setdefault(leaf.row, {}).setdefault(role, leaf)
    return parts


def _may_be_elsewhere(leaf: Leaf) -> bool:
    """Whether the value is of few figures that stand all over a document, and means its row."""
    is_number = leaf.field.kind == "number" or (leaf.field.kind == "text" and str(leaf.value).isdigit())
    return is_number and not is_factor(leaf.field)


def doubt_about(sought: Sought, row: Row | None, source: Source) -> str | None:
    """Why a value that is printed is another's."""
    field, places = sought.leaf.field, sought.found.places
    if not places:
        return None
    number = as_decimal(sought.leaf.value) if row and _may_be_elsewhere(sought.leaf) else None
    if row and number is not None and is_elsewhere(number, places, row, source):
        return "printed, but not in this row"
    if row is not None:
        return None
    kind = kind_of(sought.leaf.value, field.kind)
    is_anothers = kind in ("number", "date") and sought.label.is_elsewhere(places, kind)
    return "printed, but the label stands beside another value" if is_anothers else None
