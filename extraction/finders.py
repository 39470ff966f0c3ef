"""A value is found as what it is: a number in any notation, a date in any form, a name with or without legal form."""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from extraction import currencies, legal_forms
from extraction.dates import days_of, is_numeric_date, read_date
from extraction.numbers import (
    NUMBER_WORDS,
    is_negative,
    is_percent,
    printed_numbers,
    scale_after,
)
from extraction.shape import Kind
from extraction.source import Place, Source
from extraction.words import terms

_ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_SCALES = (Decimal(1_000), Decimal(1_000_000), Decimal(1_000_000_000))
_CONNECTING = frozenset(
    [
        "and",
        "und",
        "et",
        "y",
        "e",
        "og",
        "och",
        "en",
        "the",
        "of",
        "de",
        "la",
        "du",
        "des",
        "der",
        "die",
        "das",
        "&",
        "zu",
    ]
)
_FIGURES = {str(number): number for number in range(101)}
_AMOUNT = re.compile(
    r"[-−(]?\s*(?:[€$£¥]|[A-Z]{3})?\s*[-−]?\d[\d.,'’ \u00a0\u202f]*[.,'’]\d+\s*(?:[€$£¥%)-]|[A-Z]{3})?"
)
_ADDRESS_END = re.compile(r"@|\.[a-z]{2,}")
_MOST = 32


@dataclass(frozen=True, slots=True)
class Found:
    """Where a value may stand, and whether that bears it out; a judgement stands nowhere and is borne out."""

    places: Sequence[Place]
    reason: str
    grounded: bool


def _stands(places: Sequence[Place], reason: str, otherwise: str) -> Found:
    return Found(places, reason if places else otherwise, bool(places))


def find(value: Any, kind: Kind, source: Source) -> Found:
    """Every place at which the text states the value."""
    finder = _FINDERS.get(kind, _find_text)
    return finder(value, source)


def _find_number(value: Any, source: Source) -> Found:
    number = as_decimal(value)
    if number is None:
        return _find_text(value, source)
    places = _number_places(number, source)
    return _stands(places, "printed as a number", "no such number is printed")


def as_decimal(value: Any) -> Decimal | None:
    """The number that a value is, if it is one."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _number_places(number: Decimal, source: Source) -> list[Place]:
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
    names = [name for name, meant in NUMBER_WORDS.items() if meant == number]
    places = [place for name in names for place in source.words.places(name)]
    return [source.words.span(place, place) for place in places]


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
    hour, minute = [*str(value).split(":"), "00"][:2]
    wanted = {f"{int(hour)} {minute}", f"{int(hour):02} {minute}", f"{(int(hour) - 1) % 12 + 1} {minute}"}
    places = [source.words.span(*run) for text in wanted for run in source.words.runs(text)]
    return _stands(places, "printed as a time", "no such time is printed")


def _find_currency(value: Any, source: Source) -> Found:
    code = currencies.code_of(str(value))
    if code is None:
        return _find_text(value, source)
    places = [source.words.span(*run) for run in source.words.runs(code, _MOST)]
    for sign in currencies.signs_of(code):
        places += _occurrences(sign, source.text)
    for name in currencies.names_of(code):
        places += [source.words.span(place, place) for place in source.words.places(name)[:_MOST]]
    return _stands(places, "printed as a currency", "no such currency is printed")


def _occurrences(part: str, text: str) -> list[Place]:
    places: list[Place] = []
    at = text.find(part)
    while at >= 0 and len(places) < _MOST:
        places.append((at, at + len(part)))
        at = text.find(part, at + 1)
    return places


def _find_text(value: Any, source: Source) -> Found:
    text = str(value)
    if is_numeric_date(text):
        return _stands(_as_date(text, source), "printed as a date", "no such date is printed")
    if _AMOUNT.fullmatch(text.strip()):
        return _stands(_as_number(text, source), "printed as a number", "no such number is printed")
    for look, reason in _TEXT_WAYS:
        if places := look(text, source):
            return Found(places, reason, True)
    return Found([], "these words are not printed", False)


def _verbatim(text: str, source: Source) -> list[Place]:
    if not re.search(r"\w", text):
        return _occurrences(text, source.text)
    places = [source.words.span(*run) for run in source.words.runs(text, _MOST)]
    return [place for place in places if not _is_torn(place, source.text)]


def _is_torn(place: Place, text: str) -> bool:
    """Whether a number goes on where the value ends: 9,865 is not what 9,865.00 or 9,865,400 says of itself."""
    start, end = place
    goes_on = text[end - 1].isdigit() and re.match(r"[.,'’]\d", text[end : end + 2])
    comes_from = text[start].isdigit() and re.match(r"\d[.,'’]", text[max(start - 2, 0) : start])
    return bool(goes_on or comes_from)


def _as_number(text: str, source: Source) -> list[Place]:
    sign = -1 if text.strip().startswith(("-", "−")) else 1
    readings = [sign * reading for printed in printed_numbers(text) for reading in printed.readings]
    return [place for reading in readings for place in _number_places(reading, source)]


def _as_date(text: str, source: Source) -> list[Place]:
    days = read_date(text, source.order)
    return [place for day in days for place in source.dates.get(day, [])]


def _as_company(text: str, source: Source) -> list[Place]:
    """The name with its legal form written otherwise, or left away; not with another form, not in an address."""
    words = terms(text)
    form, length = legal_forms.form_at_end(words)
    if form is None:
        return []
    places = []
    for first in source.words.places(words[0])[:_MOST]:
        last = first + len(words) - length - 1
        place = _sequence(words[:-length], first, source)
        if place and not _is_address(place, source.text) and _form_after(last, source) in (None, form):
            places.append(place)
    return places


def _sequence(wanted: Sequence[str], first: int, source: Source) -> Place | None:
    """The words from `first` on, if they are the wanted ones."""
    found = source.words.texts[first : first + len(wanted)]
    return source.words.span(first, first + len(wanted) - 1) if found == list(wanted) else None


def _is_address(place: Place, text: str) -> bool:
    """Whether a name is part of an e-mail or web address."""
    return text[place[0] - 1 : place[0]] in ("@", ".") or bool(_ADDRESS_END.match(text, place[1]))


def _form_after(last: int, source: Source) -> str | None:
    return legal_forms.form_at_start(source.words.texts[last + 1 : last + 6])


def _nearby(text: str, source: Source) -> list[Place]:
    """The value's words close together, in whatever order the layout put them and with a number spelled out."""
    units = [unit for part in text.split() if (unit := _unit(part)) and unit[0] not in _CONNECTING]
    if len(units) < 2 or not any(word.isalpha() for unit in units for word in unit):
        return []
    at = {unit: _places_of(unit, source) for unit in units}
    rarest = min(units, key=lambda unit: len(at[unit]))
    reach = 2 * len(units) + 4 if len(units) > 3 else len(units) + 3
    found = (_gathered(units, at, place, reach, source) for place in at[rarest][:_MOST])
    return [place for place in found if place]


def _unit(part: str) -> tuple[str, ...]:
    """What stands between two blanks: its words belong together, as in CD-6."""
    return tuple(str(NUMBER_WORDS.get(word, word)) for word in terms(part))


def _places_of(unit: tuple[str, ...], source: Source) -> list[int]:
    """The numbers of the words at which a unit begins; a number also where it is spelled out."""
    places = source.words.places(unit[0])
    if len(unit) > 1:
        return [place for place in places if _sequence(unit, place, source)]
    if unit[0] not in _FIGURES:
        return places
    names = (name for name, meant in NUMBER_WORDS.items() if meant == _FIGURES[unit[0]])
    return sorted([*places, *(place for name in names for place in source.words.places(name))])


def _gathered(
    units: Sequence[tuple[str, ...]], at: dict[tuple[str, ...], list[int]], place: int, reach: int, source: Source
) -> Place | None:
    near = [_nearest(at[unit], place) for unit in units]
    if any(one is None or abs(one - place) > reach for one in near):
        return None
    numbers = [one for one in near if one is not None]
    loose = (unit[0].isdigit() and len(unit) == 1 and _is_alone(number, numbers) for number, unit in enumerate(units))
    if any(loose):
        return None
    return source.words.span(min(numbers), max(n + len(unit) - 1 for n, unit in zip(numbers, units, strict=True)))


def _is_alone(number: int, places: Sequence[int]) -> bool:
    """Whether a figure stands away from both of its neighbours: then it may belong to anything."""
    beside = [places[other] for other in (number - 1, number + 1) if 0 <= other < len(places)]
    return all(abs(places[number] - other) > 3 for other in beside)


def _nearest(places: Sequence[int], wanted: int) -> int | None:
    at = bisect_left(places, wanted)
    return min(places[max(at - 1, 0) : at + 1], key=lambda place: abs(place - wanted), default=None)


def _find_summary(value: Any, source: Source) -> Found:
    """A text in the model's own words: what can be checked in it are its numbers, dates and names."""
    text = str(value)
    wrong = next(_unstated(text, source), None)
    if wrong:
        return Found([], f"{wrong!r} is not printed", False)
    return Found(_verbatim(text, source), "its numbers, dates and names are printed", True)


def _unstated(text: str, source: Source) -> Any:
    rest = text
    for pattern in (_ISO_DATE,):
        for found in pattern.finditer(text):
            if not _find_date(found.group(), source).places:
                yield found.group()
            rest = rest.replace(found.group(), " ")
    for printed in printed_numbers(rest):
        token = rest[printed.start : printed.end]
        small = len(token) == 1
        if not small and not any(_number_places(each, source) for each in printed.readings):
            yield token


def _find_judgement(value: Any, source: Source) -> Found:
    """A choice is a judgement: it need not stand in the text, but where it does it is shown."""
    places = [] if isinstance(value, bool) else _verbatim(str(value).replace("_", " "), source)
    return Found(places, "a judgement", True)


_TEXT_WAYS: tuple[tuple[Callable[[str, Source], list[Place]], str], ...] = (
    (_verbatim, "printed"),
    (_as_date, "printed as a date"),
    (_as_company, "printed as a name"),
    (_nearby, "its words are printed together"),
)
_FINDERS: dict[Kind, Callable[[Any, Source], Found]] = {
    "number": _find_number,
    "date": _find_date,
    "time": _find_time,
    "currency": _find_currency,
    "summary": _find_summary,
    "judgement": _find_judgement,
}
