"""A summary is in the model's own words; its numbers, dates and names are not its own and must be printed."""

import re
from collections.abc import Iterator

from extraction.amounts import number_places
from extraction.dates import Figures, PrintedDate, named_dates
from extraction.names import verbatim
from extraction.numbers import printed_numbers
from extraction.source import Source
from extraction.words import Words, terms

_FIGURES = re.compile(r"\d+(?:[.,:/'-]\d+)*")
_NAME = re.compile(r"[A-ZÄÖÜÉ]\w+(?:[ -](?:&|und|and|de|van|von)?[ ]?[A-ZÄÖÜÉ]\w+)+")


def unstated(text: str, source: Source) -> str | None:
    """The first number, date or name of a summary that the document does not state."""
    dates = [*Figures(text, source.order).dates(), *named_dates(Words(text), text)]
    wrong = (*_dates(text, dates, source), *_numbers(text, dates, source), *_names(text, source))
    return next(iter(wrong), None)


def _dates(text: str, dates: list[PrintedDate], source: Source) -> Iterator[str]:
    days = {(day.month, day.day) for day in source.dates} | source.yearless.keys()
    for each in dates:
        stated = any(day in source.dates for day in each.readings) or not days.isdisjoint(each.yearless)
        if not stated:
            yield text[each.start : each.end]


def _numbers(text: str, dates: list[PrintedDate], source: Source) -> Iterator[str]:
    """A single figure may count what is listed; anything longer has to be printed."""
    taken = {offset for each in dates for offset in range(each.start, each.end)}
    for found in _FIGURES.finditer(text):
        if found.start() not in taken and len(found.group()) > 1 and not _is_stated(found.group(), source):
            yield found.group()


def _is_stated(figures: str, source: Source) -> bool:
    if verbatim(figures, source):
        return True
    numbers = list(printed_numbers(figures))
    return bool(numbers) and all(any(number_places(way, source) for way in each.readings) for each in numbers)


def _names(text: str, source: Source) -> Iterator[str]:
    """Capitalised words in a row are a name; one of them at least stands in the document."""
    for found in _NAME.finditer(text):
        if not source.words.known(terms(found.group())):
            yield found.group()
