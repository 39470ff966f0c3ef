"""A quote becomes a paper: which words, which columns, and where it says how long it stands."""

from dataclasses import dataclass

from benchmarks.samples.dice import Dice
from benchmarks.samples.notation import Notation, draw_notation
from benchmarks.samples.paper import Address, Fact, Paper, Shown, said
from benchmarks.samples.quote import Quote
from benchmarks.samples.tables import COLUMNS, draw_table, sum_facts
from benchmarks.samples.words import Words


@dataclass(frozen=True, slots=True)
class Written:
    """The paper of a quote, and which columns its table has."""

    paper: Paper
    columns: tuple[str, ...]
    notation: Notation


def write_quote(dice: Dice, words: Words, quote: Quote, columns: str = "usual") -> Written:
    notation = draw_notation(dice, words, quote.currency)
    shown = tuple(key for key in COLUMNS[columns] if key != "discount" or quote.lines[0].discount is not None)
    in_sentence = dice.chance(0.2)
    paper = Paper(
        title=dice.pick(words.titles["quote"]),
        number=quote.number,
        sender=Address(dice.pick((None, dice.pick(words.labels["supplier"]))), quote.supplier),
        recipient=Address(dice.pick(words.labels["customer"]), quote.customer),
        facts=_facts(dice, words, notation, quote, in_sentence),
        intro=words.quote_intro,
        table=draw_table(dice, words, notation, quote.lines, shown),
        sums=sum_facts(dice, words, notation, quote.sums),
        terms=_terms(dice, words, quote),
        closing=_closing(words, notation, quote, in_sentence),
        regards=words.regards,
        registration=words.registration,
        carried=words.carried,
        page=words.page,
    )
    return Written(paper, shown, notation)


def _facts(dice: Dice, words: Words, notation: Notation, quote: Quote, in_sentence: bool) -> tuple[Fact, ...]:
    labels = words.labels
    facts = [
        Fact(dice.pick(labels["quote_number"]), said(quote.number)),
        Fact(dice.pick(labels["quote_date"]), Shown(notation.day(quote.issued), quote.issued)),
    ]
    if quote.valid_until and not in_sentence:
        day = Shown(notation.day(quote.valid_until), quote.valid_until)
        facts.append(Fact(dice.pick(labels["valid_until"]), day))
    if quote.currency and notation.mark == "{}":
        facts.append(Fact(dice.pick(labels["currency"]), said(quote.currency)))
    facts.append(Fact(dice.pick(labels["contact"]), said(quote.supplier.person)))
    return tuple(facts)


def _terms(dice: Dice, words: Words, quote: Quote) -> tuple[Fact, ...]:
    texts = {
        "delivery_terms": quote.delivery_terms,
        "delivery_time": quote.delivery_time,
        "payment_terms": quote.payment_terms,
    }
    return tuple(Fact(dice.pick(words.labels[key]), said(text)) for key, text in texts.items() if text)


def _closing(words: Words, notation: Notation, quote: Quote, in_sentence: bool) -> tuple[str, ...]:
    validity = in_sentence and quote.valid_until
    return (
        *([words.validity_sentence.format(day=notation.day(validity))] if validity else []),
        *([words.currency_sentence.format(currency=quote.currency)] if quote.currency else []),
        words.closing,
    )
