"""A message becomes words: which facts are said, and so which values its record holds, follows from the sentences."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from string import Formatter
from typing import Any

from benchmarks.samples.dice import Dice
from benchmarks.samples.mail_words import MailText, MailWords
from benchmarks.samples.message import Message
from benchmarks.samples.notation import Notation
from benchmarks.samples.sample import Record, plain

_BLOCKS = {
    "price_change": ("article", "old_price", "new_price", "percent", "effective"),
    "price_change_percent": ("percent", "effective"),
    "price_change_undated": ("article", "old_price", "new_price"),
    "delay": ("order", "original", "new_delivery"),
    "delay_open": ("order", "original"),
    "confirmation": ("order", "confirmed", "amount"),
    "request": ("order", "reply_by"),
}
_MONEY = ("old_price", "new_price", "amount")
_DAYS = ("effective", "original", "new_delivery", "confirmed", "reply_by")


@dataclass(frozen=True, slots=True)
class Letter:
    """What an e-mail says, before it is plain text or HTML."""

    subject: str
    greeting: str
    sentences: tuple[str, ...]
    block: tuple[tuple[str, str], ...]
    regards: str
    said: tuple[str, ...]
    summary: str


def write_prose(dice: Dice, words: MailWords, notation: Notation, message: Message) -> Letter:
    """The facts in sentences."""
    text = dice.pick(words.texts[message.topic])
    shown = _shown(notation, message)
    sentences = tuple(sentence.format(**shown) for sentence in (text.core, text.rest))
    said = tuple(dict.fromkeys(_places(text.core) + _places(text.rest)))
    return _letter(dice, words, message, text, shown, sentences, (), said)


def write_block(dice: Dice, words: MailWords, notation: Notation, message: Message) -> Letter:
    """The facts as labels and values."""
    text = dice.pick(words.texts[message.topic])
    shown = _shown(notation, message)
    said = _BLOCKS[message.topic]
    block = tuple((words.labels[place], shown[place]) for place in said)
    lead = words.leads[message.topic.removesuffix("_undated").removesuffix("_open")]
    return _letter(dice, words, message, text, shown, (lead,), block, said)


def _letter(
    dice: Dice,
    words: MailWords,
    message: Message,
    text: MailText,
    shown: dict[str, str],
    sentences: tuple[str, ...],
    block: tuple[tuple[str, str], ...],
    said: tuple[str, ...],
) -> Letter:
    return Letter(
        subject=text.subject.format(**shown),
        greeting=dice.pick(words.greeting).format(reader=message.customer.person),
        sentences=sentences,
        block=block,
        regards=dice.pick(words.regards),
        said=tuple(dict.fromkeys((*_places(text.subject), *said))),
        summary=sentences[0],
    )


def _places(template: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in Formatter().parse(template) if name)


def _shown(notation: Notation, message: Message) -> dict[str, str]:
    amounts = {place: notation.money(getattr(message, place)) for place in _MONEY}
    days = {place: notation.day(_day(message, place)) for place in _DAYS}
    percent = f"{notation.number(message.percent)} %"
    return {"article": message.article, "order": message.order, "percent": percent, **amounts, **days}


def _day(message: Message, place: str) -> date:
    day: date = message.new_delivery if place == "confirmed" else getattr(message, place)
    return day


def message_record(message: Message, letter: Letter, sender: str | None) -> Record:
    """The record that a careful reader would write down."""
    has = set(letter.said) | ({"new_delivery"} if "confirmed" in letter.said else set())
    is_about_prices = message.kind == "price_change"
    is_about_delivery = message.kind in ("delay", "confirmation")

    def told(place: str, when: bool = True) -> Any:
        return getattr(message, place) if when and place in has else None

    return {
        "kind": message.kind,
        "supplier": message.supplier.name,
        "sender": sender,
        "subject": letter.subject,
        "sent_on": plain(message.sent.date()),
        "summary": letter.summary,
        "order_number": told("order"),
        "article_number": told("article"),
        "currency": message.currency if "new_price" in has else None,
        "old_price": plain(told("old_price")),
        "new_price": plain(told("new_price")),
        "change_percent": plain(told("percent", is_about_prices)),
        "effective_date": plain(told("effective")),
        "original_delivery_date": plain(told("original", is_about_delivery)),
        "new_delivery_date": plain(told("new_delivery", is_about_delivery)),
        "reply_by": plain(told("reply_by")),
        "people": list(dict.fromkeys([*([sender] if sender else []), message.customer.person])),
        "organisations": [message.supplier.name],
        "dates": _dates(message, letter),
        "amounts": _amounts(message, letter),
    }


def _dates(message: Message, letter: Letter) -> list[str]:
    return [str(_day(message, place)) for place in letter.said if place in _DAYS]


def _amounts(message: Message, letter: Letter) -> list[Record]:
    values: list[Decimal] = [getattr(message, place) for place in letter.said if place in _MONEY]
    return [{"value": str(value), "currency": message.currency} for value in values]
