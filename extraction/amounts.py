"""A number is stated where it is printed in any notation: as a percentage, scaled by a word, or spelled out."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from extraction.numbers import is_negative, is_percent, printed_numbers, scale_after
from extraction.source import Place, Source
from extraction.spelled import NAMES

_SCALES = tuple(Decimal(scale) for scale in (1_000, 100_000, 1_000_000, 10_000_000, 1_000_000_000))
_MOST_FIGURES = 400  # of any number that JSON can hold; 1e999999 would be written out to be compared
_AMOUNT = re.compile(
    r"[-−(]?\s*(?:[€$£¥]|[A-Z]{3})?\s*[-−]?\d[\d.,'’ \u00a0\u202f]*[.,'’]\d+\s*(?:[€$£¥%)-]|[A-Z]{3})?"
)


def as_decimal(value: Any) -> Decimal | None:
    """The number that a value is, if it is one."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= _MOST_FIGURES else None


def number_places(number: Decimal, source: Source) -> list[Place]:
    """Where a number stands; a negative one only where it is printed as such."""
    text, size = source.text, abs(number)
    places = source.numbers.get(size, [])
    if number < 0:
        return [place for place in places if is_negative(text, *place)]
    return places or _percentages(size, source) or _scaled(size, source) or _in_words(size, source)


def _percentages(number: Decimal, source: Source) -> list[Place]:
    """0.19 where 19 % is printed."""
    if number >= 10:
        return []
    return [place for place in source.numbers.get(number * 100, []) if is_percent(source.text, place[1])]


def _scaled(number: Decimal, source: Source) -> list[Place]:
    """1200000 where 1.2 million is printed."""
    return [
        place
        for scale in _SCALES
        if number >= scale
        for place in source.numbers.get(number / scale, [])
        if scale_after(source.text, place[1]) == scale
    ]


def _in_words(number: Decimal, source: Source) -> list[Place]:
    """2 where two is printed."""
    names = NAMES.get(int(number), ()) if number == int(number) else ()
    return sorted(source.words.span(*run) for name in names for run in source.words.runs(name))


def is_amount(text: str) -> bool:
    """Whether a text is a number with decimals or thousands, and nothing else but a currency or a percent sign."""
    return bool(_AMOUNT.fullmatch(text.strip()))


def amount_places(text: str, source: Source) -> list[Place]:
    """Where the number that a text is stands."""
    sign = -1 if text.strip().startswith(("-", "−")) else 1
    readings = [sign * reading for printed in printed_numbers(text) for reading in printed.readings]
    return [place for reading in readings for place in number_places(reading, source)]
