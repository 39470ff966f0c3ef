"""Charts where a table does not tell it: small pictures in Markdown, drawn here, readable on light and dark pages.

They are as wide as the column Dagster shows them in: a wider one would push the sentences beside it out of sight.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log10

WIDTH, MARGIN, LINE, BAR, ROW = 350, 6, 16, 10, 32  # a row is a line of text with its bar beneath
SPAN, DOT = WIDTH - 2 * MARGIN, 5
INK, PALE, PAPER = "#343a40", "#ced4da", "#ffffff"
COLOURS = ("#1971c2", "#f08c00", "#2f9e44", "#9c36b5", "#c92a2a", "#0c8599", "#846358", "#868e96")
LONGEST = 30  # characters of a label
MOST_SERIES = len(COLOURS) - 1  # what is smaller shares the last colour
OTHERS = "others"
SMALLEST = 1e-4  # of the largest: what is less stands where this does

Legend = Mapping[str, str]  # what a colour means


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles of one thing."""

    label: str
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """Something that lasted, in shares of the whole time shown."""

    begin: float
    end: float
    colour: str


def stacked(alt: str, rows: Mapping[str, Mapping[str, float]], unit: str, key: Legend | None = None) -> str:
    """A bar a row, cut by series: what each row is made of, and what it is all together."""
    series = list(key) if key else _largest(rows)
    colours = key or dict(zip(series, COLOURS, strict=False))
    longest = max((sum(parts.values()) for parts in rows.values()), default=0) or 1
    marks = []
    for number, (label, parts) in enumerate(rows.items()):
        x = float(MARGIN)
        marks += _heading(number, label, _total(parts.values(), unit))
        for name, value in _shares(parts, series).items():
            width = value / longest * SPAN
            marks.append(_rect(x, _bar(number), width, colours[name]))
            x += width
    return _picture(alt, marks, len(rows) * ROW, colours)


def spreads(alt: str, rows: Sequence[Spread], unit: str = "s") -> str:
    """p50, p95 and p99 of each, on one logarithmic scale: a tenth and a hundredfold fit on one page."""
    values = [value for row in rows for value in _three(row) if value > 0]
    high = max(values, default=1.0)
    low = max(min(values, default=1.0), high * SMALLEST)

    def x(value: float) -> float:
        decades = log10(high / low) if high > low else 1.0
        return MARGIN + DOT + (log10(max(value, low) / low) / decades) * (SPAN - 2 * DOT)

    marks = []
    for number, row in enumerate(rows):
        y = _bar(number) + BAR / 2
        marks += _heading(number, row.label, " / ".join(f"{value:.3g}" for value in _three(row)) + f" {unit}")
        marks.append(_line(x(row.p50), x(row.p99), y))
        marks += [_dot(x(value), y, colour) for value, colour in zip(_three(row), COLOURS, strict=False)]
    return _picture(alt, marks, len(rows) * ROW, dict(zip(("p50", "p95", "p99"), COLOURS, strict=False)))


def timeline(alt: str, rows: Mapping[str, Sequence[Stretch]], ticks: Sequence[tuple[float, str]], key: Legend) -> str:
    """A band a row over one stretch of time, coloured where something was the matter."""
    marks = []
    for number, (label, stretches) in enumerate(rows.items()):
        marks += [*_heading(number, label, ""), _rect(MARGIN, _bar(number), SPAN, PALE)]
        marks += [
            _rect(MARGIN + each.begin * SPAN, _bar(number), max((each.end - each.begin) * SPAN, 2), each.colour)
            for each in stretches
        ]
    marks += [_text(MARGIN + at * SPAN, MARGIN + len(rows) * ROW, text, "middle") for at, text in ticks]
    return _picture(alt, marks, len(rows) * ROW + LINE, key)


def columns(alt: str, values: Sequence[tuple[str, float | None]], said: str, limit: float | None = None) -> str:
    """A column a day, the last one named; a missing day is a gap, and a limit a line across."""
    height = 100
    known = [value for _, value in values if value is not None]
    top = max([*known, limit or 0.0]) or 1.0
    step = SPAN / max(len(values), 1)
    marks = []
    for number, (_, value) in enumerate(values):
        if value is not None:
            tall = max(value / top * height, 1)
            over = limit is not None and value > limit
            x, y = MARGIN + number * step, MARGIN + LINE + height - tall
            marks.append(_rect(x, y, max(step - 2, 1), COLOURS[4] if over else COLOURS[0], tall))
    if limit is not None:
        y = MARGIN + LINE + height - limit / top * height
        marks.append(f'<path d="M{MARGIN} {y:.0f}H{WIDTH - MARGIN}" stroke="{INK}" stroke-dasharray="4"/>')
    marks.append(_text(MARGIN, MARGIN, f"{top:,.4g}"))
    if values:
        foot = MARGIN + LINE + height + 2
        marks.append(_text(MARGIN, foot, values[0][0]))
        marks.append(_text(WIDTH - MARGIN, foot, f"{values[-1][0]}: {said}", "end"))
    return _picture(alt, marks, height + 2 * LINE, {})


def _total(values: Iterable[float], unit: str) -> str:
    """Things are counted, money is not."""
    total = sum(values)
    return f"{total:,.0f} {unit}" if float(total).is_integer() else f"{total:,.2f} {unit}"


def _largest(rows: Mapping[str, Mapping[str, float]]) -> list[str]:
    """The series, the largest first; what no colour is left for is one series together."""
    totals: dict[str, float] = {}
    for parts in rows.values():
        for name, value in parts.items():
            totals[name] = totals.get(name, 0) + value
    names = sorted(totals, key=lambda name: (-totals[name], name))
    return names if len(names) <= MOST_SERIES else [*names[:MOST_SERIES], OTHERS]


def _shares(parts: Mapping[str, float], series: Sequence[str]) -> dict[str, float]:
    found = {name: parts[name] for name in series if name in parts}
    rest = sum(value for name, value in parts.items() if name not in series)
    return {**found, OTHERS: found.get(OTHERS, 0) + rest} if rest else found


def _three(row: Spread) -> tuple[float, float, float]:
    return row.p50, row.p95, row.p99


def _bar(number: int) -> float:
    """Where a row's bar begins, beneath its line of text."""
    return MARGIN + number * ROW + LINE


def _heading(number: int, label: str, said: str) -> list[str]:
    y = MARGIN + number * ROW
    short = label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"
    return [_text(MARGIN, y, short), *([_text(WIDTH - MARGIN, y, said, "end")] if said else [])]


def _rect(x: float, y: float, width: float, colour: str, height: float = BAR) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def _dot(x: float, y: float, colour: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{DOT}" fill="{colour}"/>'


def _line(begin: float, end: float, y: float) -> str:
    return f'<path d="M{begin:.1f} {y:.1f}H{end:.1f}" stroke="{PALE}" stroke-width="4"/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y + LINE - 4:.1f}" text-anchor="{anchor}" fill="{INK}">{escape(text)}</text>'


def _legend(key: Legend, y: float) -> tuple[list[str], float]:
    """As many lines as the names need; and where they end."""
    marks, x = [], float(MARGIN)
    for name, colour in key.items():
        wide = 26 + 7 * len(name)
        if x > MARGIN and x + wide > WIDTH:
            x, y = float(MARGIN), y + LINE
        marks += [f'<circle cx="{x + 5:.0f}" cy="{y + LINE / 2:.0f}" r="5" fill="{colour}"/>', _text(x + 14, y, name)]
        x += wide
    return marks, y + (LINE if key else 0)


def _picture(alt: str, marks: Sequence[str], height: float, key: Legend) -> str:
    """Markdown with the drawing in it: `alt` says it in words to whoever sees no pictures."""
    legend, foot = _legend(key, MARGIN + height)
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{foot + MARGIN:.0f}" '
        f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="{PAPER}"/>'
        f"{''.join([*marks, *legend])}</svg>"
    )
    words = escape(alt).translate({ord("["): "(", ord("]"): ")", ord("\n"): " "})
    return f"![{words}](data:image/svg+xml;base64,{b64encode(drawing.encode()).decode()})"
