"""A day need not be printed to be stated: it may be so many days, weeks or years after another of the record."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from extraction.doubts import Sought
from extraction.finders import Found
from extraction.leaves import Leaf
from extraction.source import Place, Source
from extraction.spelled import NAMES
from extraction.words import Words

_UNITS = {
    "days": "day days tag tage tagen jour jours giorno giorni dia dias dag dagen dagar dager dage",
    "weeks": "week weeks woche wochen semaine semaines settimana settimane semana semanas weken veckor uker uger",
    "months": "month months monat monate monaten mois mese mesi mes meses maand maanden manader maneder",
    "years": "year years jahr jahre jahren an ans annee annees anno anni ano anos jaar jaren ar",
}
_BETWEEN = ("", "calendar ", "full ", "whole ", "consecutive ")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_WHY = "so long after another date of the record as is printed"


def deadlines(sought: Sequence[Sought], source: Source) -> dict[str, Found]:
    """The days that no text prints but a period counted from a printed one makes, by their paths."""
    days = [(each, day) for each in sought if (day := _day(each.leaf))]
    printed = {day for each, day in days if each.found.places}
    # Where the label stands before a day, that is the day which is meant.
    unsaid = ((each, day) for each, day in days if not each.found.grounded and not each.label.is_elsewhere((), "date"))
    return {
        each.leaf.path: Found([place], _WHY, True) for each, day in unsaid if (place := _counted(day, printed, source))
    }


def _day(leaf: Leaf) -> date | None:
    try:
        return date.fromisoformat(str(leaf.value)[:10]) if leaf.field.kind == "date" else None
    except ValueError:
        return None


def _counted(day: date, others: Iterable[date], source: Source) -> Place | None:
    """Where the period stands that leads from another day to this one."""
    said = (period for other in others for period in _periods(other, day))
    return next((place for period in said if (place := _place(period, source.words))), None)


def _periods(other: date, day: date) -> Iterator[str]:
    """How the time from one day to a later one may be called."""
    apart = (day - other) // timedelta(days=1)
    if apart <= 0:
        return
    yield from _named(apart, "days")
    if apart % 7 == 0:
        yield from _named(apart // 7, "weeks")
    if other.day == day.day:
        months = 12 * (day.year - other.year) + day.month - other.month
        yield from _named(months, "months")
        if months % 12 == 0:
            yield from _named(months // 12, "years")
            yield from (f"{word} anniversary" for word in _ORDINALS[months // 12 - 1 : months // 12])


def _named(count: int, unit: str) -> Iterator[str]:
    words = NAMES.get(count, ())
    numbers = [str(count), *words, *(f"{count} {word}" for word in words)]
    return (f"{number} {between}{name}" for number in numbers for between in _BETWEEN for name in _UNITS[unit].split())


def _place(said: str, words: Words) -> Place | None:
    run = next(words.runs(said, 1), None)
    return words.span(*run) if run else None
