"""A workbook is laid out by people who type into cells: a list of labels, a form of two columns, or a sheet a topic."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from benchmarks.samples.notation import Notation
from benchmarks.samples.paper import Fact, Paper, Shown
from benchmarks.samples.workbook import Cell, Tab, column_name, draw_workbook

_DAY = "dd/mm/yyyy"
_DESCRIPTION = 2  # the column that gives the second sheet its name
_FORMATS = {"count": "General", "rate": "0%"}


@dataclass(frozen=True, slots=True)
class Book:
    """A paper on its way into cells: which formats its amounts have."""

    paper: Paper
    amount: str

    def cell(self, shown: Shown, bold: bool = False) -> Cell:
        if isinstance(shown.value, date):
            return Cell(shown.value, _DAY, bold)
        if isinstance(shown.value, Decimal):
            value = shown.value / 100 if shown.kind == "rate" else shown.value
            return Cell(value, _FORMATS.get(shown.kind, self.amount), bold)
        return Cell(shown.text, bold=bold)


Draw: TypeAlias = Callable[[Book], list[Tab]]


@dataclass(frozen=True, slots=True)
class XlsxLayout:
    """How a paper is laid out in cells, and which columns its table has."""

    draw: Draw
    columns: str = "usual"


def draw_xlsx(paper: Paper, notation: Notation, layout: XlsxLayout) -> bytes:
    return draw_workbook(layout.draw(Book(paper, _amount_format(notation))))


def _amount_format(notation: Notation) -> str:
    """Excel's own way to write the notation's currency."""
    before, _, after = notation.mark.partition("{}")
    return f"{_quoted(before)}#,##0.00{_quoted(after)}"


def _quoted(text: str) -> str:
    return f'"{text}"' if text else ""


def _list(book: Book) -> list[Tab]:
    """One sheet from top to bottom."""
    tab = Tab(book.paper.title)
    _head(tab, book.paper)
    for fact in book.paper.facts:
        tab.add(Cell(fact.label), book.cell(fact.shown))
    tab.add()
    _table(tab, book)
    _sums(tab, book)
    _terms(tab, book.paper)
    return [tab]


def _form(book: Book) -> list[Tab]:
    """Labels and values in pairs, two pairs a row."""
    tab = Tab(book.paper.title[:20])
    tab.add(Cell(book.paper.title.upper(), bold=True))
    _parties(tab, book.paper)
    facts = book.paper.facts
    for place in range(0, len(facts), 2):
        tab.add(*_pair(book, facts[place : place + 2]))
    tab.add()
    _table(tab, book)
    tab.add()
    _sums(tab, book)
    _terms(tab, book.paper)
    return [tab]


def _two_sheets(book: Book) -> list[Tab]:
    """The cover letter on one sheet, the positions on the next."""
    cover, positions = Tab(book.paper.title), Tab(book.paper.table.columns[_DESCRIPTION].title)
    _head(cover, book.paper)
    for fact in (*book.paper.facts, *book.paper.terms):
        cover.add(Cell(fact.label), book.cell(fact.shown))
    for fact in book.paper.sums:
        cover.add(Cell(fact.label), book.cell(fact.shown))
    for sentence in book.paper.closing:
        cover.add(Cell(sentence))
    _table(positions, book)
    return [cover, positions]


XLSX_LAYOUTS = {
    "list": XlsxLayout(_list),
    "cell_form": XlsxLayout(_form, columns="short"),
    "two_sheets": XlsxLayout(_two_sheets),
}


def _head(tab: Tab, paper: Paper) -> None:
    tab.add(Cell(paper.sender.party.name, bold=True))
    tab.add(Cell(", ".join(paper.sender.lines)))
    tab.add()
    tab.add(Cell(f"{paper.title} {paper.number}", bold=True))
    tab.add(Cell(paper.recipient.role or ""), Cell(paper.recipient.party.name))
    tab.add(None, Cell(", ".join(paper.recipient.lines)))


def _parties(tab: Tab, paper: Paper) -> None:
    for address in (paper.sender, paper.recipient):
        label = Cell(address.role, bold=True) if address.role else None
        tab.add(label, Cell(address.party.name))
        tab.add(None, Cell(", ".join(address.lines)))


def _pair(book: Book, facts: tuple[Fact, ...]) -> list[Cell | None]:
    row: list[Cell | None] = []
    for fact in facts:
        row += [Cell(fact.label, bold=True), book.cell(fact.shown), None]
    return row


def _table(tab: Tab, book: Book) -> None:
    tab.add(*(Cell(column.title, bold=True) for column in book.paper.table.columns))
    for row in book.paper.table.rows:
        tab.add(*(book.cell(shown) for shown in row))


def _sums(tab: Tab, book: Book) -> None:
    """Below the last column; the goods' sum with its formula, as the seller's Excel calculated it."""
    width = len(book.paper.table.columns)
    last = len(tab.rows)
    first = last - len(book.paper.table.rows) + 1
    total = f"SUM({column_name(width)}{first}:{column_name(width)}{last})"
    for number, fact in enumerate(book.paper.sums):
        cell = book.cell(fact.shown, bold=fact is book.paper.sums[-1])
        if number == 0:
            cell = Cell(cell.value, cell.format, cell.bold, total)
        tab.add(*[None] * (width - 2), Cell(fact.label), cell)


def _terms(tab: Tab, paper: Paper) -> None:
    tab.add()
    for fact in paper.terms:
        tab.add(Cell(fact.label), Cell(fact.shown.text))
    for sentence in paper.closing:
        tab.add(Cell(sentence))
    tab.add(Cell(paper.regards), Cell(paper.sender.party.person))
