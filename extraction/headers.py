"""Rows that are shown without the top of their table take its header row along, or nobody could tell the columns."""

import re
from collections.abc import Iterator

_FIGURES = re.compile(r"(?<!\w)[-+]?[$€£]?\d[\d.,'/-]*%?(?!\w)")
_CELLS = re.compile(r"\t|\s{2,}")
_FARTHEST = 60_000  # characters above which no header is looked for
_BETWEEN = 3  # lines between two rows (a description that goes on, a page's end) that do not end a table
_LONGEST = 200
_MOST_COLUMNS = 20


def row_starts(text: str) -> Iterator[int]:
    """Where each line begins that looks like a row of a table."""
    start = 0
    for line in text.split("\n"):
        if "\t" in line or _is_row(line):
            yield start
        start += len(line) + 1


def header_row(text: str, start: int) -> str:
    """The header row of the table that goes on at `start`; empty where none does."""
    line_end = text.find("\n", start)
    first = text[start : line_end if line_end >= 0 else None]
    if "\t" in first:
        return _top_of_cells(text, start)
    return _header_above(text, start) if _is_row(first) else ""


def _top_of_cells(text: str, start: int) -> str:
    """Of lines with tabs the first is the header, if it is one."""
    top = ""
    for line in _lines_above(text, start):
        if line.strip() and "\t" not in line:
            break
        top = line if line.strip() else top
    return _shown(top) if top and not _FIGURES.search(top) else ""


def _header_above(text: str, start: int) -> str:
    """The nearest line without figures that a row follows and that names several columns."""
    others, below_is_row = 0, True
    for line in _lines_above(text, start):
        if not line.strip():
            continue
        if _is_row(line):
            others, below_is_row = 0, True
        elif below_is_row and _names_columns(line):
            return _shown(line)
        else:
            others, below_is_row = others + 1, False
        if others > _BETWEEN:
            break
    return ""


def _lines_above(text: str, start: int) -> list[str]:
    begin = text.rfind("\n", 0, start) + 1
    return text[max(0, begin - _FARTHEST) : begin].split("\n")[::-1]


def _is_row(line: str) -> bool:
    """Two figures or more, in a line that is no sentence."""
    return len(_FIGURES.findall(line)) > 1 and len(line) <= _LONGEST


def _names_columns(line: str) -> bool:
    words = _CELLS.split(line.strip()) if _CELLS.search(line.strip()) else line.split()
    says_no_more = not re.search(r"\d", line) and line.rstrip()[-1] not in ".:;,"
    return says_no_more and 3 <= len(words) <= _MOST_COLUMNS and len(line) <= _LONGEST


def _shown(line: str) -> str:
    return line.strip()[:_LONGEST]
