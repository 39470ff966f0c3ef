"""XLS, XLSB and OpenDocument sheets are read like workbooks: visible sheets, a row a line, every cell placed."""

import io
from typing import Any

from extraction.parsing.border import one_line
from extraction.parsing.cells import cell_text
from extraction.parsing.grid import Row, table
from extraction.parsing.limits import Part, Parts, RawFile
from extraction.parsing.package import checked_package
from extraction.parsing.unreadable import Corrupt, Encrypted, TooLarge


def read_sheets(file: RawFile) -> Parts:
    """One part a sheet; hidden sheets are read only where nothing else holds a value."""
    if file.content.startswith(b"PK"):
        checked_package(file, may_declare_types=True).close()
    parts = _visible_or_all(file)
    yield from (part for part in parts if part.text)


def _visible_or_all(file: RawFile) -> list[Part]:
    from python_calamine import CalamineError, SheetVisibleEnum, load_workbook

    try:
        with load_workbook(io.BytesIO(file.content)) as book:
            numbered = list(enumerate(book.sheets_metadata, start=1))
            shown = [number for number, sheet in numbered if sheet.visible == SheetVisibleEnum.Visible]
            parts = [_part(file, book, number) for number in shown]
            if not any(part.text for part in parts):
                parts = [_part(file, book, number) for number, _ in numbered]
            return parts
    except CalamineError as error:
        raise _refusal(file, error) from error


def _refusal(file: RawFile, error: Exception) -> Encrypted | Corrupt:
    if "password" in f"{type(error).__name__} {error}".lower():
        return Encrypted(file.name)
    return Corrupt(file.name, "its structure is not that of a workbook")


def _part(file: RawFile, book: Any, number: int) -> Part:
    sheet = book.get_sheet_by_index(number - 1)
    if sheet.start is None:
        return Part("", f"sheet {one_line(sheet.name)}", number)
    _check_size(file, sheet)
    top, left = sheet.start
    before = [""] * left
    cells = enumerate(sheet.to_python(), start=top + 1)
    rows: list[Row] = [(place, before + [cell_text(value, "") for value in row]) for place, row in cells]
    text, grid = table(rows)
    return Part(text, f"sheet {one_line(sheet.name)}", number, grid=grid)


def _check_size(file: RawFile, sheet: Any) -> None:
    if sheet.height * sheet.width > file.limits.cells:
        raise TooLarge(file.name, "cells", sheet.height * sheet.width, file.limits.cells)
