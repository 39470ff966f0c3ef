"""A table is a header whose words name the fields of a row, and the rows below it until the totals."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from sandbox.answers.amounts import NUMBER, Mark, read_figure
from sandbox.answers.page import Line
from sandbox.answers.rows import Row, plain_row
from sandbox.answers.words import Concepts, concepts_of, words_of

Role = Literal["position", "article", "description", "quantity", "unit", "price", "discount", "total", "other"]
_MOST_HEADER_WORDS = 18
_MOST_BREAKS = 3
_FIGURE = re.compile(r"\d")
_BEGINNING = re.compile(r"\d[\d.,]*\s+\S|(?=\S*\d)[A-Z][A-Z0-9./_-]{2,}\s")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of all tables of the document, and the lines that they and their headers take."""

    rows: tuple[Row, ...]
    taken: frozenset[int]


def table_of(lines: Sequence[Line], mark: Mark, first: int) -> Table:
    """Read the tables; rows above the line `first` are left out."""
    reader = _Reader(mark)
    for number, line in enumerate(lines):
        reader.read(number, line)
    return Table(tuple(row for number, row in reader.rows if number >= first), frozenset(reader.taken))


@dataclass(slots=True)
class _Reader:
    """Goes through the lines with the header above them, and the beginning of a row that a line end broke."""

    mark: Mark
    header: "Header | None" = None
    rows: list[tuple[int, Row]] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    begun: list[tuple[int, str]] = field(default_factory=list)

    def read(self, number: int, line: Line) -> None:
        found = header_of(line)
        if found:
            self.header, self.begun = found, []
            self.taken.add(number)
        elif self.header and (row := _row(line, self.header, self.mark)):
            self._take(row, [number])
        elif self.header and not self.header.celled:
            self._go_on(number, line.text, self.header)

    def _go_on(self, number: int, text: str, header: "Header") -> None:
        """A line that is no row goes on with the one before, or begins one."""
        joined = " ".join([*(part for _, part in self.begun), text])
        row = plain_row(joined, header.roles, self.mark) if self.begun else None
        if row:
            self._take(row, [*(above for above, _ in self.begun), number])
        elif self.begun and len(self.begun) < _MOST_BREAKS:
            self.begun.append((number, text))
        else:
            self.begun = [(number, text)] if _BEGINNING.match(text) else []

    def _take(self, row: Row, numbers: Sequence[int]) -> None:
        self.rows.append((numbers[0], row))
        self.taken.update(numbers)
        self.begun = []


@dataclass(frozen=True, slots=True)
class Header:
    """What the columns hold; without cells, in which order their words stand."""

    roles: tuple[Role, ...]
    celled: bool


def header_of(line: Line) -> Header | None:
    """The line as a table's header, if it names a quantity or a price besides what is meant."""
    return None if _FIGURE.search(line.text) or ":" in line.text else _header(line)


@lru_cache(maxsize=512)
def _header(line: Line) -> Header | None:
    if len(line.cells) > 2:
        roles = _numbered(tuple(_role(concepts_of(cell)) for cell in line.cells), line.cells[0])
        return Header(roles, True) if _is_header(roles) else None
    words = words_of(line.text)
    if not 3 <= len(words) <= _MOST_HEADER_WORDS:
        return None
    each = _numbered(tuple(_word_role(word) for word in words), words[0])
    roles = tuple(dict.fromkeys(role for role in each if role != "other"))
    return Header(roles, False) if _is_header(roles) else None


def _numbered(roles: tuple[Role, ...], first: str) -> tuple[Role, ...]:
    """A first column that is called a number, and no more, or an item beside its own columns, numbers the rows."""
    named_later = (
        roles[0] in ("article", "description")
        and "description" in roles[1:]
        and roles[0]
        in (
            "description",
            *roles[1:],
        )
    )
    return ("position", *roles[1:]) if concepts_of(first) == {"number"} or named_later else roles


def _is_header(roles: Sequence[Role]) -> bool:
    said = set(roles)
    return len(said - {"other"}) >= 4 and "quantity" in said and bool(said & {"price", "total"})


def _role(concepts: Concepts) -> Role:
    """The part that a column plays."""
    if "discount" in concepts:
        return "discount"
    if "quantity" in concepts:
        return "quantity"
    if "price" in concepts and "total" not in concepts:
        return "price"
    if concepts & {"total", "amount"}:
        return "total"
    if "price" in concepts:
        return "price"
    if "unit" in concepts:
        return "unit"
    return _naming_role(concepts)


def _naming_role(concepts: Concepts) -> Role:
    if "article" in concepts and ("number" in concepts or "description" not in concepts):
        return "article"
    if "description" in concepts:
        return "description"
    if "position" in concepts:
        return "position"
    return "article" if "number" in concepts else "other"


def _word_role(word: str) -> Role:
    return _role(concepts_of(word))


def _row(line: Line, header: Header, mark: Mark) -> Row | None:
    if header.celled:
        return _celled_row(line, header, mark) if len(line.cells) > 2 else None
    return plain_row(line.text, header.roles, mark)


def _celled_row(line: Line, header: Header, mark: Mark) -> Row | None:
    given = dict(zip(header.roles, line.cells, strict=False))
    quantity, price = _figure(given.get("quantity"), mark), _figure(given.get("price"), mark)
    total, discount = _figure(given.get("total"), mark), _figure(given.get("discount"), mark)
    description = given.get("description") or ""
    if quantity is None or (price is None and total is None) or not (description or given.get("article")):
        return None
    position = given.get("position") or ""
    number = int(position.rstrip(".")) if re.fullmatch(r"\d{1,4}\.?", position) else None
    article = given.get("article") or (position if position and number is None else None)
    return Row(number, article, description, quantity, given.get("unit") or None, price, discount, total)


def _figure(cell: str | None, mark: Mark) -> Decimal | None:
    found = NUMBER.fullmatch(cell.strip()) if cell else None
    return read_figure(found["figure"], mark) if found else None
