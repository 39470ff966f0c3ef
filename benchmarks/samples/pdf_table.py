"""A long table runs over pages: its header is repeated, and accountants carry the sum over."""

from dataclasses import dataclass

from benchmarks.samples.paper import Column, Paper, Shown
from benchmarks.samples.sheet import Align, Sheet

_GAP = 6
_PALE = (0.94, 0.95, 0.97)


@dataclass(frozen=True, slots=True)
class TableStyle:
    """The looks of a table."""

    ruled: bool = True
    striped: bool = False
    carries: bool = False
    row: float = 1.15


def draw_rows(sheet: Sheet, paper: Paper, style: TableStyle) -> None:
    edges = _edges(sheet, paper.table.columns)
    _header(sheet, paper.table.columns, edges)
    for number, row in enumerate(paper.table.rows):
        if not sheet.fits(style.row + 1):
            _turn(sheet, paper, style, edges, number)
        if style.striped and number % 2:
            sheet.band(sheet.leading * style.row, _PALE)
        _row(sheet, row, paper.table.columns, edges)
        sheet.down(style.row)
        if style.ruled:
            sheet.rule(0.2)


def _edges(sheet: Sheet, columns: tuple[Column, ...]) -> list[tuple[float, float]]:
    """Where each column begins and ends."""
    unit = (sheet.right - sheet.left + _GAP) / sum(column.share for column in columns)
    edges, start = [], sheet.left
    for column in columns:
        edges.append((start, start + column.share * unit - _GAP))
        start += column.share * unit
    return edges


def _header(sheet: Sheet, columns: tuple[Column, ...], edges: list[tuple[float, float]]) -> None:
    for column, edge in zip(columns, edges, strict=True):
        x, align = _place(column, edge)
        sheet.write(x, column.title, bold=True, align=align, scale=0.9)
    sheet.down(1.1)
    sheet.rule()


def _row(sheet: Sheet, row: tuple[Shown, ...], columns: tuple[Column, ...], edges: list[tuple[float, float]]) -> None:
    for cell, column, edge in zip(row, columns, edges, strict=True):
        x, align = _place(column, edge)
        sheet.write(x, cell.text, align=align)


def _place(column: Column, edge: tuple[float, float]) -> tuple[float, Align]:
    return (edge[1], "right") if column.is_number else (edge[0], "left")


def _turn(sheet: Sheet, paper: Paper, style: TableStyle, edges: list[tuple[float, float]], number: int) -> None:
    so_far = paper.table.carried[number - 1] if style.carries and number else None
    if so_far:
        _carry(sheet, paper, so_far)
    sheet.turn()
    _header(sheet, paper.table.columns, edges)
    if so_far:
        _carry(sheet, paper, so_far)


def _carry(sheet: Sheet, paper: Paper, amount: str) -> None:
    sheet.write(sheet.left, paper.carried, bold=True)
    sheet.line(sheet.right, amount, bold=True, align="right")
