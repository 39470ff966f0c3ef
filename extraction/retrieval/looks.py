"""A chunk can hold a value only if something there looks like it: a date, an amount, a share, a company, an address."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

from extraction.dates import MONTHS
from extraction.legal_forms import form_at_end
from extraction.shape import Field
from extraction.words import folded, terms

Look = Literal["date", "amount", "period", "share", "party", "address", "figure"]

_MONTHS = "|".join(sorted((name for name in MONTHS if len(name) > 2), key=len, reverse=True))
# Each is bounded on every side: time must not grow with the square of a text that somebody made for that.
_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"(?<!\d)\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{2,4}}(?!\d)|\b(?:{_MONTHS})\b\.?\W{{0,3}}(?:\w{{1,20}}\W{{1,3}}){{0,3}}?{_YEAR}"
    rf"|{_YEAR}\W{{1,3}}(?:{_MONTHS})\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?:[$€£¥]|\b(?:USD|EUR|GBP|CHF|CAD|JPY|US\$)|\bdollars?\b)\s?\d"
    r"|\d[\d.,' ]{0,20}\s?(?:[$€£¥]|(?:USD|EUR|GBP|CHF)\b)"
    r"|\b\d{1,3}(?:[.,' ]\d{3}){1,6}(?:[.,]\d\d)?\b|\b\d{1,12}[.,]\d\d\b",
)
_COUNTS = (
    "one two three four five six seven eight nine ten twelve fifteen eighteen twenty thirty sixty ninety ein zwei drei "
    "vier funf sechs un deux trois quatre cinq six dos tres cuatro cinco seis due tre quattro cinque sei"
)
_UNITS = (
    "days? weeks? months? years? anniversary jahre?n? monate?n? tage?n? wochen? ans? annees? mois jours? semaines? "
    "anos? meses? mes dias? anni anno mesi mese giorni"
)
_PERIOD = re.compile(
    rf"(?:(?<!\d)\d{{1,4}}|\b(?:{'|'.join(_COUNTS.split())}))\)?[\s-]{{1,9}}(?:\(\d{{1,4}}\)\s{{1,9}})?(?:{'|'.join(_UNITS.split())})\b",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\d\s?%|\b(?:per\s?cent|percent|basis points|prozent|pour cent|por ciento|per cento)\b", re.IGNORECASE
)
_ADDRESS = re.compile(
    r"\b\d{5}(?:-\d{4})?\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
    r"|\b(?i:p\.? ?o\.? box|street|avenue|road|boulevard|suite|floor|attention|attn|strasse|straße|rue|calle|via)\b"
)
_FORM = re.compile(r"\b[A-Z][\w&.'-]{0,30}[\s,]{1,5}(?:[A-Z&][\w&.'-]{0,30}[\s,]{1,5}){0,4}[A-Za-z.]{2,12}")
_FIGURE = re.compile(r"\d[\d.,]*")
_BEFORE, _BEHIND = 120, 60  # characters around a value in which its label stands
_SUBJECT = 5  # words of a description that say what the value is, and not what it is about
_PARTY_WORDS = frozenset(
    terms(
        "party parties buyer purchaser seller supplier vendor customer client borrower lender bank agent arranger "
        "guarantor landlord lessor tenant lessee employer licensor licensee company issuer advertiser agency "
        "contractor registrant institution entity organisation organization"
    )
)
_PERIOD_WORDS = frozenset(terms("term duration period notice validity lead survival renewal months years days"))
_DATE_WORDS = frozenset(terms("date day dated effective expiry expiration maturity deadline"))
_AMOUNT_WORDS = frozenset(terms("amount total price sum fee salary rent commitment principal cap deposit"))
_UNIT_WORDS = frozenset(terms("day days week weeks month months year years"))
_SHARE_WORDS = frozenset(terms("percent percentage rate ratio margin share interest"))
_ADDRESS_WORDS = frozenset(terms("address street headquarters location anschrift adresse direccion indirizzo"))
_BY_WORDS: tuple[tuple[Look, frozenset[str]], ...] = (
    ("address", _ADDRESS_WORDS),
    ("date", _DATE_WORDS),
    ("amount", _AMOUNT_WORDS),
    ("party", _PARTY_WORDS),
    ("period", _PERIOD_WORDS),
)
_OF_NUMBERS: tuple[tuple[Look, frozenset[str]], ...] = (("period", _UNIT_WORDS), ("share", _SHARE_WORDS))
_LEADER = re.compile(r"(?:\.[ ]?){4,}|…{2,}|_{6,}")
_ENTRY = re.compile(
    r"^\W*(?:section|article|§|exhibit|schedule|annex|appendix|\d+(?:\.\d+)*|[ivx]+)\b.*\s\d{1,3}$", re.I
)


def look_of(field: Field) -> Look | None:
    """How a value of the field looks, by its type, else by its name, else by its description."""
    if field.fields:
        return next((look for child in field.fields if (look := look_of(child))), None)
    if field.kind == "date":
        return "date"
    if field.kind == "number":
        return "amount" if _AMOUNT_WORDS & _said(field) else _by_name(field) or "figure"
    if field.kind in ("judgement", "summary", "time"):
        return None
    return _by_words(field) or _by_name(field)


def _by_name(field: Field) -> Look | None:
    """What the name alone says of a number."""
    names = set(map(folded, field.words))
    return next((look for look, signs in _OF_NUMBERS if names & signs), None)


def _by_words(field: Field) -> Look | None:
    for words in ({folded(word) for word in field.words}, set(terms(field.description)[:_SUBJECT])):
        for look, signs in _BY_WORDS:
            if words & signs:
                return look
    return None


def _said(field: Field) -> set[str]:
    return {*map(folded, field.words), *terms(field.description)}


def shows(look: Look, text: str) -> bool:
    """Whether a text holds something that looks so."""
    return any(True for _ in around(look, text))


def around(look: Look, text: str) -> Iterator[str]:
    """For everything in a text that looks so, what stands around it: its label, mostly before it."""
    said = _plain(text)
    for found in _PATTERNS[look].finditer(said):
        if look != "party" or form_at_end(terms(found.group()))[0]:
            yield said[max(found.start() - _BEFORE, 0) : found.end() + _BEHIND]


def _plain(text: str) -> str:
    if text.isascii():
        return text
    return "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))


def is_contents(text: str) -> bool:
    """Whether a text lists where things stand instead of saying them: it holds the words of every section."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    entries = sum(1 for line in lines if _LEADER.search(line) or _ENTRY.match(line))
    return entries >= 4 and entries * 2 >= len(lines)


_PATTERNS: dict[Look, re.Pattern[str]] = {
    "date": _DATE,
    "amount": _AMOUNT,
    "period": _PERIOD,
    "share": _SHARE,
    "party": _FORM,
    "address": _ADDRESS,
    "figure": _FIGURE,
}
