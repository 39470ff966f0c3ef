from dataclasses import replace

import pytest

from benchmarks.samples.deal import Deal, draw_deal
from benchmarks.samples.deal_paper import write_deal
from benchmarks.samples.dice import Dice
from benchmarks.samples.docx_layouts import DOCX_LAYOUTS, draw_docx
from benchmarks.samples.paper import Paper, Shown
from benchmarks.samples.pdf_layouts import PDF_LAYOUTS, draw_pdf
from benchmarks.samples.quote import Quote, draw_quote
from benchmarks.samples.quote_paper import Written, write_quote
from benchmarks.samples.words import LANGUAGES, words_of
from benchmarks.samples.xlsx_layouts import XLSX_LAYOUTS, draw_xlsx
from extraction.parsing import parse

PAGED = [(layout, language) for layout in (*PDF_LAYOUTS, *DOCX_LAYOUTS) for language in LANGUAGES]


def quote(language: str, lines: int = 5, seed: int = 1) -> Quote:
    return draw_quote(Dice(seed, language), words_of(language), 2300, lines)


def written(language: str, columns: str = "usual", lines: int = 5) -> Written:
    return write_quote(Dice(2, language), words_of(language), quote(language, lines), columns)


def page_lines(layout: str, paper: Paper) -> list[str]:
    """The lines of the document as the pipeline reads them, blanks of all kinds as one."""
    content = draw_pdf(paper, PDF_LAYOUTS[layout]) if layout in PDF_LAYOUTS else draw_docx(paper, DOCX_LAYOUTS[layout])
    name = "paper.pdf" if layout in PDF_LAYOUTS else "paper.docx"
    return [" ".join(line.split()) for line in parse(name, content).text.splitlines()]


def columns_of(layout: str) -> str:
    return PDF_LAYOUTS[layout].columns if layout in PDF_LAYOUTS else DOCX_LAYOUTS[layout].columns


def row_text(row: tuple[Shown, ...]) -> str:
    return " ".join(" ".join(cell.text for cell in row).split())


@pytest.mark.parametrize(("layout", "language"), PAGED)
def test_rows_are_read_as_rows(layout: str, language: str) -> None:
    """A line of the table is a line of the text, in the order of its columns, below its header."""
    paper = written(language, columns_of(layout)).paper
    lines = page_lines(layout, paper)
    header = lines.index(" ".join(column.title for column in paper.table.columns))
    places = [lines.index(row_text(row), header) for row in paper.table.rows]
    assert places == list(range(header + 1, header + 1 + len(places)))


@pytest.mark.parametrize(("layout", "language"), PAGED)
def test_labels_stand_beside_or_above_their_values(layout: str, language: str) -> None:
    """Nothing but a colon is between a label and its value."""
    paper = written(language, columns_of(layout)).paper
    text = " ".join(page_lines(layout, paper))
    for fact in (*paper.facts, *paper.sums, *paper.terms):
        value = " ".join(fact.shown.text.split())
        assert f"{fact.label} {value}" in text or f"{fact.label}: {value}" in text, fact


@pytest.mark.parametrize("layout", XLSX_LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_workbooks_are_read_row_by_row(layout: str, language: str) -> None:
    """A line of the table is a row of cells, and every fact stands in the cell after its label."""
    made = written(language, XLSX_LAYOUTS[layout].columns)
    text = parse("paper.xlsx", draw_xlsx(made.paper, made.notation, XLSX_LAYOUTS[layout])).text
    cells = text.replace("\n", "\t").split("\t")
    assert "\t".join(column.title for column in made.paper.table.columns) in text
    for fact in (*made.paper.facts, *made.paper.sums, *made.paper.terms):
        assert cells[cells.index(fact.label) + 1], fact


@pytest.mark.parametrize("layout", [name for name in PDF_LAYOUTS if PDF_LAYOUTS[name].table.carries])
def test_carried_sums_are_the_sums_so_far(layout: str) -> None:
    """What is carried over a page is what stood on the pages before."""
    paper = written("en", lines=90).paper
    lines = page_lines(layout, paper)
    carried = [line.removeprefix("Carried forward ") for line in lines if line.startswith("Carried forward ")]
    assert len(carried) >= 2
    assert carried[0::2] == carried[1::2]
    assert set(carried) <= set(paper.table.carried)


@pytest.mark.parametrize("language", LANGUAGES)
def test_quote_says_once_how_long_it_stands(language: str) -> None:
    """In the facts or in a sentence, and nowhere when it has no end."""
    words = words_of(language)
    for seed in range(12):
        drawn = quote(language, seed=seed)
        made = write_quote(Dice(seed), words, drawn)
        assert _said(made, drawn) == 1
        assert _said(write_quote(Dice(seed), words, replace(drawn, valid_until=None)), drawn) == 0


def _said(made: Written, drawn: Quote) -> int:
    assert drawn.valid_until
    day = made.notation.day(drawn.valid_until)
    return sum(fact.shown.text == day for fact in made.paper.facts) + sum(day in text for text in made.paper.closing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_quote_without_a_currency_names_none(language: str) -> None:
    """Neither beside an amount nor in a sentence."""
    bare = replace(quote(language), currency=None)
    made = write_quote(Dice(3), words_of(language), bare)
    text = "\n".join(page_lines("letter", made.paper))
    assert not any(mark in text for mark in ("EUR", "€", "USD", "$", "GBP", "£", "CHF", "SEK"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_deal_names_both_parties_with_their_roles(language: str) -> None:
    """Buyer and supplier are told apart by their words, whoever wrote the paper."""
    words = words_of(language)
    for deal in (_deal(language, is_order) for is_order in (True, False)):
        paper = write_deal(Dice(3), words, deal).paper
        roles = {paper.sender.party.name: paper.sender.role, paper.recipient.party.name: paper.recipient.role}
        assert roles[deal.buyer.name] in words.labels["buyer"]
        assert roles[deal.supplier.name] in words.labels["supplier"]
        assert paper.sender.party == deal.author


def _deal(language: str, is_order: bool) -> Deal:
    drawn = (draw_deal(Dice(seed, language), words_of(language), 2300, 3) for seed in range(100))
    return next(deal for deal in drawn if deal.is_order is is_order)
