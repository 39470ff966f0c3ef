"""Spans are stored as JSON that holds only what a span has: a long document's places stay small beside its text."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from extraction.document import Box, Grid, Line, Span

_SHARES = 10_000  # boxes are kept in ten-thousandths of the page, confidence in percent


def spans_to_json(spans: Iterable[Span]) -> str:
    return json.dumps([_stored(span) for span in spans], ensure_ascii=False, separators=(",", ":"))


def spans_from_json(text: str) -> tuple[Span, ...]:
    return tuple(_span(stored) for stored in json.loads(text))


def _stored(span: Span) -> dict[str, Any]:
    stored: dict[str, Any] = {"start": span.start, "end": span.end, "page": span.page, "label": span.label}
    if span.within:
        stored["within"] = span.within
    if span.lines:
        stored["lines"] = [number for line in span.lines for number in _numbers(line, span.start)]
    if span.grid:
        stored["grid"] = [list(_runs(span.grid.rows)), list(_runs(span.grid.columns))]
    if span.confidence is not None:
        stored["confidence"] = round(span.confidence, 3)
    if span.unread:
        stored["unread"] = True
    return stored


def _span(stored: dict[str, Any]) -> Span:
    start = stored["start"]
    return Span(
        start,
        stored["end"],
        stored["page"],
        stored["label"],
        stored.get("within", ""),
        tuple(_lines(stored.get("lines", ()), start)),
        Grid(*(_counted(runs) for runs in stored["grid"])) if "grid" in stored else None,
        stored.get("confidence"),
        stored.get("unread", False),
    )


def _numbers(line: Line, start: int) -> tuple[int, ...]:
    box = (round(share * _SHARES) for share in line.box)
    return (line.start - start, line.end - start, *box, round(line.confidence * 100))


def _lines(numbers: Sequence[int], start: int) -> Iterator[Line]:
    for place in range(0, len(numbers), 7):
        begin, end, *box, confidence = numbers[place : place + 7]
        yield Line(start + begin, start + end, Box(*(share / _SHARES for share in box)), confidence / 100)


def _runs(numbers: Sequence[int]) -> Iterator[int]:
    """Numbers that count up, as the first of each run and how many follow it."""
    for _, run in groupby(enumerate(numbers), key=lambda each: each[1] - each[0]):
        members = [number for _, number in run]
        yield from (members[0], len(members) - 1)


def _counted(runs: Sequence[int]) -> tuple[int, ...]:
    pairs = zip(runs[::2], runs[1::2], strict=True)
    return tuple(number for first, more in pairs for number in range(first, first + more + 1))
