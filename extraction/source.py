"""A document is read for its numbers, dates and words once; every value is then looked up, never searched for."""

from bisect import bisect_right
from collections import defaultdict
from datetime import date
from decimal import Decimal
from functools import cached_property

from extraction import dates as printed_dates
from extraction.document import Document
from extraction.numbers import printed_numbers
from extraction.words import Words

Place = tuple[int, int]  # from, to, in code points


class Source:
    """The text of a document, ready to be asked where a value stands."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text

    @cached_property
    def words(self) -> Words:
        return Words(self.text)

    @cached_property
    def order(self) -> printed_dates.Order:
        return printed_dates.order_of(self.text)

    @cached_property
    def numbers(self) -> dict[Decimal, list[Place]]:
        """Where a number stands, whatever its sign; the figures of a date are no numbers but for its year."""
        found: dict[Decimal, list[Place]] = defaultdict(list)
        taken = {offset for each in self._numeric_dates for offset in range(each.start, each.end)}
        for printed in printed_numbers(self.text):
            if printed.start not in taken or printed.end - printed.start == 4:
                for reading in printed.readings:
                    found[reading].append((printed.start, printed.end))
        return dict(found)

    @cached_property
    def _numeric_dates(self) -> list[printed_dates.PrintedDate]:
        return printed_dates.numeric_dates(self.text, self.order)

    @cached_property
    def _named_dates(self) -> list[printed_dates.PrintedDate]:
        return list(printed_dates.named_dates(self.words.all, self.text))

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
        for each in (*printed_dates.yearless_dates(self.text, self.order), *self._named_dates):
            for month_day in each.yearless:
                found[month_day].append((each.start, each.end))
        return dict(found)

    @cached_property
    def _lines(self) -> list[int]:
        return [at for at, mark in enumerate(self.text) if mark == "\n"]

    def line_at(self, offset: int) -> int:
        return bisect_right(self._lines, offset)
