"""A printed number has every reading its locale allows; a value is printed if it is one of them."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from extraction.words import folded

# A blank groups thousands only between full groups of three, so that "2 500" is one number as well as two.
_BLANK = " \u00a0\u2009\u202f"
_PLAIN = r"\d+(?:[.,'’]\d+)*"
_TOKEN = re.compile(rf"{_PLAIN}(?:[{_BLANK}]\d{{3}}(?![\d'’])(?:[.,]\d+)*)*")
_INNER = re.compile(_PLAIN)
_MINUS = "-−–﹣－"
_MONEY = "€$£¥"
_BEFORE_FRACTION = f"{_BLANK}{_MONEY}\n\t({_MINUS}"
_LONGEST_UNIT = 4
_SCALES = {
    **dict.fromkeys(("thousand", "tausend", "tsd", "mille", "mil", "k"), Decimal(1_000)),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs"), Decimal(100_000)),
    **dict.fromkeys(("crore", "crores"), Decimal(10_000_000)),
    **dict.fromkeys(("million", "millions", "millionen", "mio", "mn", "m", "mln", "millones"), Decimal(1_000_000)),
    **dict.fromkeys(("billion", "billions", "milliarden", "milliards", "mrd", "bn", "b"), Decimal(1_000_000_000)),
}
_SCALE = re.compile(r"[ \u00a0]?([A-Za-z]+)")
_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty",
    "null eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn "
    "achtzehn neunzehn zwanzig",
    "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf vingt",
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete "
    "dieciocho diecinueve veinte",
    "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici "
    "diciassette diciotto diciannove venti",
    "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien "
    "achttien negentien twintig",
)
_TENS = {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100,
    "dreissig": 30, "vierzig": 40, "funfzig": 50, "sechzig": 60, "siebzig": 70, "achtzig": 80, "neunzig": 90,
    "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "treinta": 30, "sesenta": 60, "noventa": 90,
    "trenta": 30, "sessanta": 60, "novanta": 90, "dertig": 30, "veertig": 40, "zestig": 60, "negentig": 90,
}  # fmt: skip
NUMBER_WORDS = {
    folded(word): number
    for words in (*(dict(zip(line.split(), range(21), strict=True)) for line in _WORDS), _TENS)
    for word, number in words.items()
}


class Printed(NamedTuple):
    """A number as it stands in a text, and what it can mean; its sign is looked at when it matters."""

    start: int
    end: int
    readings: tuple[Decimal, ...]


def printed_numbers(text: str) -> Iterator[Printed]:
    """Every number of a text."""
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        token = found.group()
        if not token.isascii() or " " in token:
            yield from _blank_grouped(token, start)
        elif _is_fraction(text, start):
            yield Printed(start - 1, end, (Decimal(f"0.{token}"),) if token.isdigit() else ())
        elif readings := readings_of(token):
            yield Printed(start, end, readings)


def _is_fraction(text: str, start: int) -> bool:
    """Whether the zero before a decimal point was left away."""
    return text[start - 1 : start] in (".", ",") and not text[max(start - 2, 0) : start - 1].strip(_BEFORE_FRACTION)


def _blank_grouped(token: str, start: int) -> Iterator[Printed]:
    """Numbers beside each other in a table look like one number with groups: each stretch is read both ways."""
    inner = list(_INNER.finditer(token))
    for first, begin in enumerate(inner):
        for last in range(first, min(first + 5, len(inner))):
            stretch = token[begin.start() : inner[last].end()]
            if readings := readings_of(stretch):
                yield Printed(start + begin.start(), start + inner[last].end(), readings)


@lru_cache(maxsize=8_192)
def readings_of(token: str) -> tuple[Decimal, ...]:
    """What a printed number without sign and unit can mean; nothing if it is a version, a date or a list."""
    groups = re.split(f"[{_BLANK}]", token)
    if len(groups) > 1:
        return _of_blank_groups(groups)
    plain = token.replace("'", "").replace("’", "")
    marks = [mark for mark in plain if mark in ".,"]
    if not marks:
        return (Decimal(plain),) if len(plain) == 1 or plain.strip("0") else ()
    if len(marks) == 1:
        return _of_one_mark(plain, marks[0])
    return _of_many_marks(plain, marks)


def _of_blank_groups(groups: list[str]) -> tuple[Decimal, ...]:
    last = re.fullmatch(r"(\d{3})(?:[.,](\d+))?", groups[-1])
    if not last or not groups[0].isdigit() or len(groups[0]) > 3 or groups[0].startswith("0"):
        return ()
    if any(len(group) != 3 or not group.isdigit() for group in groups[1:-1]):
        return ()
    return (Decimal("".join((*groups[:-1], last[1], ".", last[2] or "0"))),)


def _of_one_mark(plain: str, mark: str) -> tuple[Decimal, ...]:
    whole, _, rest = plain.partition(mark)
    if len(whole) > 1 and not whole.strip("0"):
        return ()
    decimal = Decimal(f"{whole or 0}.{rest}")
    if len(rest) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0"):
        return decimal, Decimal(whole + rest)
    return (decimal,)


def _of_many_marks(plain: str, marks: list[str]) -> tuple[Decimal, ...]:
    decimal = marks[-1] if marks.count(marks[-1]) == 1 else None
    whole, rest = plain.rsplit(decimal, 1) if decimal else (plain, "0")
    groups = re.split("[.,]", whole)
    if len(set(re.findall("[.,]", whole))) > 1 or not _are_thousands(groups):
        return ()
    return (Decimal(f"{''.join(groups)}.{rest}"),)


def _are_thousands(groups: list[str]) -> bool:
    """Groups of three, or of two before the last three as India writes them."""
    return 1 <= len(groups[0]) <= 3 and len(groups[-1]) == 3 and all(len(group) in (2, 3) for group in groups[1:])


def is_negative(text: str, start: int, end: int) -> bool:
    """Whether a printed number carries a minus, before or after it, or stands in brackets."""
    before = text[max(start - 5, 0) : start].rstrip(_BLANK + _MONEY + "\n")
    after = text[end : end + 4].lstrip(_BLANK + _MONEY)
    signed = before.endswith(tuple(_MINUS)) or after.startswith(tuple(_MINUS))
    return signed or (before.endswith("(") and after.startswith(")"))


def is_percent(text: str, end: int) -> bool:
    return text[end : end + 2].strip().startswith(("%", "‰"))


def scale_after(text: str, end: int) -> Decimal:
    """The factor that a word after a number gives it, as in 1.2 million."""
    word = _SCALE.match(text, end)
    return _SCALES.get(word[1].lower(), Decimal(1)) if word else Decimal(1)


def read_number(text: str) -> Decimal | None:
    """The one number that a short text is, with or without currency and unit; None if it is none or could be two."""
    text = text.strip()
    found = list(printed_numbers(text))
    if len({printed.readings for printed in found}) != 1 or len(found[0].readings) != 1:
        return None
    start, end, readings = found[0]
    scale = scale_after(text, end)
    rest = text[:start] + (text[end:] if scale == 1 else "")
    if len(rest.strip(f"{_MINUS}{_BLANK}{_MONEY}()%+.")) > _LONGEST_UNIT:
        return None
    return readings[0] * scale * (-1 if is_negative(text, start, end) else 1)
