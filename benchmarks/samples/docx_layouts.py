"""A Word document is laid out as a letter, as a form of tables, or with the parties side by side."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from benchmarks.samples.paper import Address, Fact, Paper
from benchmarks.samples.word import draw_word, paragraph, table

Blocks: TypeAlias = Iterator[str]


@dataclass(frozen=True, slots=True)
class DocxLayout:
    """How a paper is laid out in Word, and which columns its table has."""

    draw: Callable[[Paper], Blocks]
    columns: str = "usual"


def draw_docx(paper: Paper, layout: DocxLayout) -> bytes:
    return draw_word(layout.draw(paper))


def _letter(paper: Paper) -> Blocks:
    """Paragraphs, with a colon between label and value."""
    yield paragraph(paper.sender.party.name, bold=True)
    yield paragraph(", ".join(paper.sender.lines))
    yield from _address(paper.recipient)
    yield paragraph(f"{paper.title} {paper.number}", style="Title")
    for fact in paper.facts:
        yield paragraph(f"{fact.label}: {fact.shown.text}")
    yield paragraph(paper.intro)
    yield _positions(paper)
    for fact in paper.sums:
        yield paragraph(f"{fact.label}\t{fact.shown.text}", bold=fact is paper.sums[-1])
    yield from _ending(paper)


def _form(paper: Paper) -> Blocks:
    """Tables only: facts in two columns, sums as the last rows of the positions."""
    yield paragraph(paper.title, style="Title")
    parties = ((address.role or "", address.party.name) for address in (paper.sender, paper.recipient))
    yield table((*parties, *_pairs(paper.facts)))
    width = len(paper.table.columns)
    sums = ((*[""] * (width - 2), fact.label, fact.shown.text) for fact in paper.sums)
    yield table((*_rows(paper), *sums), header=True)
    yield table(_pairs(paper.terms), borders=False)
    yield from map(paragraph, (*paper.closing, paper.regards, paper.sender.party.person))


def _side_by_side(paper: Paper) -> Blocks:
    """Both parties beside each other, labels and values kept apart by a tab."""
    sender, recipient = ("\n".join(_address_lines(party)) for party in (paper.sender, paper.recipient))
    yield table([(sender, recipient)], borders=False)
    yield paragraph(paper.title, style="Title")
    for fact in paper.facts:
        yield paragraph(f"{fact.label}\t{fact.shown.text}")
    yield paragraph(paper.intro)
    yield _positions(paper)
    yield table(_pairs(paper.sums), borders=False)
    yield from _ending(paper)


DOCX_LAYOUTS = {
    "word_letter": DocxLayout(_letter),
    "word_form": DocxLayout(_form, columns="short"),
    "side_by_side": DocxLayout(_side_by_side),
}


def _address(address: Address) -> Blocks:
    yield from map(paragraph, _address_lines(address))


def _address_lines(address: Address) -> Iterator[str]:
    if address.role:
        yield f"{address.role}:"
    yield address.party.name
    yield from address.lines


def _rows(paper: Paper) -> Iterator[tuple[str, ...]]:
    yield tuple(column.title for column in paper.table.columns)
    for row in paper.table.rows:
        yield tuple(shown.text for shown in row)


def _positions(paper: Paper) -> str:
    return table(_rows(paper), header=True)


def _pairs(facts: tuple[Fact, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((fact.label, fact.shown.text) for fact in facts)


def _ending(paper: Paper) -> Blocks:
    for fact in paper.terms:
        yield paragraph(f"{fact.label}: {fact.shown.text}")
    yield from map(paragraph, (*paper.closing, paper.regards, paper.sender.party.person))
