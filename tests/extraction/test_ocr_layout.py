"""From pieces of writing on a picture to lines of text."""

from hypothesis import given
from hypothesis import strategies as st

from extraction.document import Box
from extraction.parsing.ocr import turned_back
from extraction.parsing.ocr_layout import Seen, laid_out


def _seen(text: str, left: float, top: float, width: float = 100, height: float = 20, slope: float = 0.0) -> Seen:
    drop = slope * left
    rise = slope * width
    corners = [
        (left, top + drop),
        (left + width, top + drop + rise),
        (left + width, top + drop + rise + height),
        (left, top + drop + height),
    ]
    return Seen.of(corners, text, 0.9, (1000, 1000))


def test_what_stands_side_by_side_is_one_line() -> None:
    """A wide gap is a column, a narrow one a blank; the order in which pieces were found does not matter."""
    pieces = [_seen("5.00", 400, 101), _seen("Item", 10, 50), _seen("Pipe", 10, 100), _seen("2 m", 115, 99)]
    assert laid_out(pieces)[0] == "Item\n\nPipe 2 m\t5.00"


def test_lines_that_are_set_apart_are_paragraphs() -> None:
    """A gap of more than a line is an empty line."""
    pieces = [_seen("one", 10, 10), _seen("two", 10, 35), _seen("three", 10, 120)]
    assert laid_out(pieces)[0] == "one\ntwo\n\nthree"


def test_a_sheet_that_lay_askew_has_straight_lines() -> None:
    """Two ends of a row belong together although the one stands a line lower on the picture."""
    pieces = [
        _seen(text, left, top, 200, slope=0.04)
        for top, row in ((100, ("Pipe", "5.00")), (130, ("Bolt", "7.00")))
        for text, left in zip(row, (10, 700), strict=True)
    ]
    assert laid_out(pieces)[0] == "Pipe\t5.00\nBolt\t7.00"


def test_every_piece_is_found_in_the_text() -> None:
    """The places of the pieces are those of the text, in its order."""
    pieces = [_seen("b", 10, 50), _seen("a", 10, 10)]
    text, lines = laid_out(pieces)
    assert [text[line.start : line.end] for line in lines] == ["a", "b"]
    assert lines[0].box == Box(0.01, 0.01, 0.11, 0.03)
    assert laid_out([]) == ("", ())


_SHARE = st.integers(0, 1000).map(lambda number: number / 1000)


@given(st.tuples(_SHARE, _SHARE, _SHARE, _SHARE))
def test_four_quarters_are_a_whole_turn(edges: tuple[float, float, float, float]) -> None:
    """A box comes back to where it was."""
    left, right = sorted(edges[:2])
    top, bottom = sorted(edges[2:])
    for got, wanted in zip(turned_back(Box(left, top, right, bottom), 4), (left, top, right, bottom), strict=True):
        assert abs(got - wanted) < 1e-9
