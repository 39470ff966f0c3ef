"""The parts a page is composed of, each in the two or three manners that real letters have."""

from benchmarks.samples.paper import Address, Fact, Paper
from benchmarks.samples.sheet import Sheet

_PALE = (0.88, 0.91, 0.95)


def letterhead(sheet: Sheet, paper: Paper) -> None:
    """The sender's name and address, then the recipient's below it."""
    sheet.line(sheet.left, paper.sender.party.name, bold=True, scale=1.4)
    sheet.line(sheet.left, " · ".join(paper.sender.lines), scale=0.85)
    sheet.down(1.5)
    _address(sheet, paper.recipient)
    sheet.down()
    sheet.line(sheet.left, f"{paper.title} {paper.number}", bold=True, scale=1.5)
    sheet.down(0.5)


def banner(sheet: Sheet, paper: Paper) -> None:
    """The title in a coloured bar, then both parties one after the other."""
    sheet.band(sheet.leading * 2, _PALE)
    sheet.down(0.3)
    sheet.line(sheet.left, paper.title.upper(), bold=True, scale=1.7)
    sheet.down(0.8)
    _address(sheet, paper.sender, bold=True)
    sheet.down(0.5)
    _address(sheet, paper.recipient)
    sheet.down(0.5)


def plain_head(sheet: Sheet, paper: Paper) -> None:
    """Everything flush left, as a typewriter or an accounting system prints it."""
    _address(sheet, paper.sender, bold=True)
    sheet.line(sheet.left, f"Tel. {paper.sender.party.phone}  {paper.sender.party.email}")
    sheet.rule()
    _address(sheet, paper.recipient)
    sheet.down()
    sheet.line(sheet.left, paper.title, bold=True, scale=1.3)


def _address(sheet: Sheet, address: Address, bold: bool = False) -> None:
    if address.role:
        sheet.line(sheet.left, f"{address.role}:", scale=0.9)
    sheet.line(sheet.left, address.party.name, bold=bold)
    for line in address.lines:
        sheet.line(sheet.left, line)


def facts_in_line(sheet: Sheet, facts: tuple[Fact, ...]) -> None:
    """Label and value on one line, the values in a column."""
    for fact in facts:
        sheet.write(sheet.left, f"{fact.label}:")
        sheet.line(sheet.left + 150, fact.shown.text)
    sheet.down(0.5)


def facts_at_right(sheet: Sheet, facts: tuple[Fact, ...]) -> None:
    """A block on the right side of the page."""
    start = sheet.left + (sheet.right - sheet.left) * 0.55
    for fact in facts:
        sheet.write(start, fact.label, bold=True)
        sheet.line(sheet.right, fact.shown.text, align="right")
    sheet.down(0.5)


def facts_in_boxes(sheet: Sheet, facts: tuple[Fact, ...]) -> None:
    """A small label with its value below it, as on a form."""
    for fact in facts:
        sheet.line(sheet.left, fact.label, scale=0.8)
        sheet.line(sheet.left, fact.shown.text, bold=True)
    sheet.down(0.3)


def sums_at_right(sheet: Sheet, sums: tuple[Fact, ...]) -> None:
    sheet.keep(len(sums) + 2)
    sheet.down(0.3)
    for fact in sums:
        is_last = fact is sums[-1]
        sheet.write(sheet.left + (sheet.right - sheet.left) * 0.5, fact.label, bold=is_last)
        sheet.line(sheet.right, fact.shown.text, bold=is_last, align="right")
    sheet.down()


def sums_across(sheet: Sheet, sums: tuple[Fact, ...]) -> None:
    """Labels at the left end of the table, a rule above each sum."""
    sheet.keep(len(sums) + 2)
    for fact in sums:
        sheet.rule(0.3)
        sheet.write(sheet.left, f"{fact.label}:", bold=fact is sums[-1])
        sheet.line(sheet.right, fact.shown.text, bold=fact is sums[-1], align="right")
    sheet.rule()
    sheet.down()


def ending(sheet: Sheet, paper: Paper) -> None:
    """Terms, closing sentences, signature."""
    sheet.keep(len(paper.terms) + len(paper.closing) + 4)
    for fact in paper.terms:
        sheet.line(sheet.left, f"{fact.label}: {fact.shown.text}")
    sheet.down(0.5)
    for sentence in paper.closing:
        sheet.paragraph(sentence)
    sheet.down(0.5)
    sheet.line(sheet.left, paper.regards)
    sheet.line(sheet.left, paper.sender.party.person)
    sheet.line(sheet.left, paper.sender.party.name)
