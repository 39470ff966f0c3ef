"""A CSV is a sheet when its lines agree on what parts them; otherwise it is the text it is."""

import csv
import re
from collections import Counter
from collections.abc import Sequence

from extraction.parsing.border import one_line, sanitised
from extraction.parsing.charset import decoded
from extraction.parsing.grid import table
from extraction.parsing.limits import Part, Parts, RawFile
from extraction.parsing.text import readable_text
from extraction.parsing.unreadable import TooLarge

_DELIMITERS = ";\t,|"
_SAMPLE_LINES = 60
_AGREEING = 0.7
_LONGEST_CELL = 1_000_000
_NAMED = re.compile(r"sep=(.)\n")  # how Excel is told


def read_delimited(file: RawFile) -> Parts:
    """The sheet as one part, or the text."""
    text = sanitised(readable_text(file, decoded(file.content)))
    named = _NAMED.match(text)
    delimiter = named.group(1) if named else _delimiter(text)
    rows = _rows(text, delimiter) if delimiter else None
    if rows is None:
        yield Part(text, "body")
        return
    if sum(map(len, rows)) > file.limits.cells:
        raise TooLarge(file.name, "cells", None, file.limits.cells)
    body = rows[1:] if named else rows
    numbered = [(number, [one_line(cell) for cell in row]) for number, row in enumerate(body, start=1)]
    shown, grid = table(numbered)
    yield Part(shown, "body", grid=grid)


def _delimiter(text: str) -> str | None:
    """What parts most of the lines into equally many cells."""
    sample = "\n".join(text.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES])
    best, found = _AGREEING, None
    for delimiter in _DELIMITERS:
        share = _agreement(_rows(sample, delimiter) or [])
        if share > best:
            best, found = share, delimiter
    return found


def _agreement(rows: Sequence[Sequence[str]]) -> float:
    widths = Counter(len(row) for row in rows if any(row))
    if not widths:
        return 0.0
    width, agreeing = max(widths.items(), key=lambda each: (each[1], each[0]))
    return agreeing / widths.total() if width > 1 else 0.0


def _rows(text: str, delimiter: str) -> list[list[str]] | None:
    csv.field_size_limit(_LONGEST_CELL)
    try:
        return list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        return None
