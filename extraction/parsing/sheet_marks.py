"""What a sheet's markup says and openpyxl's streaming reader does not: the hidden, the never calculated."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zipfile import ZipFile

_MOST_COLUMNS = 16_384  # of a sheet, by its format: a column range may claim more
_HIDDEN = re.compile(rb"""<(?:\w+:)?(row|col)\s([^<>]*\bhidden=["'](?:1|true)["'][^<>]*)>""")
_PLACE = re.compile(rb"""\b(r|min|max)=["'](\d{1,7})["']""")
_UNCALCULATED = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^<>]*)?/>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


@dataclass(frozen=True, slots=True)
class Marks:
    """Rows and columns (from 1) that the sheet hides, and whether a formula of it has no value."""

    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()
    uncalculated: bool = False


def marks_of(package: ZipFile, sheet: Any) -> Marks:
    """The marks of a sheet that openpyxl opened for reading."""
    markup = package.read(sheet._worksheet_path)
    found = list(_hidden(markup))
    return Marks(
        frozenset(place for kind, places in found if kind == b"row" for place in places),
        frozenset(place for kind, places in found if kind == b"col" for place in places),
        _UNCALCULATED.search(markup) is not None,
    )


def _hidden(markup: bytes) -> Iterator[tuple[bytes, range]]:
    for element in _HIDDEN.finditer(markup):
        places = {name: int(number) for name, number in _PLACE.findall(element.group(2))}
        first = places.get(b"r", places.get(b"min", 0))
        last = min(places.get(b"max", first), max(first, _MOST_COLUMNS))
        yield element.group(1), range(first, last + 1)
