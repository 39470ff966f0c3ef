"""A day is read in every common form and language; what order figures stand in, the document itself tells."""

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sandbox.answers.words import plain

_NAMES = (
    "jan januar january janvier enero ene gennaio gen januari",
    "feb februar february fevrier fevr febrero febbraio februari",
    "mar marz maerz march mars marzo maart mrz",
    "apr april avril avr abril abr aprile",
    "may mai mayo maggio mag mei",
    "jun juni june juin junio giugno giu",
    "jul juli july juillet juil julio luglio lug",
    "aug august aout agosto ago augustus",
    "sep sept september septembre septiembre settembre set",
    "oct okt oktober october octobre octubre ottobre ott",
    "nov november novembre noviembre",
    "dec dez december dezember decembre diciembre dic dicembre",
)
_MONTHS = {name: month for month, names in enumerate(_NAMES, 1) for name in names.split()}
_DATE = re.compile(
    r"(?<![\w/.-])(?:(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})[./-](?P<b>\d{1,2})[./-](?P<c>\d{4}|\d{2})"
    r"|(?P<day>\d{1,2})(?:\.|st|nd|rd|th|er|º|°)?\s+(?:de\s+)?"
    r"(?P<name>[^\W\d_]{3,10})\.?,?\s+(?:(?:de|del)\s+)?(?P<year>\d{4})"
    r"|(?P<name2>[^\W\d_]{3,10})\.?\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{4}))(?![\w/-])"
)
_CENTURY = 2000
_YEAR = 12


class Day(NamedTuple):
    """A day and where it is printed."""

    start: int
    end: int
    iso: str


@lru_cache(maxsize=64)
def days_in(text: str) -> tuple[Day, ...]:
    """Every day that a text prints."""
    found = list(_DATE.finditer(text))
    month_first = _is_month_first(found)
    days = (Day(each.start(), each.end(), _iso(each, month_first)) for each in found)
    return tuple(day for day in days if day.iso)


def _is_month_first(found: list[re.Match[str]]) -> bool:
    pairs = [(int(each["a"]), int(each["b"])) for each in found if each["a"]]
    return any(second > _YEAR for _, second in pairs) and not any(first > _YEAR for first, _ in pairs)


def _iso(found: re.Match[str], month_first: bool) -> str:
    if found["y"]:
        return _checked(int(found["y"]), int(found["m"]), int(found["d"]))
    if found["a"]:
        first, second, year = int(found["a"]), int(found["b"]), int(found["c"])
        day, month = (second, first) if month_first else (first, second)
        return _checked(year if year > 99 else year + _CENTURY, month, day)
    month = _MONTHS.get(plain(found["name"] or found["name2"]), 0)
    return _checked(int(found["year"] or found["year2"]), month, int(found["day"] or found["day2"]))


def _checked(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
