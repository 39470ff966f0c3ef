"""What stands side by side on a picture is one line of text, with a tab where a column begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from extraction.document import Box, Line

_COLUMN_GAP = 1.5  # heights of a line: a wider gap is no blank
_PARAGRAPH_GAP = 1.0
_LONG = 5  # times as wide as high: what is shorter tells no slope


@dataclass(frozen=True, slots=True)
class Seen:
    """A piece of writing: its rectangle in pixels, its slope, its rectangle in shares of the picture."""

    text: str
    confidence: float
    left: float
    right: float
    middle: float
    height: float
    slope: float | None
    box: Box
    is_tall: bool

    @classmethod
    def of(cls, corners: Sequence[Sequence[float]], text: str, confidence: float, size: tuple[int, int]) -> "Seen":
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
        (x0, y0), (x1, y1), _, (x3, y3) = corners
        height = max(((x3 - x0) ** 2 + (y3 - y0) ** 2) ** 0.5, 1.0)
        is_tall = bottom - top > 1.5 * (right - left) and len(text) > 2
        slope = (y1 - y0) / (x1 - x0) if x1 - x0 > _LONG * height else None
        width_px, height_px = size
        box = Box(
            *(
                min(max(share, 0.0), 1.0)
                for share in (left / width_px, top / height_px, right / width_px, bottom / height_px)
            )
        )
        return cls(text, float(confidence), left, right, (top + bottom) / 2, height, slope, box, is_tall)


def laid_out(seen: Sequence[Seen]) -> tuple[str, tuple[Line, ...]]:
    """The text, and where in it each piece stands."""
    texts: list[str] = []
    lines: list[Line] = []
    end = 0
    for gap, piece in _in_order(seen):
        start = end + len(gap)
        end = start + len(piece.text)
        texts += (gap, piece.text)
        lines.append(Line(start, end, piece.box, piece.confidence))
    return "".join(texts), tuple(lines)


def _in_order(seen: Sequence[Seen]) -> list[tuple[str, Seen]]:
    """Every piece with what stands before it."""
    slopes = [each.slope for each in seen if each.slope is not None]
    slope = median(slopes) if slopes else 0.0
    ordered: list[tuple[str, Seen]] = []
    below = None
    for row in _rows(seen, slope):
        level, height = _level(row[0], slope), median(each.height for each in row)
        is_apart = below is not None and level - below > height * (1 + _PARAGRAPH_GAP)
        gap = "" if below is None else "\n\n" if is_apart else "\n"
        for before, piece in zip([None, *row], row, strict=False):
            ordered.append((gap if before is None else _between(before, piece), piece))
        below = level
    return ordered


def _rows(seen: Sequence[Seen], slope: float) -> list[list[Seen]]:
    rows: list[list[Seen]] = []
    level = height = 0.0
    for piece in sorted(seen, key=lambda each: _level(each, slope)):
        own = _level(piece, slope)
        if rows and own - level < min(height, piece.height) / 2:
            rows[-1].append(piece)
            level += (own - level) / len(rows[-1])
        else:
            rows.append([piece])
            level, height = own, piece.height
    return [sorted(row, key=lambda each: each.left) for row in rows]


def _level(piece: Seen, slope: float) -> float:
    """How far down the piece stands on a sheet that lies straight."""
    return piece.middle - slope * (piece.left + piece.right) / 2


def _between(before: Seen, piece: Seen) -> str:
    return "\t" if piece.left - before.right > _COLUMN_GAP * min(before.height, piece.height) else " "
