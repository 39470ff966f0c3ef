"""A row of a table is one line with tabs, unless its cells are little pages: then they follow each other."""

from collections.abc import Sequence
from dataclasses import dataclass, field

_CELL_LINES = 3  # more lines than this in one of a few cells: the table lays out a page, it holds no data
_DEEPEST = 40  # tables within tables beyond this are somebody's joke: their cells are lines
_LAYOUT_CELLS = 3  # a row of more cells than this is data, however long one of its cells


def row_lines(cells: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a row, each cell given as its own lines."""
    if not any(cells):
        return []
    if _is_layout(cells):
        return [line for cell in cells for line in cell]
    return ["\t".join(" ".join(cell) for cell in cells).rstrip("\t")]


def _is_layout(cells: Sequence[Sequence[str]]) -> bool:
    filled = [cell for cell in cells if cell]
    if any("\t" in line for cell in filled for line in cell):
        return True
    longest = max(len(cell) for cell in filled)
    return len(filled) == 1 < longest or (len(filled) <= _LAYOUT_CELLS and longest > _CELL_LINES)


@dataclass(slots=True)
class _Frame:
    """The page, or a cell: finished lines, the open line, and the cells of the open row."""

    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)


class Lines:
    """Takes text, line ends, cells and rows in document order and returns the text they make."""

    def __init__(self) -> None:
        self._frames = [_Frame()]
        self._buried = 0

    def write(self, text: str) -> None:
        frame = self._frames[-1]
        if frame.cells:
            self.end_row()
        frame.line.append(text)

    def ends_with_blank(self) -> bool:
        """True where a blank would be the second one: at the start of a line or after a blank."""
        line = self._frames[-1].line
        return not line or line[-1][-1:].isspace()

    def end_line(self) -> None:
        frame = self._frames[-1]
        line = "".join(frame.line).strip()
        frame.line.clear()
        if line:
            frame.lines.append(line)

    def end_paragraph(self) -> None:
        """A line end with an empty line after it; of several empty lines, one stays."""
        self.end_line()
        frame = self._frames[-1]
        if frame.lines and frame.lines[-1]:
            frame.lines.append("")

    def open_cell(self) -> None:
        self.end_line()
        if len(self._frames) > _DEEPEST:
            self._buried += 1
        else:
            self._frames.append(_Frame())

    def close_cell(self) -> None:
        if self._buried:
            self._buried -= 1
            self.end_line()
        elif len(self._frames) > 1:
            self.end_row()
            cell = self._frames.pop()
            self._frames[-1].cells.append([line for line in cell.lines if line])

    def end_row(self) -> None:
        self.end_line()
        frame = self._frames[-1]
        frame.lines.extend(row_lines(frame.cells))
        frame.cells.clear()

    def text(self) -> str:
        self._buried = 0
        while len(self._frames) > 1:
            self.close_cell()
        self.end_row()
        return "\n".join(self._frames[0].lines).strip("\n")
