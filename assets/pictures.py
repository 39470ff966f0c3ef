"""Where the documents went and why, as one picture: a bar, cut by verdict, with its reasons beneath."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape

COLOURS = {
    "accepted": "#2f9e44",
    "review": "#f08c00",
    "dead": "#c92a2a",
    "waiting": "#1971c2",
    "pending": "#868e96",
    "duplicate": "#adb5bd",
    "superseded": "#dee2e6",
}
# As wide as the column Dagster shows it in, and short: what is longer it hides behind a link.
WIDTH, BAR, LINE, MARGIN, CHARS = 350, 30, 18, 4, 50


def where_documents_went(counts: Mapping[str, int], reasons: Sequence[tuple[str, str, int]]) -> str:
    """Markdown with the picture in it."""
    lines = [f"{status}: {number}" for status, number in _ordered(counts)]
    alt = "where the documents went: " + (", ".join(lines) or "none")
    return f"![{alt}](data:image/svg+xml;base64,{b64encode(_svg(counts, reasons).encode()).decode()})"


def _ordered(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(status, counts[status]) for status in COLOURS if counts.get(status)]


def _svg(counts: Mapping[str, int], reasons: Sequence[tuple[str, str, int]]) -> str:
    rows = _legend(counts, reasons)
    height = 2 * MARGIN + BAR + LINE * len(rows)
    body = "".join([*_bar(counts), *(_row(number, *row) for number, row in enumerate(rows))])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif" '
        f'font-size="12">{body}</svg>'
    )


def _bar(counts: Mapping[str, int]) -> list[str]:
    total = sum(counts.values()) or 1
    room, x, parts = WIDTH - 2 * MARGIN, float(MARGIN), []
    for status, number in _ordered(counts):
        width = room * number / total
        parts.append(
            f'<rect x="{x:.0f}" y="{MARGIN}" width="{max(width - 1, 1):.0f}" height="{BAR}" fill="{COLOURS[status]}"/>'
        )
        x += width
    return parts


def _legend(counts: Mapping[str, int], reasons: Sequence[tuple[str, str, int]]) -> list[tuple[str, str]]:
    rows = []
    for status, number in _ordered(counts):
        why = ", ".join(f"{text} ({count})" for state, text, count in reasons if state == status and text)
        rows.append((status, f"{status}: {number}{f' - {why}' if why else ''}"))
    return rows or [("pending", "no documents")]


def _row(number: int, status: str, text: str) -> str:
    y = MARGIN + BAR + LINE * (number + 1) - 4
    short = text if len(text) <= CHARS else text[: CHARS - 1] + "…"
    return f'<text x="{MARGIN}" y="{y}" fill="{COLOURS[status]}">{escape(short)}</text>'
