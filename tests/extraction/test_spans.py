"""What a lake keeps of a document's places is all of them, in little room."""

import json

from hypothesis import given
from hypothesis import strategies as st

from extraction.document import Box, Grid, Line, Span
from extraction.spans import spans_from_json, spans_to_json

_OFFSET = st.integers(0, 10**6)
_SHARE = st.integers(0, 10_000).map(lambda number: number / 10_000)
_BOX = st.builds(Box, _SHARE, _SHARE, _SHARE, _SHARE)
_NUMBERS = st.lists(st.integers(1, 10**6), max_size=8).map(tuple)


def _shifted(start: int, lines: list[tuple[int, int, Box, int]]) -> tuple[Line, ...]:
    return tuple(Line(start + begin, start + end, box, share / 100) for begin, end, box, share in lines)


@st.composite
def _span(draw: st.DrawFn) -> Span:
    start = draw(_OFFSET)
    lines = draw(st.lists(st.tuples(_OFFSET, _OFFSET, _BOX, st.integers(0, 100)), max_size=3))
    grid = draw(st.none() | st.builds(Grid, _NUMBERS, _NUMBERS))
    confidence = draw(st.none() | st.integers(0, 1000).map(lambda number: number / 1000))
    label, within = draw(st.text(max_size=20)), draw(st.sampled_from(["", "1", "2/13"]))
    page = draw(st.none() | st.integers(1, 5000))
    return Span(
        start, draw(_OFFSET), page, label, within, _shifted(start, lines), grid, confidence, draw(st.booleans())
    )


@given(st.lists(_span(), max_size=4))
def test_spans_come_back_as_they_were(spans: list[Span]) -> None:
    """No place is lost on the way through a text column."""
    assert spans_from_json(spans_to_json(spans)) == tuple(spans)


def test_a_plain_page_is_stored_as_what_it_is() -> None:
    """A span without finer places costs no more than its four facts."""
    assert json.loads(spans_to_json([Span(0, 5, 1, "page 1")])) == [
        {"start": 0, "end": 5, "page": 1, "label": "page 1"}
    ]


def test_a_large_sheet_is_stored_in_a_few_bytes() -> None:
    """Rows that follow each other are one run, however many they are."""
    grid = Grid(tuple(range(3, 90_000)), (1, 2, 3, 7))
    assert len(spans_to_json([Span(0, 10**6, 1, "sheet A", grid=grid)])) < 120
