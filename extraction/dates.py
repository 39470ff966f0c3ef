"""A printed date has one reading or two; the document's other dates tell whether its days come before its months."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from extraction.words import Word, folded, words_of

Order = tuple[bool, bool]  # may it be day first, may it be month first

_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})[ ]?([./-])[ ]?(\d{1,2})[ ]?\2[ ]?(\d{4}|\d{2})(?!\d)")
_COMPACT = re.compile(r"(?<![\d.,])((?:19|20)\d\d)(\d\d)(\d\d)(?![\d.,]\d|\d)")
_EASTERN = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_YEARLESS = re.compile(r"(?<![\d./-])(\d{1,2})(?:/(\d{1,2})(?![\d./])|\.\s?(\d{1,2})\.(?!\d))")
_MONTHS = (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "januar februar marz april mai juni juli august september oktober november dezember",
    "janner feber maerz apr mai jun jul aug sept okt nov dez",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "janv fevr mars avr mai juin juil aout sept oct nov dec",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ene feb mar abr may jun jul ago set oct nov dic",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "gen feb mar apr mag giu lug ago sett ott nov dic",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "jan fev mar abr mai jun jul ago set out nov dez",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar februar mars april maj juni juli august september oktober november desember",
    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesakuuta heinakuuta elokuuta syyskuuta lokakuuta "
    "marraskuuta joulukuuta",
    "ledna unora brezna dubna kvetna cervna cervence srpna zari rijna listopadu prosince",
)
MONTHS = {folded(name): month for line in _MONTHS for month, name in enumerate(line.split(), start=1)}
_BETWEEN = frozenset(["de", "del", "d", "of", "the", "st", "nd", "rd", "th", "er", "o", "a"])


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date as it stands in a text, and the days it can mean; without a year, the month and day alone."""

    start: int
    end: int
    readings: tuple[date, ...]
    yearless: tuple[tuple[int, int], ...] = ()


def numeric_dates(text: str, order: Order) -> list[PrintedDate]:
    """Every date printed in figures."""
    dates = [PrintedDate(*each.span(), _readings(each, order)) for each in _NUMERIC.finditer(text)]
    for pattern in (_COMPACT, _EASTERN):
        dates += [PrintedDate(*each.span(), days_of(*map(int, each.groups()))) for each in pattern.finditer(text)]
    return [each for each in dates if each.readings]


def yearless_dates(text: str, order: Order) -> list[PrintedDate]:
    """Days printed without their year, as 13.10. or 10/13."""
    found = []
    for each in _YEARLESS.finditer(text):
        one, two = int(each[1]), int(each[2] or each[3])
        pairs = ((two, one), (one, two)) if each[2] else ((two, one),)
        allowed = [pair for pair, may in zip(pairs, order, strict=False) if may and days_of(2024, *pair)]
        if allowed:
            found.append(PrintedDate(*each.span(), (), tuple(allowed)))
    return found


def order_of(text: str) -> Order:
    """Which of day and month comes first where figures alone leave it open: what the text's clear dates do."""
    day_first = month_first = False
    for found in _NUMERIC.finditer(text):
        one, two = int(found[1]), int(found[3])
        if found[2] != "." and len(found[1]) <= 2:
            day_first |= one > 12 >= two
            month_first |= two > 12 >= one
    return (True, True) if day_first == month_first else (day_first, month_first)


def named_dates(words: Sequence[Word], text: str) -> Iterator[PrintedDate]:
    """Every date whose month is written out or abbreviated, in the languages of MONTHS."""
    for place, word in enumerate(words):
        month = MONTHS.get(word.text)
        if month:
            yield from _around(words, place, month, text)


def _around(words: Sequence[Word], place: int, month: int, text: str) -> Iterator[PrintedDate]:
    before = _numbers(words, place, -1, 2)
    after = _numbers(words, place, +1, 3)
    yield from _day_before(before, after, words[place], month, text)
    yield from _day_after(after, words[place], month)


def _numbers(words: Sequence[Word], place: int, step: int, limit: int) -> list[Word]:
    """The numbers beside a month, over ordinals and connecting words."""
    numbers: list[Word] = []
    at = place + step
    while 0 <= at < len(words) and len(numbers) < limit and abs(at - place) <= 5:
        if words[at].text.isdigit():
            numbers.append(words[at])
        elif words[at].text not in _BETWEEN:
            break
        at += step
    return numbers


def _day_before(before: list[Word], after: list[Word], month: Word, number: int, text: str) -> Iterator[PrintedDate]:
    """19 November 2026, 19-Nov-26, 13.–19. November 2026; with no year beside it, the year is open."""
    near = before and month.start - before[0].end <= 12
    if not near or len(before[0].text) > 2:
        return
    year = _year(after[0].text) if after and after[0].start - month.end <= 12 else None
    end = after[0].end if year else month.end
    for day in before[: 2 if _is_range(before, text) else 1]:
        yield from _dated(day.start, end, year, number, int(day.text))


def _day_after(after: list[Word], month: Word, number: int) -> Iterator[PrintedDate]:
    """November 19, 2026 and November 13-19, 2026."""
    if not after or len(after[0].text) > 2 or after[0].start - month.end > 12:
        return
    years = [word for word in after[1:] if len(word.text) == 4]
    year = _year(years[0].text) if years else None
    end = years[0].end if years else after[0].end
    days = after[: 2 if len(after) > 1 and len(after[1].text) <= 2 and years else 1]
    for day in days:
        yield from _dated(month.start, end, year, number, int(day.text))


def _is_range(before: list[Word], text: str) -> bool:
    if len(before) < 2 or len(before[1].text) > 2:
        return False
    return text[before[1].end : before[0].start].strip(" .") in ("-", "–", "—", "/", "")


def _dated(start: int, end: int, year: int | None, month: int, day: int) -> Iterator[PrintedDate]:
    if year is None and days_of(2024, month, day):
        yield PrintedDate(start, end, (), ((month, day),))
    elif year is not None and (readings := days_of(year, month, day)):
        yield PrintedDate(start, end, readings)


def _readings(found: re.Match[str], order: Order) -> tuple[date, ...]:
    one, mark, two, three = found[1], found[2], int(found[3]), found[4]
    if len(one) == 4:
        return days_of(int(one), two, int(three))
    year = _year(three)
    if len(one) > 2 or year is None:
        return ()
    return _either(year, int(one), two, (True, False) if mark == "." else order)


def _either(year: int, one: int, two: int, order: Order) -> tuple[date, ...]:
    day_first, month_first = days_of(year, two, one), days_of(year, one, two)
    allowed = (day_first if order[0] else ()) + (month_first if order[1] else ())
    return tuple(dict.fromkeys(allowed or day_first + month_first))


def _year(text: str) -> int | None:
    if len(text) == 4:
        return int(text)
    return (2000 if int(text) < 70 else 1900) + int(text) if len(text) == 2 else None


def days_of(year: int, month: int, day: int) -> tuple[date, ...]:
    """The one day of these figures, if there is such a day."""
    try:
        return (date(year, month, day),)
    except ValueError:
        return ()


def read_date(text: str, order: Order) -> tuple[date, ...]:
    """The days that a short text can mean when it is a date and little else."""
    found = numeric_dates(text, order) or [each for each in named_dates(words_of(text), text) if each.readings]
    if len(found) != 1 or len(text) - (found[0].end - found[0].start) > 12:
        return ()
    return found[0].readings
