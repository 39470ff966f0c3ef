"""A PDF layout is a choice of one manner for each part of the page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from benchmarks.samples import pdf_blocks as blocks
from benchmarks.samples.paper import Fact, Paper
from benchmarks.samples.pdf_table import TableStyle, draw_rows
from benchmarks.samples.sheet import Sheet, Style

Head: TypeAlias = Callable[[Sheet, Paper], None]
Facts: TypeAlias = Callable[[Sheet, tuple[Fact, ...]], None]


@dataclass(frozen=True, slots=True)
class PdfLayout:
    """How a paper is laid out on pages, and which columns its table has."""

    style: Style
    head: Head
    facts: Facts
    table: TableStyle
    sums: Facts
    columns: str = "usual"


PDF_LAYOUTS = {
    "letter": PdfLayout(
        Style(), blocks.letterhead, blocks.facts_in_line, TableStyle(carries=True), blocks.sums_at_right
    ),
    "banner": PdfLayout(
        Style(size=9),
        blocks.banner,
        blocks.facts_at_right,
        TableStyle(ruled=False, striped=True),
        blocks.sums_at_right,
    ),
    "form": PdfLayout(Style(size=9, margin=46), blocks.banner, blocks.facts_in_boxes, TableStyle(), blocks.sums_across),
    "typewriter": PdfLayout(
        Style(face="Courier", size=8, margin=40),
        blocks.plain_head,
        blocks.facts_in_line,
        TableStyle(ruled=False),
        blocks.sums_across,
        columns="short",
    ),
    "ledger": PdfLayout(
        Style(page="wide", face="Times", size=9.5),
        blocks.plain_head,
        blocks.facts_at_right,
        TableStyle(row=1.0, carries=True),
        blocks.sums_at_right,
    ),
    "counter": PdfLayout(
        Style(page="letter", face="Times", size=10),
        blocks.letterhead,
        blocks.facts_at_right,
        TableStyle(ruled=False, row=1.3),
        blocks.sums_at_right,
        columns="quantity_first",
    ),
}


def draw_pdf(paper: Paper, layout: PdfLayout) -> bytes:
    registration = f"{paper.registration}: {', '.join(paper.sender.lines[:2])}"
    sheet = Sheet(
        layout.style,
        f"{paper.title} {paper.number}",
        lambda number: f"{registration} - {paper.page} {number}",
    )
    layout.head(sheet, paper)
    layout.facts(sheet, paper.facts)
    sheet.paragraph(paper.intro)
    sheet.down(0.6)
    draw_rows(sheet, paper, layout.table)
    layout.sums(sheet, paper.sums)
    blocks.ending(sheet, paper)
    return sheet.finish()
