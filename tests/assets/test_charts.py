"""Charts say what they were given, stay inside their frame, and whatever a name says cannot break them."""

from base64 import b64decode
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from assets import charts
from assets.charts import COLOURS, MARGIN, WIDTH, Spread, Stretch

NAMES = st.text(min_size=1, max_size=40).filter(lambda text: all(ord(each) >= 32 for each in text))
AMOUNTS = st.floats(0, 1e9, allow_nan=False)


def drawing(markdown: str) -> ElementTree.Element:
    return ElementTree.fromstring(b64decode(markdown.split("base64,")[1][:-1]))  # noqa: S314 - our own picture


def marks(markdown: str, kind: str) -> list[ElementTree.Element]:
    return [each for each in drawing(markdown).iter() if each.tag.endswith(kind)]


def texts(markdown: str) -> list[str]:
    return [str(each.text) for each in marks(markdown, "text")]


def bars(markdown: str) -> list[ElementTree.Element]:
    """The rectangles of data, without the paper."""
    return [each for each in marks(markdown, "rect") if each.get("width") != "100%"]


@given(st.dictionaries(NAMES, st.dictionaries(NAMES, AMOUNTS, min_size=1, max_size=12), max_size=8))
def test_bars_are_as_long_as_what_they_stand_for(rows: dict[str, dict[str, float]]) -> None:
    """The longest row takes the room there is, others in proportion, none more."""
    found = bars(charts.stacked("alt", rows, "USD"))
    longest = max((sum(parts.values()) for parts in rows.values()), default=0) or 1
    drawn = sum(float(each.get("width", 0)) for each in found)
    expected = sum(sum(parts.values()) for parts in rows.values()) / longest * charts.SPAN
    assert abs(drawn - expected) <= 0.1 * (1 + sum(len(parts) for parts in rows.values()))
    assert all(float(each.get("x", 0)) + float(each.get("width", 0)) <= WIDTH - MARGIN + 1 for each in found)


def test_what_has_no_colour_left_is_one_series() -> None:
    """Twelve models are seven and others; nothing is left out of the sum."""
    rows = {"acme": {f"model-{number}": float(number) for number in range(1, 13)}}
    markdown = charts.stacked("alt", rows, "USD")
    assert "others" in texts(markdown)
    assert len(bars(markdown)) == len(COLOURS)
    assert "78 USD" in texts(markdown)


@given(st.lists(st.tuples(NAMES, AMOUNTS, AMOUNTS, AMOUNTS), max_size=6))
def test_percentiles_stand_in_order_on_one_scale(rows: list[tuple[str, float, float, float]]) -> None:
    """Slower is further right, whatever the scale."""
    spread = [Spread(name, *sorted(values)) for name, *values in rows]
    markdown = charts.spreads("alt", spread)
    dots = [float(each.get("cx", 0)) for each in marks(markdown, "circle")][: 3 * len(rows)]
    assert len(dots) == 3 * len(rows)
    assert all(dots[at] <= dots[at + 1] <= dots[at + 2] <= WIDTH for at in range(0, len(dots), 3))


def test_a_timeline_shows_what_lasted_and_what_was_short() -> None:
    """A second of trouble in a day is still to be seen."""
    rows = {"gpt": [Stretch(0.5, 0.5001, "#c92a2a")], "claude": []}
    red = [
        each
        for each in marks(charts.timeline("alt", rows, [(0.5, "12:00")], {}), "rect")
        if each.get("fill") == "#c92a2a"
    ]
    assert [float(each.get("width", 0)) for each in red] == [2.0]
    assert "12:00" in texts(charts.timeline("alt", rows, [(0.5, "12:00")], {}))


def test_a_day_without_a_value_is_a_gap_and_one_over_the_limit_is_red() -> None:
    """A zero is drawn, a gap is not."""
    markdown = charts.columns("alt", [("a", 0.0), ("b", None), ("c", 8.0)], "8", limit=5)
    assert [each.get("fill") for each in bars(markdown)] == [COLOURS[0], COLOURS[4]]


@given(NAMES)
def test_a_name_is_text_whatever_it_says(name: str) -> None:
    """Markup in a tenant's or a model's name stays words, in the picture and in its Markdown."""
    markdown = charts.stacked(f"of {name}", {name: {name: 1.0}}, "USD")
    assert drawing(markdown) is not None
    assert markdown.index("](data:") == markdown.index("]")
    assert "\n" not in markdown
