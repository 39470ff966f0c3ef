"""A deal is one order seen from either side: the buyer's purchase order, or the supplier's confirmation of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from benchmarks.samples.dice import Dice
from benchmarks.samples.goods import Line, Sums, add_up, draw_lines
from benchmarks.samples.parties import Party, draw_pair
from benchmarks.samples.quote import draw_day, draw_delivery_terms, draw_tax_rate, misread
from benchmarks.samples.sample import Record, plain
from benchmarks.samples.words import Words


@dataclass(frozen=True, slots=True)
class Deal:
    """What was ordered, or confirmed."""

    is_order: bool
    number: str
    reference: str | None
    buyer: Party
    supplier: Party
    dated: date
    delivery: date | None
    currency: str
    lines: tuple[Line, ...]
    sums: Sums
    delivery_terms: str
    payment_terms: str

    @property
    def author(self) -> Party:
        return self.buyer if self.is_order else self.supplier

    @property
    def reader(self) -> Party:
        return self.supplier if self.is_order else self.buyer


def draw_deal(dice: Dice, words: Words, serial: int, lines: int) -> Deal:
    """A deal in which everything agrees."""
    currency = dice.pick(tuple(words.currencies))
    buyer, supplier = draw_pair(dice, words, words.countries[currency])
    is_order = dice.chance(0.5)
    order = dice.pick(("PO-{}", "45000{}", "26-{}")).format(serial)
    confirmation = dice.pick(("OC-{}", "SO{}", "2026-{}")).format(serial + 41)
    dated = draw_day(dice)
    drawn = draw_lines(dice, words, lines, discounted=False)
    return Deal(
        is_order=is_order,
        number=order if is_order else confirmation,
        reference=None if is_order else order,
        buyer=buyer,
        supplier=supplier,
        dated=dated,
        delivery=dated + timedelta(days=dice.between(10, 70)),
        currency=currency,
        lines=drawn,
        sums=add_up(drawn, None, None, draw_tax_rate(dice, words, currency)),
        delivery_terms=draw_delivery_terms(dice, supplier, buyer),
        payment_terms=dice.pick(words.payments),
    )


def _total_disagrees(deal: Deal) -> Deal:
    return replace(deal, sums=replace(deal.sums, total=misread(deal.sums.total)))


def _delivered_before_ordered(deal: Deal) -> Deal:
    return replace(deal, delivery=deal.dated - timedelta(days=12))


def _no_delivery_date(deal: Deal) -> Deal:
    return replace(deal, delivery=None)


DEAL_FLAWS: dict[str, Callable[[Deal], Deal]] = {
    "total_disagrees": _total_disagrees,
    "delivered_before_ordered": _delivered_before_ordered,
    "no_delivery_date": _no_delivery_date,
}


def deal_record(deal: Deal, has_positions: bool, has_articles: bool) -> Record:
    """The record that a careful reader would write down."""
    return {
        "kind": "purchase_order" if deal.is_order else "order_confirmation",
        "document_number": deal.number,
        "order_reference": deal.reference,
        "buyer": deal.buyer.name,
        "supplier": deal.supplier.name,
        "order_date": plain(deal.dated),
        "delivery_date": plain(deal.delivery),
        "currency": deal.currency,
        "lines": [_line(line, has_positions, has_articles) for line in deal.lines],
        "net_total": plain(deal.sums.net),
        "tax_rate": plain(deal.sums.tax_rate),
        "tax_amount": plain(deal.sums.tax),
        "total": plain(deal.sums.total),
        "delivery_terms": deal.delivery_terms,
        "payment_terms": deal.payment_terms,
        "contact": deal.author.person,
    }


def _line(line: Line, has_positions: bool, has_articles: bool) -> Record:
    return {
        "position": line.position if has_positions else None,
        "article_number": line.article if has_articles else None,
        "description": line.description,
        "quantity": plain(line.quantity),
        "unit": line.unit,
        "unit_price": plain(line.unit_price),
        "line_total": plain(line.total),
    }
