"""A document is read for its numbers, dates and words once; every value is then looked up, never searched for."""

import re
from bisect import bisect_right
from collections import defaultdict
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from extraction.dates import Figures, Order, PrintedDate, named_dates
from extraction.document import Document
from extraction.numbers import is_percent, printed_numbers
from extraction.words import Words

_CLOCK = re.compile(r"\d{1,2}:\d\d(?::\d\d)?(?!\d)")

Place = tuple[int, int]  # from, to, in code points


class Share(NamedTuple):
    """A percentage and where it stands."""

    value: Decimal
    place: Place


class Source:
    """The text of a document, ready to be asked where a value stands."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text

    @cached_property
    def words(self) -> Words:
        return Words(self.text)

    @cached_property
    def _figures(self) -> Figures:
        return Figures(self.text)

    @property
    def order(self) -> Order:
        """Which of day and month comes first in this document's dates."""
        return self._figures.order

    @cached_property
    def numbers(self) -> dict[Decimal, list[Place]]:
        """Where a number stands, whatever its sign; the figures of a date are no numbers but for its year."""
        found: dict[Decimal, list[Place]] = defaultdict(list)
        taken = {offset for each in self._numeric_dates for offset in range(each.start, each.end)}
        taken.update(offset for each in _CLOCK.finditer(self.text) for offset in range(*each.span()))
        for printed in printed_numbers(self.text):
            if printed.start not in taken or printed.end - printed.start == 4:
                for reading in printed.readings:
                    found[reading].append((printed.start, printed.end))
        return dict(found)

    @cached_property
    def number_starts(self) -> list[int]:
        """Where numbers begin, in the order of the text."""
        return sorted(start for places in self.numbers.values() for start, _ in places)

    @cached_property
    def date_starts(self) -> list[int]:
        """Where days with their year begin, in the order of the text."""
        return sorted(start for places in self.dates.values() for start, _ in places)

    @cached_property
    def percentages(self) -> list[Share]:
        """Every number with a percent sign behind it."""
        found = ((value, place) for value, places in self.numbers.items() for place in places)
        return [Share(value, place) for value, place in found if is_percent(self.text, place[1])]

    @cached_property
    def _numeric_dates(self) -> list[PrintedDate]:
        return self._figures.dates()

    @cached_property
    def _named_dates(self) -> list[PrintedDate]:
        return named_dates(self.words, self.text)

    @cached_property
    def dates(self) -> dict[date, list[Place]]:
        """Where a day stands, in figures or in words."""
        found: dict[date, list[Place]] = defaultdict(list)
        for each in (*self._numeric_dates, *self._named_dates):
            for reading in each.readings:
                found[reading].append((each.start, each.end))
        return dict(found)

    @cached_property
    def yearless(self) -> dict[tuple[int, int], list[Place]]:
        """Where a month and day stand whose year stands elsewhere."""
        found: dict[tuple[int, int], list[Place]] = defaultdict(list)
        for each in (*self._figures.yearless(), *self._named_dates):
            for month_day in each.yearless:
                found[month_day].append((each.start, each.end))
        return dict(found)

    @cached_property
    def _lines(self) -> list[int]:
        return [line.start() for line in re.finditer("\n", self.text)]

    def line_at(self, offset: int) -> int:
        return bisect_right(self._lines, offset)
