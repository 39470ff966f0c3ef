"""A workbook is what one sees of it: visible sheets, rows and columns, a row a line, a cell a column."""

import io
import warnings
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from itertools import repeat
from typing import Any
from zipfile import ZipFile

from extraction.parsing.border import one_line
from extraction.parsing.cells import cell_text
from extraction.parsing.grid import Row, table
from extraction.parsing.limits import Part, Parts, RawFile
from extraction.parsing.package import checked_package
from extraction.parsing.sheet_marks import Marks, marks_of
from extraction.parsing.unreadable import TooLarge

_NOTHING_HIDDEN = Marks()


def read_xlsx(file: RawFile) -> Parts:
    """One part a sheet; what is hidden is read only where nothing else holds a value."""
    with ExitStack() as stack:
        package = stack.enter_context(checked_package(file))
        stack.enter_context(warnings.catch_warnings())
        warnings.filterwarnings("ignore", module="openpyxl")  # about parts of a workbook that hold no text
        book = _Workbook(file, package, stack)
        parts = book.parts(everything=False)
        if not any(part.text for part in parts):
            parts = book.parts(everything=True)
    yield from (part for part in parts if part.text)


class _Workbook:
    """The workbook twice over: its values, and its formulas where they were never calculated."""

    def __init__(self, file: RawFile, package: ZipFile, stack: ExitStack) -> None:
        self._file = file
        self._package = package
        self._stack = stack
        self._cells_left = file.limits.cells
        self._values = self._opened(values=True)
        self._formulas: Any = None

    def _opened(self, values: bool) -> Any:
        from openpyxl import load_workbook  # costs 0.4 s, and most runs never meet a workbook

        book = load_workbook(io.BytesIO(self._file.content), read_only=True, data_only=values)
        return self._stack.enter_context(closing(book))

    def parts(self, everything: bool) -> list[Part]:
        return [
            self._part(number, sheet, everything)
            for number, sheet in enumerate(self._values.worksheets, start=1)
            if everything or sheet.sheet_state == "visible"
        ]

    def _part(self, number: int, sheet: Any, everything: bool) -> Part:
        marks = marks_of(self._package, sheet)
        hidden = _NOTHING_HIDDEN if everything else marks
        formulas = self._formula_rows(number) if marks.uncalculated else repeat(())
        rows: list[Row] = []
        for place, (row, formula_row) in enumerate(zip(_rows(sheet), formulas, strict=False), start=1):
            self._spend(len(row))
            texts = _texts(row, formula_row)
            if any(texts) and place not in hidden.rows:
                rows.append((place, texts))
        text, grid = table(rows, hidden.columns)
        return Part(text, f"sheet {one_line(sheet.title)}", number, grid=grid)

    def _formula_rows(self, number: int) -> Iterable[Any]:
        if self._formulas is None:
            self._formulas = self._opened(values=False)
        return _rows(self._formulas.worksheets[number - 1])

    def _spend(self, cells: int) -> None:
        """One far-off cell in each of a million rows ends in a sentence, not in an hour."""
        self._cells_left -= cells
        if self._cells_left < 0:
            raise TooLarge(self._file.name, "cells", None, self._file.limits.cells)


def _rows(sheet: Any) -> Iterator[Any]:
    sheet.reset_dimensions()  # many writers state them wrong, and what lies beyond would be lost
    rows: Iterator[Any] = sheet.iter_rows()
    return rows


def _texts(row: Any, formula_row: Any) -> list[str]:
    texts = [_text(cell) for cell in row]
    for place, cell in enumerate(formula_row):
        if not texts[place]:
            texts[place] = _formula(cell)
    return texts


def _text(cell: Any) -> str:
    value = cell.value
    if value is None or isinstance(value, str):
        return one_line(value or "")
    return cell_text(value, str(cell.number_format))


def _formula(cell: Any) -> str:
    """The formula itself, so that a total that nobody calculated is not silently missing."""
    formula = getattr(cell.value, "text", cell.value)
    return one_line(formula) if isinstance(formula, str) and formula.startswith("=") else ""
