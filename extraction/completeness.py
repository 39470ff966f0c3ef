"""A list is complete when nothing like its rows is left over where they stand."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from extraction import listing
from extraction.amounts import as_decimal
from extraction.lists import Listed
from extraction.numbers import is_percent
from extraction.rows import role_of
from extraction.source import Place, Source
from extraction.sums import gap_of, is_confirmed, is_in_zone, is_near, is_sum_of_record
from extraction.unprinted import is_factor

_CLOSE = 60
_WINDOW = 260  # characters that a row takes at most
_QUOTED = 60
_WIDEST = 12  # numbers of a line
_STEP = 40  # characters that one of them takes, with what stands around it
_CENTS = re.compile(r"[.,]\d{2,}$")
_NEXT = re.compile(r"[\s$€£%()–—-]{1,8}\d[\d.,]*")
_LAST = re.compile(r"\d[\d.,]*[\s$€£%()–—-]{1,8}$")


class Number(NamedTuple):
    """A number that no row holds, and whether it is printed with cents."""

    value: Decimal
    place: Place
    is_money: bool = False


def left_over(listed: Listed, source: Source) -> str | None:
    """What is left over beside the rows of a list, as a sentence; None if the list is complete as far as one sees."""
    if said := contradiction(listed) or listing.counted(listed, source):
        return said
    if is_sum_of_record(listed):
        return None
    if gap := gap_of(listed, source):
        return f"the rows lack {gap[0]:f} to the total, which is printed and in none of them"
    if is_confirmed(listed, source):
        return None
    if row := _row(listed, source):
        return f"a row is left over: {_quote(row, source)!r}"
    if number := _across(listed, source):
        return f"{_quote(number.place, source)!r} stands in the same line and is left over"
    return listing.left_over(listed, source)


def _quote(place: Place, source: Source) -> str:
    return " ".join(source.text[place[0] : place[1]].split())[:_QUOTED]


def _row(listed: Listed, source: Source) -> Place | None:
    """Three numbers that no row holds, of which two are quantity and price of the third."""
    roles = {role_of(field.words) for field in listed.item.fields if field.kind == "number"}
    if not {"quantity", "price", "total"} <= roles:
        return None
    free = sorted(_free(listed, source), key=lambda number: number.place)
    for at, first in enumerate(free):
        near = [each for each in free[at : at + 12] if each.place[0] - first.place[0] <= _WINDOW]
        if first.value and (found := _product(near)):
            return first.place[0], found
    return None


def _product(numbers: Sequence[Number]) -> int | None:
    """Where the last of three numbers ends of which the first is a factor, another is, and the third the product."""
    first, *rest = numbers
    for one in rest:
        for other in rest:
            apart = len({first.place, one.place, other.place}) == 3
            is_priced = other.is_money and (one.is_money or first.is_money)
            end = max(one.place[1], other.place[1])
            # One times anything is that again: such a row has to stand closely together.
            is_row = 1 not in (first.value, one.value) or end - first.place[0] <= _CLOSE
            if apart and is_priced and is_row and one.value and is_near(first.value * one.value, other.value):
                return end
    return None


def _is_money(place: Place, source: Source) -> bool:
    return bool(_CENTS.search(source.text, place[0], place[1]))


def _free(listed: Listed, source: Source) -> Iterator[Number]:
    """The numbers near the rows that neither a row nor the record beside them holds."""
    known = {abs(number) for number in (*listed.beside.values(), *_amounts_of_rows(listed))}
    for value, places in source.numbers.items():
        for place in places:
            is_money = _is_money(place, source)
            if is_money and value in known:
                continue
            if place not in listed.claimed and is_in_zone(place, listed) and not is_percent(source.text, place[1]):
                yield Number(value, place, is_money)


def _amounts_of_rows(listed: Listed) -> Iterator[Decimal]:
    names = [field.name for field in listed.item.fields if field.kind == "number" and not is_factor(field)]
    found = (as_decimal(row.get(name)) for row in listed.rows if isinstance(row, dict) for name in names)
    return (number for number in found if number is not None)


def contradiction(listed: Listed) -> str | None:
    """Two rows that differ in nothing but their one number: of one thing they say two."""
    measures = [field.name for field in listed.item.fields if field.kind == "number" and not is_factor(field)]
    if len(measures) != 1 or len(listed.item.fields) < 3:
        return None
    seen: dict[str, Any] = {}
    for row in listed.rows:
        key = str(sorted((name, str(value)) for name, value in row.items() if name != measures[0]))
        value = row.get(measures[0])
        if seen.setdefault(key, value) != value:
            return f"two rows say {seen[key]} and {value} of the same"
    return None


def _across(listed: Listed, source: Source) -> Number | None:
    """A table that runs across: its rows are numbers side by side, and one of such a line is in none of them."""
    numbers = [place for spot in listed.spots for place in spot.places if _is_number(place, source)]
    if len(numbers) != len(listed.spots) or any(len(spot.places) > 1 for spot in listed.spots):
        return None
    runs = {run for place in numbers if (run := _run(place, source.text))}
    looks = {_look(place, source) for place in numbers}
    free = [each for each in _on_runs(runs, source) if not _overlaps(each.place, (*numbers, *listed.claimed))]
    widths = [len(str(int(abs(number)))) for number in _amounts_of_rows(listed)]
    left = [each for each in free if _look(each.place, source) in looks and _is_as_large(each.value, widths)]
    held = Counter(_run_at(place, runs) for place in numbers)
    times = Counter(_run_at(each.place, runs) for each in left)
    usual = Counter(held[run] + times[run] for run in held).most_common(1)
    return next((each for each in left if held[run := _run_at(each.place, runs)] + times[run] == usual[0][0]), None)


def _is_as_large(number: Decimal, widths: Sequence[int]) -> bool:
    """Whether a number has about as many figures as those of the rows: a footnote's mark has not."""
    return min(widths, default=0) - 1 <= len(str(int(abs(number)))) <= max(widths, default=0) + 2


def _run(place: Place, text: str) -> Place:
    """The numbers beside a number with nothing but blanks and signs of money between them: a line of a table."""
    start, end = place
    for _ in range(_WIDEST):
        if not (found := _NEXT.match(text, end)):
            break
        end = found.end()
    for _ in range(_WIDEST):
        if not (found := _LAST.search(text, max(start - _STEP, 0), start)):
            break
        start = found.start()
    return start, end


def _run_at(place: Place, runs: set[Place]) -> Place:
    return next((run for run in runs if run[0] <= place[0] < run[1]), place)


def _on_runs(runs: set[Place], source: Source) -> Iterator[Number]:
    for value, places in source.numbers.items():
        for place in places:
            if any(start <= place[0] < end for start, end in runs):
                yield Number(value, place)


def _overlaps(place: Place, others: Sequence[Place]) -> bool:
    return any(place[0] < end and start < place[1] for start, end in others)


def _is_number(place: Place, source: Source) -> bool:
    return source.text[place[0]].isdigit()


def _look(place: Place, source: Source) -> tuple[int, bool]:
    """How a number is printed: its decimals, and whether it is a percentage."""
    figures = source.text[place[0] : place[1]]
    _, mark, decimals = figures.rpartition(".")
    return (len(decimals) if mark else 0), is_percent(source.text, place[1])
