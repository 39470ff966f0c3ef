"""A quote is drawn true first; what is wrong with it, if anything, is done to it afterwards, one flaw at a time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from benchmarks.samples.dice import Dice
from benchmarks.samples.goods import CENT, Line, Sums, add_up, draw_lines
from benchmarks.samples.parties import Party, draw_pair
from benchmarks.samples.sample import Record, plain
from benchmarks.samples.words import Words

_FIRST_DAY = date(2026, 9, 1)
_DAYS = 75
_FRIDAY = 4
_PLACES = ("EXW", "FCA", "DAP", "DDP")


@dataclass(frozen=True, slots=True)
class Quote:
    """What a supplier offers."""

    supplier: Party
    customer: Party
    number: str
    issued: date
    valid_until: date | None
    currency: str | None
    lines: tuple[Line, ...]
    sums: Sums
    delivery_terms: str
    delivery_time: str | None
    payment_terms: str


def draw_quote(dice: Dice, words: Words, serial: int, lines: int) -> Quote:
    """A quote in which everything agrees."""
    currency = dice.pick(tuple(words.currencies))
    supplier, customer = draw_pair(dice, words, words.countries[currency])
    issued = draw_day(dice)
    return Quote(
        supplier=supplier,
        customer=customer,
        number=dice.pick(("Q-{}", "{}", "2026-{}", "AN{}", "26/{}")).format(serial),
        issued=issued,
        valid_until=issued + timedelta(days=dice.pick((14, 21, 30, 45, 60))),
        currency=currency,
        lines=(drawn := draw_lines(dice, words, lines, discounted=dice.chance(0.25))),
        sums=_draw_sums(dice, words, currency, drawn),
        delivery_terms=draw_delivery_terms(dice, supplier, customer),
        delivery_time=dice.pick(words.delivery_times) if dice.chance(0.8) else None,
        payment_terms=dice.pick(words.payments),
    )


def draw_day(dice: Dice) -> date:
    """A working day of the autumn before the day on which the samples are shown."""
    day = _FIRST_DAY + timedelta(days=dice.below(_DAYS))
    return day - timedelta(days=max(0, day.weekday() - _FRIDAY))


def draw_delivery_terms(dice: Dice, supplier: Party, customer: Party) -> str:
    term = dice.pick(_PLACES)
    place = (supplier if term in ("EXW", "FCA") else customer).town.partition(" ")[2]
    return f"{term} {place}{dice.pick(('', ' (Incoterms 2020)'))}"


def draw_tax_rate(dice: Dice, words: Words, currency: str) -> Decimal | None:
    """The rate of the country; now and then a supply abroad, without a tax line."""
    return None if dice.chance(0.12) else words.currencies[currency]


def _draw_sums(dice: Dice, words: Words, currency: str, lines: tuple[Line, ...]) -> Sums:
    discount = Decimal(dice.pick((2, 3, 5))) if dice.chance(0.2) else None
    freight = Decimal(dice.between(900, 24900)) * CENT if dice.chance(0.25) else None
    return add_up(lines, discount, freight, draw_tax_rate(dice, words, currency))


def _line_disagrees(quote: Quote) -> Quote:
    last = quote.lines[-1]
    wrong = replace(last, total=misread(last.total))
    return replace(quote, lines=(*quote.lines[:-1], wrong))


def _total_disagrees(quote: Quote) -> Quote:
    return replace(quote, sums=replace(quote.sums, total=misread(quote.sums.total)))


def misread(amount: Decimal) -> Decimal:
    """The amount with its first digit one higher, the mistake of a tired typist."""
    digits = str(amount)
    return Decimal(f"{int(digits[0]) % 9 + 1}{digits[1:]}")


def _no_validity(quote: Quote) -> Quote:
    return replace(quote, valid_until=None)


def _ended_before_issue(quote: Quote) -> Quote:
    return replace(quote, valid_until=quote.issued - timedelta(days=9))


def _no_currency(quote: Quote) -> Quote:
    return replace(quote, currency=None)


QUOTE_FLAWS: dict[str, Callable[[Quote], Quote]] = {
    "line_disagrees": _line_disagrees,
    "total_disagrees": _total_disagrees,
    "no_validity": _no_validity,
    "ended_before_issue": _ended_before_issue,
    "no_currency": _no_currency,
}


def quote_record(quote: Quote, has_positions: bool, has_articles: bool) -> Record:
    """The record that a careful reader would write down; what the layout leaves away is null."""
    return {
        "supplier": quote.supplier.name,
        "customer": quote.customer.name,
        "quote_number": quote.number,
        "issue_date": plain(quote.issued),
        "valid_until": plain(quote.valid_until),
        "currency": quote.currency,
        "line_items": [_item(line, has_positions, has_articles) for line in quote.lines],
        "discount_amount": plain(quote.sums.discount),
        "freight": plain(quote.sums.freight),
        "net_total": plain(quote.sums.net),
        "tax_rate": plain(quote.sums.tax_rate),
        "tax_amount": plain(quote.sums.tax),
        "total": plain(quote.sums.total),
        "delivery_terms": quote.delivery_terms,
        "delivery_time": quote.delivery_time,
        "payment_terms": quote.payment_terms,
    }


def _item(line: Line, has_positions: bool, has_articles: bool) -> Record:
    return {
        "position": line.position if has_positions else None,
        "article_number": line.article if has_articles else None,
        "description": line.description,
        "quantity": plain(line.quantity),
        "unit": line.unit,
        "unit_price": plain(line.unit_price),
        "discount_percent": plain(line.discount),
        "line_total": plain(line.total),
    }
