"""A document writes all its numbers, dates and sums in one notation, drawn once from its language and currency."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from benchmarks.samples.dice import Dice
from benchmarks.samples.words import Words

_SWISS = ("'", ".")
_MARKS = {
    "EUR": ("{} €", "{} EUR", "EUR {}"),
    "USD": ("${}", "USD {}"),
    "GBP": ("£{}", "GBP {}"),
    "CHF": ("CHF {}", "{} CHF"),
    "SEK": ("{} SEK", "SEK {}"),
}


@dataclass(frozen=True, slots=True)
class Notation:
    """How one document writes what it counts and dates."""

    thousands: str
    decimal: str
    date_form: str
    months: tuple[str, ...]
    mark: str

    def number(self, value: Decimal) -> str:
        swap = {",": self.thousands, ".": self.decimal}
        return "".join(swap.get(sign, sign) for sign in f"{value:,}")

    def money(self, value: Decimal) -> str:
        """With its currency, unless the document leaves it away."""
        return self.mark.format(self.number(value))

    def day(self, value: date) -> str:
        return self.date_form.format(d=value.day, m=value.month, y=value.year, month=self.months[value.month - 1])


def draw_notation(dice: Dice, words: Words, currency: str | None) -> Notation:
    """A notation of the language; Swiss documents set off thousands with an apostrophe."""
    separators = _SWISS if currency == "CHF" else (words.numbers.thousands, words.numbers.decimal)
    mark = dice.pick(_MARKS[currency]) if currency else "{}"
    return Notation(*separators, dice.pick(words.dates), words.months, mark)
