"""A mail style is a choice: sentences or a block, plain or HTML or both, fresh or a reply, by person or machine."""

from dataclasses import dataclass
from datetime import timedelta, timezone

from benchmarks.samples.dice import Dice
from benchmarks.samples.letter import Letter, message_record, write_block, write_prose
from benchmarks.samples.mail import Coding, Part, as_html, as_text, draw_mail, header_words, mailbox, sent_header
from benchmarks.samples.mail_words import MailWords
from benchmarks.samples.message import Message
from benchmarks.samples.notation import Notation
from benchmarks.samples.sample import Record

_UTF8 = Coding("utf-8", "8bit")
_ZONE = timezone(timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class MailStyle:
    """How a message is written and packed."""

    bodies: tuple[str, ...] = ("plain",)
    in_block: bool = False
    html_table: bool = True
    is_reply: bool = False
    is_notice: bool = False
    codings: tuple[Coding, ...] = (_UTF8,)


_QUOTED = Coding("utf-8", "quoted-printable")
_WESTERN = Coding("windows-1252", "quoted-printable")
_LATIN = Coding("iso-8859-15", "8bit")
MAIL_STYLES = {
    "plain_prose": MailStyle(codings=(_UTF8, _QUOTED, _WESTERN)),
    "plain_block": MailStyle(in_block=True, codings=(_LATIN, _QUOTED)),
    "html_prose": MailStyle(("html",), codings=(_QUOTED, Coding("utf-8", "base64"))),
    "html_table": MailStyle(("html",), in_block=True, codings=(_QUOTED, _WESTERN)),
    "alternative": MailStyle(("plain", "html"), codings=(_QUOTED, _LATIN)),
    "block_alternative": MailStyle(("plain", "html"), in_block=True, html_table=False, codings=(_WESTERN,)),
    "reply": MailStyle(is_reply=True, codings=(_UTF8, _WESTERN)),
    "notice": MailStyle(in_block=True, is_notice=True, codings=(Coding("utf-8", "base64"), _LATIN)),
}


@dataclass(frozen=True, slots=True)
class Mailed:
    """The file, and the record of what it says."""

    content: bytes
    record: Record


def mail(dice: Dice, words: MailWords, notation: Notation, message: Message, style: MailStyle) -> Mailed:
    in_block = style.in_block and message.topic != "other"
    letter = (write_block if in_block else write_prose)(dice, words, notation, message)
    sender = None if style.is_notice else message.supplier.person
    signature = _signature(words, message, letter, sender)
    quoted = _quoted(dice, words, notation, message) if style.is_reply else ""
    coding = dice.pick(style.codings)
    texts = {
        "plain": as_text(letter, signature) + quoted,
        "html": as_html(letter, signature, style.html_table),
    }
    parts = tuple(Part("html" if kind == "html" else "plain", texts[kind], coding) for kind in style.bodies)
    subject = f"{words.reply if style.is_reply else ''}{letter.subject}"
    content = draw_mail(_headers(message, subject, sender), parts, f"=_{message.order}_{message.article}")
    record = message_record(message, letter, sender)
    return Mailed(content, {**record, "subject": subject})


def _headers(message: Message, subject: str, sender: str | None) -> dict[str, str]:
    domain = message.supplier.domain
    address = message.supplier.email if sender else f"no-reply@{domain}"
    return {
        "From": mailbox(sender or message.supplier.name, address),
        "To": mailbox(message.customer.person, message.customer.email),
        "Subject": header_words(subject),
        "Date": sent_header(message.sent.replace(tzinfo=_ZONE)),
        "Message-ID": f"<{message.order}.{message.article}@{domain}>".lower(),
    }


def _signature(words: MailWords, message: Message, letter: Letter, sender: str | None) -> tuple[str, ...]:
    supplier = message.supplier
    if sender is None:
        return (supplier.name, words.notice)
    return (letter.regards, sender, supplier.name, f"Tel. {supplier.phone}", words.disclaimer)


def _quoted(dice: Dice, words: MailWords, notation: Notation, message: Message) -> str:
    """The customer's earlier message, with a date and a price that are not the supplier's."""
    asked = message.sent.date() - timedelta(days=dice.between(1, 6))
    facts = {
        "reader": message.customer.person,
        "sender": message.supplier.person,
        "address": message.customer.email,
        "day": notation.day(asked),
        "earlier": notation.day(asked + timedelta(days=3)),
        "rumour": notation.money(message.old_price * 2),
    }
    lines = (*words.earlier, message.customer.person, message.customer.name)
    quoted = "\n".join(f"> {line}" for line in lines)
    return f"\n{words.wrote}\n{quoted}\n".format(**facts)
