"""A value is found as what it is: a number in any notation, a date in any form, a name with or without legal form."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from extraction import currencies, names
from extraction.amounts import amount_places, as_decimal, is_amount, number_places
from extraction.dates import days_of, is_numeric_date, read_date
from extraction.periods import is_stated, read_period
from extraction.shape import Kind
from extraction.source import Place, Source
from extraction.summaries import unstated

_ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_TIME = re.compile(r"(\d\d?):(\d\d)")
_MOST = 32


class Found(NamedTuple):
    """Where a value may stand, and whether that bears it out; a judgement stands nowhere and is borne out."""

    places: Sequence[Place]
    reason: str
    grounded: bool


def _stands(places: Sequence[Place], reason: str, otherwise: str) -> Found:
    return Found(places, reason if places else otherwise, bool(places))


def kind_of(value: Any, kind: Kind) -> Kind:
    """As what a value is compared: a text that is a date or an amount, as that."""
    if kind != "text":
        return kind
    return "date" if is_numeric_date(str(value)) else "number" if is_amount(str(value)) else "text"


class Finder:
    """Looks values up in one document; a unit or a price that stands in every row is looked up once."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._known: dict[tuple[Kind, str], Found] = {}

    def find(self, value: Any, kind: Kind) -> Found:
        """Every place at which the text states the value."""
        key = (kind, str(value))
        if key not in self._known:
            self._known[key] = _FINDERS.get(kind, _find_text)(value, self._source)
        return self._known[key]


def _find_number(value: Any, source: Source) -> Found:
    number = as_decimal(value)
    if number is None:
        return _find_text(value, source)
    return _stands(number_places(number, source), "printed as a number", "no such number is printed")


def _find_date(value: Any, source: Source) -> Found:
    iso = _ISO_DATE.match(str(value))
    if not iso:
        return _find_text(value, source)
    days = days_of(*map(int, iso.groups()))
    if not days:
        return Found([], "there is no such day", False)
    day = days[0]
    if places := source.dates.get(day):
        return Found(places, "printed as a date", True)
    has_year = source.words.places(str(day.year)) or any(each.year == day.year for each in source.dates)
    places = source.yearless.get((day.month, day.day), []) if has_year else []
    return _stands(places, "printed as a day, its year elsewhere", "no such date is printed")


def _find_time(value: Any, source: Source) -> Found:
    found = _TIME.match(str(value))
    if not found:
        return _find_text(value, source)
    hour, minute = int(found[1]), found[2]
    ways = (f"{hour} {minute}", f"{hour:02} {minute}", f"{(hour - 1) % 12 + 1} {minute}", f"{hour}h{minute}")
    places = [place for way in ways for place in names.verbatim(way, source)]
    return _stands(sorted(places), "printed as a time", "no such time is printed")


def _find_currency(value: Any, source: Source) -> Found:
    code = currencies.code_of(str(value))
    if code is None:
        return _find_text(value, source)
    places = [source.words.span(*run) for run in source.words.runs(code)]
    for sign in currencies.signs_of(code):
        places += names.occurrences(sign, source.text)
    for name in currencies.names_of(code):
        places += [source.words.span(place, place) for place in source.words.places(name)[:_MOST]]
    return _stands(places, "printed as a currency", "no such currency is printed")


def _find_text(value: Any, source: Source) -> Found:
    text = str(value)
    if is_numeric_date(text):
        return _stands(_as_date(text, source), "printed as a date", "no such date is printed")
    if is_amount(text):
        return _stands(amount_places(text, source), "printed as a number", "no such number is printed")
    for look, reason in _TEXT_WAYS:
        if places := look(text, source):
            return Found(places, reason, True)
    if currencies.signs_of(text):
        return _find_currency(text, source)
    if (period := read_period(text)) and is_stated(period, source):
        return Found([], "its year and its part of the year are printed", True)
    return Found([], "these words are not printed", False)


def _as_date(text: str, source: Source) -> list[Place]:
    days = read_date(text, source.order)
    return [place for day in days for place in source.dates.get(day, [])]


def _find_summary(value: Any, source: Source) -> Found:
    text = str(value)
    if wrong := unstated(text, source):
        return Found([], f"{wrong!r} is not printed", False)
    return Found(names.verbatim(text, source), "its numbers, dates and names are printed", True)


def _find_judgement(value: Any, source: Source) -> Found:
    """A choice is a judgement: it need not stand in the text, but where it does it is shown."""
    places = [] if isinstance(value, bool) else names.verbatim(str(value).replace("_", " "), source)
    return Found(places, "a judgement", True)


_TEXT_WAYS: tuple[tuple[Callable[[str, Source], list[Place]], str], ...] = (
    (names.verbatim, "printed"),
    (_as_date, "printed as a date"),
    (names.company, "printed as a name"),
    (names.nearby, "its words are printed together"),
)
_FINDERS: dict[Kind, Callable[[Any, Source], Found]] = {
    "number": _find_number,
    "date": _find_date,
    "time": _find_time,
    "currency": _find_currency,
    "summary": _find_summary,
    "judgement": _find_judgement,
}
