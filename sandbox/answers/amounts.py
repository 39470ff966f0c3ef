"""A figure is read in the notation of its document; a currency is its code, whatever sign stands for it."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

_CODES = (
    "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EUR GBP HKD HUF IDR ILS INR ISK JPY KRW MAD MXN MYR NOK NZD "
    "PHP PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD UAH USD VND ZAR"
)
CODES = frozenset(_CODES.split())
_SIGNS = {"€": "EUR", "£": "GBP", "US$": "USD", "$": "USD", "¥": "JPY", "₹": "INR", "zł": "PLN", "Fr.": "CHF"}
_NAMES = {"euro": "EUR", "euros": "EUR", "dollars": "USD", "franken": "CHF", "pounds": "GBP", "sterling": "GBP"}
_MONEY = "|".join([*sorted(CODES), *map(re.escape, _SIGNS)])
_FIGURE = r"\d{1,3}(?:[.,'’]\d{3})+(?:[.,]\d{1,4})?|\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+[.,]\d{1,4}|\d+(?:[.,]\d+)?"
NUMBER = re.compile(
    rf"(?<![\w.,/+-])(?P<minus>[-−–]\s?)?(?:(?P<before>{_MONEY})\s?(?P<minus2>[-−–])?)?(?P<figure>{_FIGURE})"
    rf"(?![\w/]|[.,'’-]\w)(?:\s?(?P<percent>%)|\s?(?P<after>{_MONEY})(?!\w))?"
)
_CODE = re.compile(rf"(?<![\w])(?:{_MONEY})(?![^\W\d_])")
_BLANKS = re.compile(r"['’\s]")
_SIGN = re.compile(r"[.,]")
_GROUPS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_DECIMALS = re.compile(r"\d([.,])\d{1,2}(?!\d|[.,'’]\d)")

Mark = Literal[".", ","]


class Amount(NamedTuple):
    """A printed number and where it stands."""

    start: int
    end: int
    value: Decimal
    is_percent: bool
    currency: str
    text: str


@lru_cache(maxsize=64)
def decimal_mark(text: str) -> Mark:
    """The sign before the cents in this document."""
    marks = Counter(_DECIMALS.findall(text))
    return "," if marks[","] > marks["."] else "."


def amounts_in(text: str, mark: Mark) -> Iterator[Amount]:
    """Every number of a text that is not part of a word."""
    for found in NUMBER.finditer(text):
        value = read_figure(found["figure"], mark)
        sign = -1 if found["minus"] or found["minus2"] else 1
        money = found["before"] or found["after"] or ""
        yield Amount(found.start(), found.end(), sign * value, bool(found["percent"]), code(money), found["figure"])


def read_figure(figure: str, mark: Mark) -> Decimal:
    """A figure as a number; the last sign decides where two stand in it, and a sign that comes again only groups."""
    if figure.isdigit():
        return Decimal(figure)
    bare = _BLANKS.sub("", figure)
    last = max(bare.rfind("."), bare.rfind(","))
    if not _is_decimal(bare, last, mark):
        return Decimal(_SIGN.sub("", bare))
    return Decimal(f"{_SIGN.sub('', bare[:last])}.{bare[last + 1 :]}")


def _is_decimal(bare: str, last: int, mark: Mark) -> bool:
    """Whether decimals stand behind the last sign, or three more figures of a whole number."""
    if last < 0 or bare.count(bare[last]) > 1:
        return False
    is_alone = _SIGN.search(bare[:last]) is None
    return bare[last] == mark or not is_alone or not _GROUPS.fullmatch(bare)


def code(sign: str) -> str:
    """The code of a sign; a code is its own."""
    return _SIGNS.get(sign, sign)


@lru_cache(maxsize=64)
def currency_of(text: str) -> str | None:
    """The currency that a document names most often."""
    found = Counter(code(sign) for sign in _CODE.findall(text))
    if not found:
        found = Counter(_NAMES[word] for word in re.findall(r"\w+", text.lower()) if word in _NAMES)
    return found.most_common(1)[0][0] if found else None


def is_amount_alone(text: str) -> bool:
    """Whether nothing but a number stands there."""
    return NUMBER.fullmatch(text.strip()) is not None
