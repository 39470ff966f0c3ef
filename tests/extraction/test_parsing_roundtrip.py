"""What a program of the trade writes into a file comes out of it again, whatever the words are."""

import html
import io
from email.message import EmailMessage

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from extraction.parsing import parse

# Words of many scripts, without the marks that are dropped at the border and without what spreadsheets take
# for a formula.
_LETTERS = st.characters(categories=("L", "Nd", "Sc"), exclude_characters="=")
_WORD = st.text(_LETTERS, min_size=1, max_size=8)
_LINE = st.lists(_WORD, min_size=1, max_size=4).map(" ".join)
_CELL = st.one_of(st.just(""), _LINE)
_GRID = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(_CELL, min_size=width, max_size=width), min_size=1, max_size=5)
)


def _rows(grid: list[list[str]]) -> list[str]:
    """The lines of a grid as a table shows them: without what is empty at its end."""
    lines = ("\t".join(row).rstrip("\t") for row in grid)
    return [line for line in lines if line]


def _without_empty_columns(grid: list[list[str]]) -> list[list[str]]:
    used = [place for place in range(len(grid[0])) if any(row[place] for row in grid)]
    return [[row[place] for place in used] for row in grid]


def _is_filled(grid: list[list[str]]) -> bool:
    return any(cell for row in grid for cell in row)


@given(_GRID.filter(_is_filled))
@settings(max_examples=25)
def test_a_grid_survives_a_workbook(grid: list[list[str]]) -> None:
    """Rows and columns come back as they were written, but for the empty ones."""
    book = Workbook()
    for row, cells in enumerate(grid, start=1):
        for column, cell in enumerate(cells, start=1):
            written = book.worksheets[0].cell(row, column, cell or None)
            written.data_type = "s" if cell else "n"
    target = io.BytesIO()
    book.save(target)
    assert parse("grid.xlsx", target.getvalue()).text.split("\n") == _rows(_without_empty_columns(grid))


@given(_GRID.filter(_is_filled))
@settings(max_examples=25)
def test_a_grid_survives_a_document(grid: list[list[str]]) -> None:
    """A Word table comes back row by row, its inner gaps kept."""
    word = docx.Document()
    table = word.add_table(rows=len(grid), cols=len(grid[0]))
    for row, cells in zip(table.rows, grid, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    target = io.BytesIO()
    word.save(target)
    assert parse("grid.docx", target.getvalue()).text.split("\n") == _rows(grid)


@given(_GRID.filter(_is_filled))
def test_a_grid_survives_a_page(grid: list[list[str]]) -> None:
    """An HTML table comes back row by row, its inner gaps kept."""
    cells = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in grid)
    markup = "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"
    assert parse("grid.html", markup.encode()).text.split("\n") == _rows(grid)


@given(_LINE, st.lists(_LINE, min_size=1, max_size=5), st.sampled_from(["7bit", "8bit", "quoted-printable", "base64"]))
def test_words_survive_a_mail(subject: str, lines: list[str], encoding: str) -> None:
    """Subject and body come back in every transfer encoding."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@example.com", subject
    is_plain = encoding != "7bit" or all(line.isascii() for line in lines)
    mail.set_content("\n".join(lines), cte=encoding if is_plain else "base64")
    document = parse("mail.eml", mail.as_bytes())
    header, body = document.text.split("\n\n", 1)
    assert header.splitlines()[1] == f"Subject: {subject}"
    assert body == "\n".join(lines)


@given(st.lists(_LINE, min_size=1, max_size=6), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_words_survive_a_text(lines: list[str], charset: str) -> None:
    """A text comes back from every encoding that says which one it is."""
    content = "\r\n".join(lines).encode(charset)
    assert parse("a.txt", content).text == "\n".join(lines)


@given(
    st.lists(st.lists(st.text("abcXYZ0189.,", min_size=1, max_size=9), min_size=1, max_size=5), min_size=1, max_size=3)
)
@settings(max_examples=25)
def test_words_survive_the_pages_of_a_pdf(pages: list[list[str]]) -> None:
    """Lines come back in order, each page with its own."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=True)
    for lines in pages:
        for number, line in enumerate(lines):
            canvas.drawString(72, 760 - 30 * number, line)
        canvas.showPage()
    canvas.save()
    document = parse("a.pdf", target.getvalue())
    assert document.text == "\n\n".join("\n".join(lines) for lines in pages)
    assert [span.page for span in document.spans] == list(range(1, len(pages) + 1))


@pytest.mark.parametrize("name", ["Angebot Müller & Söhne.txt", "見積書.txt", "a" * 300 + ".txt", "../../x.txt"])
def test_any_name_will_do(name: str) -> None:
    """Names are words of other people: none of them is a path, and none breaks anything."""
    assert parse(name, b"Price: 5 EUR").text == "Price: 5 EUR"
