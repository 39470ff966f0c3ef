"""A printed date has one reading or two; the document's other dates tell whether its days come before its months."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from extraction.words import Words, folded

Number = tuple[str, int, int]  # its figures, from, to
Order = tuple[bool, bool]  # may it be day first, may it be month first

_NEAR = 12  # characters between the parts of one date
_DOTTED = (True, False)
_NUMERIC = re.compile(r"(?<!\d)(?<!\d/)(\d{1,4})[ ]?([./-])[ ]?(\d{1,2})[ ]?\2[ ]?(\d{4}|\d{2})(?!\d|\2\d)")
_COMPACT = re.compile(r"((?:19|20)\d\d)(?<!\d{5})(?<![.,]\d{4})(\d\d)(\d\d)(?![.,]?\d)")
_EASTERN = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_OF_ERA = re.compile(r"(令和|平成|昭和|民[國国])\s?(\d{1,3}|元)\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日")
_ROMAN = re.compile(r"(?<![\d.])(\d{1,2})([./ -])(?=[IVX])(X{0,1}(?:IX|IV|V?I{0,3}))\2(\d{4})(?!\d)")
_ROMAN_FIGURES = "I II III IV V VI VII VIII IX X XI XII"
_ROMAN_MONTHS = {name: month for month, name in enumerate(_ROMAN_FIGURES.split(), start=1)}
_FIRST_OF_RANGE = re.compile(r"(?<![\d.,/-])(\d{1,2})\.?\s?(?:-|–|—|bis|to|au|al)\s?$")
_YEARLESS = re.compile(r"(?<![\d./-])(\d{1,2})(?:/(\d{1,2})(?![\d./])|\.\s?(\d{1,2})\.(?!\d))")
_OTHER_DOLLARS = re.compile(r"R\$|\b(?:AUD|CAD|NZD|SGD|HKD|MXN|ARS|CLP|COP|BRL|ABN|GST|fecha)\b", re.IGNORECASE)
_AROUND = re.compile(r"[\s,.]*(?:[^\W\d_]{2,10}[\s,.]*)?(?:T?\d{1,2}:\d\d(?::\d\d)?Z?)?[\s,.]*")
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
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου "
    "δεκεμβρίου",
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "január február március április május június július augusztus szeptember október november december",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "ledna unora brezna dubna kvetna cervna cervence srpna zari rijna listopadu prosince",
)
MONTHS = {folded(name): month for line in _MONTHS for month, name in enumerate(line.split(), start=1)}
_RANGES = ("to", "bis", "au", "al", "until")
_BETWEEN = frozenset(["de", "del", "d", "of", "the", "st", "nd", "rd", "th", "er", "o", "a", *_RANGES])


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date as it stands in a text, and the days it can mean; without a year, the month and day alone."""

    start: int
    end: int
    readings: tuple[date, ...]
    yearless: tuple[tuple[int, int], ...] = ()


class Figures:
    """The dates of a text that are printed in figures, and the order in which they are to be read."""

    def __init__(self, text: str, order: Order | None = None) -> None:
        self._text = text
        self._found = list(_NUMERIC.finditer(text))
        self.order = order or _order_of(self._found, text)

    def dates(self) -> list[PrintedDate]:
        """Every date with its year."""
        dates = [PrintedDate(*each.span(), _readings(each, self.order)) for each in self._found]
        for pattern in (_COMPACT, _EASTERN):
            found = pattern.finditer(self._text)
            dates += [PrintedDate(*each.span(), days_of(*map(int, each.groups()))) for each in found]
        dates += [*self._of_eras(), *self._roman(), *self._first_days(dates)]
        return [each for each in dates if each.readings]

    def _of_eras(self) -> Iterator[PrintedDate]:
        for each in _OF_ERA.finditer(self._text):
            year = _ERAS[each[1]] + (1 if each[2] == "元" else int(each[2]))
            yield PrintedDate(*each.span(), days_of(year, int(each[3]), int(each[4])))

    def _roman(self) -> Iterator[PrintedDate]:
        """Months in Roman figures, as 5.III.2026."""
        for each in _ROMAN.finditer(self._text):
            yield PrintedDate(*each.span(), days_of(int(each[4]), _ROMAN_MONTHS.get(each[3], 0), int(each[1])))

    def _first_days(self, dates: Sequence[PrintedDate]) -> Iterator[PrintedDate]:
        """The first day of a range within a month, as in 01.-05.03.2026."""
        for each in dates:
            found = _FIRST_OF_RANGE.search(self._text, max(each.start - _NEAR, 0), each.start)
            if found and len(each.readings) == 1 and int(found[1]) < each.readings[0].day:
                last = each.readings[0]
                yield PrintedDate(found.start(), each.end, days_of(last.year, last.month, int(found[1])))

    def yearless(self) -> list[PrintedDate]:
        """Days printed without their year, as 13.10. or 10/13."""
        dates = []
        for each in _YEARLESS.finditer(self._text):
            one, two = int(each[1]), int(each[2] or each[3])
            order = self.order if each[2] else _DOTTED
            allowed = [
                pair for pair, may in zip(((two, one), (one, two)), order, strict=True) if may and days_of(2024, *pair)
            ]
            if allowed:
                dates.append(PrintedDate(*each.span(), (), tuple(allowed)))
        return dates


def _order_of(found: Sequence[re.Match[str]], text: str) -> Order:
    """Which of day and month comes first where figures leave it open: as in the clear dates, else as the money says."""
    day_first = month_first = 0
    for each in found:
        one, two = int(each[1]), int(each[3])
        if each[2] != "." and len(each[1]) <= 2:
            day_first += one > 12 >= two
            month_first += two > 12 >= one
    if max(day_first, month_first) >= 3 * min(day_first, month_first) + 1:
        return day_first > month_first, month_first > day_first
    return (True, True) if day_first or month_first else _order_of_money(text)


def _order_of_money(text: str) -> Order:
    """The United States write the month first; so does hardly anyone who pays in euros or pounds."""
    dollars, euros = "$" in text, "€" in text or "£" in text
    if dollars == euros or _OTHER_DOLLARS.search(text):
        return True, True
    return euros, dollars


def named_dates(words: Words, text: str) -> list[PrintedDate]:
    """Every date whose month is written out or abbreviated, in the languages of MONTHS."""
    places = sorted(place for name in words.known(MONTHS) for place in words.places(name))
    return [each for place in places for each in _around(words, place, MONTHS[words.texts[place]], text)]


def _around(words: Words, place: int, month: int, text: str) -> Iterator[PrintedDate]:
    before = _numbers(words, place, -1, 2)
    after = _numbers(words, place, +1, 3)
    yield from _day_before(before, after, words.span(place, place), month, text)
    yield from _day_after(after, words.span(place, place), month)


def _numbers(words: Words, place: int, step: int, limit: int) -> list[Number]:
    """The numbers beside a month, over ordinals and connecting words."""
    numbers: list[Number] = []
    at = place + step
    while 0 <= at < len(words.texts) and len(numbers) < limit and abs(at - place) <= 5:
        if words.texts[at].isdigit():
            numbers.append((words.texts[at], *words.span(at, at)))
        elif words.texts[at] not in _BETWEEN:
            break
        at += step
    return numbers


def _day_before(
    before: list[Number], after: list[Number], month: tuple[int, int], number: int, text: str
) -> Iterator[PrintedDate]:
    """19 November 2026, 19-Nov-26, 13.–19. November 2026; with no year beside it, the year is open."""
    near = before and month[0] - before[0][2] <= _NEAR
    if not near or len(before[0][0]) > 2:
        return
    year = _year(after[0][0]) if after and after[0][1] - month[1] <= _NEAR else None
    end = after[0][2] if year else month[1]
    for day, start, _ in before[: 2 if _is_range(before, text) else 1]:
        yield from _dated(start, end, year, number, int(day))


def _day_after(after: list[Number], month: tuple[int, int], number: int) -> Iterator[PrintedDate]:
    """November 19, 2026 and November 13-19, 2026."""
    if not after or len(after[0][0]) > 2 or after[0][1] - month[1] > _NEAR:
        return
    years = [each for each in after[1:] if len(each[0]) == 4]
    year = _year(years[0][0]) if years else None
    end = years[0][2] if years else after[0][2]
    is_range = len(after) > 1 and len(after[1][0]) <= 2 and years
    for day, _, _ in after[: 2 if is_range else 1]:
        yield from _dated(month[0], end, year, number, int(day))


def _is_range(before: list[Number], text: str) -> bool:
    if len(before) < 2 or len(before[1][0]) > 2:
        return False
    return text[before[1][2] : before[0][1]].strip(" .").lower() in ("-", "–", "—", "/", "", *_RANGES)


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
    return _either(year, int(one), two, _DOTTED if mark == "." else order)


def _either(year: int, one: int, two: int, order: Order) -> tuple[date, ...]:
    day_first, month_first = days_of(year, two, one), days_of(year, one, two)
    allowed = (day_first if order[0] else ()) + (month_first if order[1] else ())
    return tuple(dict.fromkeys(allowed))


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


def is_numeric_date(text: str) -> bool:
    """Whether a text is a date in figures and nothing else."""
    return bool(_NUMERIC.fullmatch(text.strip()))


def read_date(text: str, order: Order) -> tuple[date, ...]:
    """The days that a short text can mean when it is a date and nothing else but a weekday or a time."""
    found = Figures(text, order).dates() or [each for each in named_dates(Words(text), text) if each.readings]
    if len(found) != 1:
        return ()
    rest = text[: found[0].start] + text[found[0].end :]
    return found[0].readings if _AROUND.fullmatch(rest) else ()
