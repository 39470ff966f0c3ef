"""A message is facts first: what its text does not say, its record does not hold."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from benchmarks.samples.dice import Dice
from benchmarks.samples.goods import CENT, rounded
from benchmarks.samples.parties import Party, draw_pair
from benchmarks.samples.quote import draw_day
from benchmarks.samples.words import Words

_TENTH = Decimal("0.1")
_RISES = (2, 3, 4, 5, 8, 12)
_CHANGES = (-6, -3, *_RISES)
TOPICS = {
    "price_change": 0.3,
    "price_change_percent": 0.1,
    "delay": 0.25,
    "confirmation": 0.15,
    "request": 0.15,
    "other": 0.05,
}
KINDS = {
    "price_change_percent": "price_change",
    "price_change_undated": "price_change",
    "delay_open": "delay",
}


@dataclass(frozen=True, slots=True)
class Message:
    """Everything a message could say; `topic` decides what of it is said."""

    topic: str
    supplier: Party
    customer: Party
    sent: datetime
    order: str
    article: str
    currency: str
    old_price: Decimal
    new_price: Decimal
    percent: Decimal
    amount: Decimal
    effective: date
    original: date
    new_delivery: date
    reply_by: date

    @property
    def kind(self) -> str:
        return KINDS.get(self.topic, self.topic)


def draw_message(dice: Dice, words: Words, serial: int, topic: str) -> Message:
    """A message in which everything agrees."""
    currency = dice.pick(tuple(words.currencies))
    supplier, customer = draw_pair(dice, words, words.countries[currency])
    day = draw_day(dice)
    old = Decimal(dice.between(180, 48900)) * CENT
    rises = _RISES if topic == "price_change_percent" else _CHANGES
    new = rounded(old * Decimal(100 + dice.pick(rises)) / 100)
    original = day + timedelta(days=dice.between(5, 30))
    return Message(
        topic=topic,
        supplier=supplier,
        customer=customer,
        sent=datetime.combine(day, time(dice.between(7, 17), dice.between(0, 59))),
        order=dice.pick(("PO-{}", "45000{}", "B26-{}")).format(serial),
        article=f"{dice.pick(('NW', 'HB', 'KX', 'TR'))}-{dice.between(100, 9999)}",
        currency=currency,
        old_price=old,
        new_price=new,
        percent=((new - old) / old * 100).quantize(_TENTH),
        amount=Decimal(dice.between(15000, 4890000)) * CENT,
        effective=day + timedelta(days=dice.between(14, 90)),
        original=original,
        new_delivery=original + timedelta(days=dice.between(3, 35)),
        reply_by=day + timedelta(days=dice.between(2, 14)),
    )


def _percent_disagrees(message: Message) -> Message:
    return replace(message, topic="price_change", percent=message.percent + 4)


def _applies_already(message: Message) -> Message:
    return replace(message, topic="price_change", effective=message.sent.date() - timedelta(days=20))


def _no_effective_date(message: Message) -> Message:
    return replace(message, topic="price_change_undated")


def _no_new_date(message: Message) -> Message:
    return replace(message, topic="delay_open")


MESSAGE_FLAWS: dict[str, Callable[[Message], Message]] = {
    "percent_disagrees": _percent_disagrees,
    "applies_already": _applies_already,
    "no_effective_date": _no_effective_date,
    "no_new_date": _no_new_date,
}
