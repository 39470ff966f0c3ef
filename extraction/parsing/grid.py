"""A sheet is a table of texts: what is empty is left out, and every cell that stays knows where it stood."""

from collections.abc import Collection, Sequence

from extraction.document import Grid

Row = tuple[int, Sequence[str]]  # its number in the sheet, from 1, and the text of each of its cells


def table(rows: Sequence[Row], hidden_columns: Collection[int] = ()) -> tuple[str, Grid]:
    """The rows as lines, the cells between tabs; columns that hold nothing are left out of all rows alike."""
    used = {place for _, row in rows for place, text in enumerate(row) if text}
    columns = sorted(place for place in used if place + 1 not in hidden_columns)
    lines = ((number, _line(row, columns)) for number, row in rows)
    kept = [(number, line) for number, line in lines if line]
    grid = Grid(tuple(number for number, _ in kept), tuple(place + 1 for place in columns))
    return "\n".join(line for _, line in kept), grid


def _line(row: Sequence[str], columns: Sequence[int]) -> str:
    return "\t".join(row[place] if place < len(row) else "" for place in columns).rstrip("\t")
