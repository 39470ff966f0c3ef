"""A page of HTML becomes the text its reader sees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.parsing import parse
from extraction.parsing.html import html_text
from extraction.parsing.lines import Lines, row_lines
from extraction.parsing.markup import is_tame, words_of


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("one<br>two<br/><br>three", "one\ntwo\nthree"),
        ("<b>Total:</b> <i>5</i>&nbsp;&euro;", "Total: 5\u00a0€"),
        ("a  \n  b <b> c</b>", "a b c"),
        ("<ul><li>one<li>two</ul>after", "one\ntwo\n\nafter"),
        ("<pre>a   b\n  c</pre>", "a   b\nc"),
        ("<style>p{}</style><script>x()</script><template>t</template><p>seen", "seen"),
        ("<p hidden>no</p><p style='Display : None'>no</p><p style='color:red'>yes</p>", "yes"),
        ("<pre hidden>no</pre><div>a\nb</div>", "a b"),
        ("<p>a<!-- no -->b</p>", "ab"),
        ("<blockquote>&gt; quoted reply</blockquote>", "> quoted reply"),
        ("<p>1 &lt; 2 &amp; 3</p>", "1 < 2 & 3"),
        ("<title>no</title><h1>Offer</h1>text", "Offer\n\ntext"),
        ("no tags at all", "no tags at all"),
        ("", ""),
    ],
)
def test_what_is_seen_is_kept_with_its_lines(markup: str, text: str) -> None:
    """Blocks end lines, paragraphs leave an empty one, whitespace collapses as in a browser."""
    assert html_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<table><tr><th>Item<th>Price<tr><td>Pipe<td>5</table>", "Item\tPrice\nPipe\t5"),
        ("<table><tr> <td>a</td> <td></td> <td>b</td> </tr></table>", "a\t\tb"),
        ("<table><tr><td><p>Pipe</p><p>DIN</p></td><td>5</td></tr></table>", "Pipe DIN\t5"),
        ("<table><tr><td>x<table><tr><td>a<td>b</table><td>y</table>", "x\na\tb\ny"),
        ("<table><tr><td></td></tr></table>end", "end"),
        ("<table><tr><td>a<td style='display:none'>cost<td>b</table>", "a\tb"),
        ("<table><tr><td>a<td hidden>cost</td></tr><tr><td>b<td>c</table>", "a\nb\tc"),
        ("<table><caption>Prices</caption><tbody><tr><td>1<td>2</table>", "Prices\n1\t2"),
    ],
)
def test_rows_are_lines_and_cells_are_columns(markup: str, text: str) -> None:
    """Data tables keep their rows; tables that lay out a page follow each other."""
    assert html_text(markup) == text


@pytest.mark.parametrize(
    ("head", "charset"),
    [
        ('<meta charset="iso-8859-2">', "iso-8859-2"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', "cp1251"),
        ("", "utf-8"),
        ("", "cp1252"),
        ("", "utf-16"),
    ],
)
def test_the_charset_of_a_page_is_found(head: str, charset: str) -> None:
    """By its byte order mark, its own words, or what the bytes can be."""
    word = "Цена" if charset == "cp1251" else "Größe"
    document = parse("page.html", f"<html><head>{head}</head><body>{word}".encode(charset))
    assert document.text == word
    assert [(span.page, span.label) for span in document.spans] == [(None, "body")]
    assert document.mime == "text/html"


_PAIRED = ["p", "div", "td", "tr", "table", "pre", "b", "li", "script"]
_TAGS = st.sampled_from(
    [f"<{name}>" for name in _PAIRED] + [f"</{name}>" for name in _PAIRED] + ["<br>", "<!--", "-->"]
)


@given(st.lists(st.one_of(_TAGS, st.text("ab \n\t<&;", max_size=5)), max_size=40))
def test_any_soup_becomes_text(soup: list[str]) -> None:
    """Tags in any order neither raise nor leave a tag of theirs behind as layout."""
    text = html_text("".join(soup))
    assert text == text.strip("\n")
    assert "\n\n\n" not in text


@given(st.lists(st.text("abcdefg", min_size=1, max_size=4), min_size=1, max_size=12))
def test_no_word_is_lost_whatever_the_layout(words: list[str]) -> None:
    """The same words come out of paragraphs, lists and tables."""
    for before, after in (("<p>", "</p>"), ("<li>", ""), ("<table><tr><td>", "</table>"), ("<div><b>", "</b></div>")):
        assert html_text("".join(f"{before}{word}{after}" for word in words)).split() == words


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 50_000 + "word",
        "<table><tr><td>" * 50_000 + "word",
        "<svg>" * 50_000 + "word" + "</g>" * 10_000,
        "<p " + " ".join(f"a{number}=1" for number in range(50_000)) + ">word",
        "<p>word</p>" + " " * 20_000_000,
    ],
    ids=["depth", "tables", "foreign", "attributes", "size"],
)
def test_markup_made_to_keep_a_parser_busy_is_read_without_its_structure(markup: str) -> None:
    """Nothing is lost but the layout, and it takes no time."""
    assert not is_tame(markup)
    assert html_text(markup) == "word"


def test_a_long_honest_page_keeps_its_structure() -> None:
    """Unclosed paragraphs, cells and a large picture in an attribute are nothing unusual."""
    picture = f'<img src="data:image/png;base64,{"A/" * 100_000}">'
    markup = "<table>" + "<tr><td>a<td>b" * 20_000 + "</table>" + "<p>text<br>" * 20_000 + picture
    assert is_tame(markup)


def test_structureless_reading_keeps_words_and_drops_scripts() -> None:
    """Also where a script is never closed."""
    markup = "<p>one &amp; two</p><style>no</style><td>three<script>no"
    assert words_of(markup) == "one & two\nthree"


@pytest.mark.parametrize(
    ("cells", "lines"),
    [
        ([], []),
        ([[], []], []),
        ([["a"], [], ["b"], []], ["a\t\tb"]),
        ([["a", "b"], ["c"]], ["a b\tc"]),
        ([["only", "one", "cell"]], ["only", "one", "cell"]),
        ([["1", "2", "3", "4"], ["right"]], ["1", "2", "3", "4", "right"]),
        ([["1", "2", "3", "4"], ["b"], ["c"], ["d"]], ["1 2 3 4\tb\tc\td"]),
        ([["inner\trow"], ["b"]], ["inner\trow", "b"]),
    ],
)
def test_a_row_is_a_line_unless_its_cells_are_little_pages(cells: list[list[str]], lines: list[str]) -> None:
    """Many columns are data; a few cells of many lines, or of inner rows, are layout."""
    assert row_lines(cells) == lines


@given(st.lists(st.sampled_from(["open", "close", "row", "line", "paragraph", "word"]), max_size=60))
def test_marks_in_any_order_lose_no_word(marks: list[str]) -> None:
    """A cell closed twice or never, a row without a table: every word written is in the text."""
    lines = Lines()
    acts = {"open": lines.open_cell, "close": lines.close_cell, "row": lines.end_row}
    acts |= {"line": lines.end_line, "paragraph": lines.end_paragraph, "word": lambda: lines.write("w ")}
    for mark in marks:
        acts[mark]()
    assert lines.text().count("w") == marks.count("word")
