"""A reporting period is stated where its year is printed and its quarter or half is spoken of in any usual way."""

import re
from dataclasses import dataclass

from extraction.source import Source

_PERIOD = re.compile(
    r"(?:(?:FY|GJ|CY)?\s*(\d{4}|'?\d\d)\s*[-/ ]?\s*([QHST])\s?([1-4])"
    r"|([QHST])\s?([1-4])[-/ ]*(?:FY|GJ|CY)?\s*(\d{4}|\d\d))",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:FY|GJ|CY|fiscal(?: year)?)\s*'?(\d{4}|\d\d)(?:\s*(YTD))?", re.IGNORECASE)
_ORDINALS = ("first", "second", "third", "fourth")
_QUARTERS = {
    number: (f"q{number}", f"{number}q", f"{word} quarter", f"{number}. quartal", f"{number}e trimestre")
    for number, word in enumerate(_ORDINALS, start=1)
}
_HALVES = {
    1: ("h1", "1h", "first half", "six months", "twenty six weeks", "26 weeks", "1. halbjahr", "premier semestre"),
    2: ("h2", "2h", "second half", "six months", "26 weeks", "2. halbjahr", "second semestre"),
}
_ANY_QUARTER = ("three months", "thirteen weeks", "13 weeks", "quarter ended", "quarterly period", "quartal")
_YEAR_TO_DATE = ("year to date", "months ended", "weeks ended", "ytd")


_OF_A_YEAR = ("fiscal", "fiscal year", "fy", "year", "geschaftsjahr", "exercice")
_AT_A_DAY = ("as of", "year ended", "years ended")
_NEAR = 45  # characters between a part and its year
_MOST = 400


@dataclass(frozen=True, slots=True)
class Period:
    """A year, and the part of it."""

    year: int
    names: tuple[str, ...]


def read_period(text: str) -> Period | None:
    """The period that a short text is: FY2025 Q2, Q3/24, H1 2024, FY2024."""
    text = text.strip()
    if found := _PERIOD.fullmatch(text):
        year, kind, number = (found[1], found[2], found[3]) if found[1] else (found[6], found[4], found[5])
        return _part(_year(year), kind.upper(), int(number))
    if found := _YEAR.fullmatch(text):
        return Period(_year(found[1]), _YEAR_TO_DATE if found[2] else ())
    return None


def _part(year: int, kind: str, number: int) -> Period | None:
    if kind == "Q" or kind == "T":
        return Period(year, (*_QUARTERS[number], *_ANY_QUARTER))
    return Period(year, _HALVES[number]) if number in _HALVES else None


def _year(text: str) -> int:
    figures = int(text.strip("'"))
    return figures if figures > 99 else 2000 + figures


def is_stated(period: Period, source: Source) -> bool:
    """Whether the year is printed beside the part; a fiscal year may begin in the calendar year before it."""
    if any(next(source.words.runs(f"{said} {period.year}", 1), None) for said in _OF_A_YEAR) and not period.names:
        return True
    years = [
        source.words.span(at, at)[0] for year in (period.year, period.year - 1) for at in source.words.places(str(year))
    ]
    names = period.names or _AT_A_DAY
    parts = (source.words.span(*run)[1] for name in names for run in source.words.runs(name, _MOST))
    return any(-_NEAR <= year - part <= _NEAR for part in parts for year in years)
