"""A deal becomes a paper: both parties are named with their roles, whoever wrote it."""

from benchmarks.samples.deal import Deal
from benchmarks.samples.dice import Dice
from benchmarks.samples.notation import Notation, draw_notation
from benchmarks.samples.paper import Address, Fact, Paper, Shown, said
from benchmarks.samples.quote_paper import Written
from benchmarks.samples.tables import COLUMNS, draw_table, sum_facts
from benchmarks.samples.words import Words


def write_deal(dice: Dice, words: Words, deal: Deal, columns: str = "usual") -> Written:
    notation = draw_notation(dice, words, deal.currency)
    shown = tuple(key for key in COLUMNS[columns] if key != "discount")
    buyer = Address(dice.pick(words.labels["buyer"]), deal.buyer)
    supplier = Address(dice.pick(words.labels["supplier"]), deal.supplier)
    sender, recipient = (buyer, supplier) if deal.is_order else (supplier, buyer)
    paper = Paper(
        title=dice.pick(words.titles["order" if deal.is_order else "confirmation"]),
        number=deal.number,
        sender=sender,
        recipient=recipient,
        facts=_facts(dice, words, notation, deal),
        intro=words.order_intro if deal.is_order else words.confirmation_intro,
        table=draw_table(dice, words, notation, deal.lines, shown),
        sums=sum_facts(dice, words, notation, deal.sums),
        terms=_terms(dice, words, deal),
        closing=(words.currency_sentence.format(currency=deal.currency), words.closing),
        regards=words.regards,
        registration=words.registration,
        carried=words.carried,
        page=words.page,
    )
    return Written(paper, shown, notation)


def _facts(dice: Dice, words: Words, notation: Notation, deal: Deal) -> tuple[Fact, ...]:
    side = "order" if deal.is_order else "confirmation"
    facts = [
        Fact(dice.pick(words.labels[f"{side}_number"]), said(deal.number)),
        Fact(dice.pick(words.labels[f"{side}_date"]), Shown(notation.day(deal.dated), deal.dated)),
    ]
    if deal.reference:
        facts.append(Fact(dice.pick(words.labels["order_reference"]), said(deal.reference)))
    if deal.delivery:
        label = words.labels["delivery_date" if deal.is_order else "promised_date"]
        facts.append(Fact(dice.pick(label), Shown(notation.day(deal.delivery), deal.delivery)))
    facts.append(Fact(dice.pick(words.labels["contact"]), said(deal.author.person)))
    return tuple(facts)


def _terms(dice: Dice, words: Words, deal: Deal) -> tuple[Fact, ...]:
    return (
        Fact(dice.pick(words.labels["delivery_terms"]), said(deal.delivery_terms)),
        Fact(dice.pick(words.labels["payment_terms"]), said(deal.payment_terms)),
    )
