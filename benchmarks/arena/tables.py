"""A table of one scenario: a row a side; ours is held to its bars, the others are so many times ours."""

from benchmarks.arena.figures import Figure

OURS = "weir"


def table(rows: dict[str, list[Figure]]) -> list[str]:
    if not rows:
        return ["no side could run"]
    ours = {each.name: each.value for each in rows.get(OURS, [])}
    first = next(iter(rows.values()))
    lines = [["", *(each.title for each in first)]]
    for side, figures in rows.items():
        lines.append([side, *(_cell(each, ours.get(each.name), side) for each in figures)])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return ["  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]


def _cell(figure: Figure, ours: float | None, side: str) -> str:
    if side.startswith(OURS):
        return figure.told if figure.bar is None else f"{figure.told} {'ok' if figure.holds else 'MISSED'}"
    if not figure.compared or not ours or figure.value is None:
        return figure.told
    return f"{figure.told} ({figure.value / ours:.1f}x)"
