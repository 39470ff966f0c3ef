"""A plan and a seed make a sample; a plan for the n-th sample of a run turns through all layouts and languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from benchmarks.samples.broken import DOCX_BREAKS, PDF_BREAKS, XLSX_BREAKS
from benchmarks.samples.deal import DEAL_FLAWS, deal_record, draw_deal
from benchmarks.samples.deal_paper import write_deal
from benchmarks.samples.dice import Dice
from benchmarks.samples.docx_layouts import DOCX_LAYOUTS, draw_docx
from benchmarks.samples.mail_styles import MAIL_STYLES, mail
from benchmarks.samples.mail_words import mail_words_of
from benchmarks.samples.message import MESSAGE_FLAWS, TOPICS, draw_message
from benchmarks.samples.notation import Notation, draw_notation
from benchmarks.samples.paper import Paper
from benchmarks.samples.parties import plain
from benchmarks.samples.pdf_layouts import PDF_LAYOUTS, draw_pdf
from benchmarks.samples.quote import QUOTE_FLAWS, draw_quote, quote_record
from benchmarks.samples.quote_paper import write_quote
from benchmarks.samples.sample import Expected, Plan, Record, Sample
from benchmarks.samples.words import LANGUAGES, words_of
from benchmarks.samples.xlsx_layouts import XLSX_LAYOUTS, draw_xlsx

Make: TypeAlias = Callable[[Dice, int, Plan], Sample]
Breaks: TypeAlias = Mapping[str, Callable[[bytes], bytes]]

_FIRST_SERIAL = 2200
_FLAWED, _BROKEN = 0.05, 0.015  # shares of a run that have to end in review, and as dead letters
_LENGTHS = {(2, 8): 0.62, (9, 20): 0.29, (21, 45): 0.065, (60, 100): 0.017, (101, 200): 0.008}


@dataclass(frozen=True, slots=True)
class Kind:
    """One feed's samples: which layouts there are, and what can be wrong."""

    make: Make
    layouts: tuple[str, ...]
    flaws: tuple[str, ...]

    def plan(self, dice: Dice, index: int) -> Plan:
        """Layouts take turns, languages take turns within them."""
        turn, place = divmod(index, len(self.layouts))
        layout, language = self.layouts[place], LANGUAGES[(turn + place) % len(LANGUAGES)]
        low, high = dice.weighted(_LENGTHS)
        return Plan(layout, language, self._case(dice, layout), dice.between(low, high))

    def _case(self, dice: Dice, layout: str) -> str:
        if dice.chance(_BROKEN) and (breaks := breaks_of(layout)):
            return dice.pick(tuple(breaks))
        return dice.pick(self.flaws) if dice.chance(_FLAWED) else "clean"


def breaks_of(layout: str) -> Breaks:
    """The ways in which a file of this layout can be unreadable; there are none for e-mails."""
    if layout in PDF_LAYOUTS:
        return PDF_BREAKS
    return XLSX_BREAKS if layout in XLSX_LAYOUTS else DOCX_BREAKS if layout in DOCX_LAYOUTS else {}


def make_quote(dice: Dice, index: int, plan: Plan) -> Sample:
    words = words_of(plan.language)
    quote = draw_quote(dice, words, serial(index), plan.lines)
    if plan.case in QUOTE_FLAWS:
        quote = QUOTE_FLAWS[plan.case](quote)
    columns = _columns(plan.layout)
    written = write_quote(dice, words, quote, columns)
    record = quote_record(quote, "position" in written.columns, "article" in written.columns)
    name = f"{plain(words.titles['quote'][0])}-{serial(index)}-{plain(quote.supplier.stem)}"
    return _finished(name, plan, written.paper, written.notation, record)


def make_deal(dice: Dice, index: int, plan: Plan) -> Sample:
    words = words_of(plan.language)
    deal = draw_deal(dice, words, serial(index), plan.lines)
    if plan.case in DEAL_FLAWS:
        deal = DEAL_FLAWS[plan.case](deal)
    written = write_deal(dice, words, deal, _columns(plan.layout))
    record = deal_record(deal, "position" in written.columns, "article" in written.columns)
    title = words.titles["order" if deal.is_order else "confirmation"][0]
    name = f"{plain(title)}-{serial(index)}-{plain(deal.author.stem)}"
    return _finished(name, plan, written.paper, written.notation, record)


def make_message(dice: Dice, index: int, plan: Plan) -> Sample:
    words = words_of(plan.language)
    message = draw_message(dice, words, serial(index), plan.topic or dice.weighted(TOPICS))
    if plan.case in MESSAGE_FLAWS:
        message = MESSAGE_FLAWS[plan.case](message)
    notation = draw_notation(dice, words, message.currency)
    mailed = mail(dice, mail_words_of(plan.language), notation, message, MAIL_STYLES[plan.layout])
    name = f"{plain(message.supplier.stem)}-{message.kind.replace('_', '-')}-{serial(index)}.eml"
    expected: Expected = "review" if plan.case in MESSAGE_FLAWS else "accepted"
    return Sample(name, mailed.content, mailed.record, expected, _note(plan))


KINDS = {
    "supplier_quotes": Kind(make_quote, (*PDF_LAYOUTS, *XLSX_LAYOUTS), tuple(QUOTE_FLAWS)),
    "deals": Kind(make_deal, ("letter", "banner", "typewriter", "counter", *DOCX_LAYOUTS), tuple(DEAL_FLAWS)),
    "supplier_messages": Kind(make_message, tuple(MAIL_STYLES), tuple(MESSAGE_FLAWS)),
}


def serial(index: int) -> int:
    """The number that sets the documents of a run apart."""
    return _FIRST_SERIAL + index


def _columns(layout: str) -> str:
    if layout in PDF_LAYOUTS:
        return PDF_LAYOUTS[layout].columns
    return XLSX_LAYOUTS[layout].columns if layout in XLSX_LAYOUTS else DOCX_LAYOUTS[layout].columns


def _finished(name: str, plan: Plan, paper: Paper, notation: Notation, record: Record) -> Sample:
    content, ending = _drawn(paper, notation, plan.layout)
    if plan.case in (breaks := breaks_of(plan.layout)):
        return Sample(f"{name}.{ending}", breaks[plan.case](content), None, "dead", _note(plan))
    expected: Expected = "accepted" if plan.case == "clean" else "review"
    return Sample(f"{name}.{ending}", content, record, expected, _note(plan))


def _drawn(paper: Paper, notation: Notation, layout: str) -> tuple[bytes, str]:
    if layout in PDF_LAYOUTS:
        return draw_pdf(paper, PDF_LAYOUTS[layout]), "pdf"
    if layout in XLSX_LAYOUTS:
        return draw_xlsx(paper, notation, XLSX_LAYOUTS[layout]), "xlsx"
    return draw_docx(paper, DOCX_LAYOUTS[layout]), "docx"


def _note(plan: Plan) -> str:
    return f"{plan.layout}, {plan.language}, {plan.case}"
