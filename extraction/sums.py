"""What belongs together adds up: rows to their sum, net and tax to the total, within what rounding takes."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from extraction.lists import Listed
from extraction.source import Place, Source

_CENT = Decimal("0.01")
_FIGURES = 3  # a number of fewer figures stands anywhere by chance


def is_near(one: Decimal, other: Decimal, addends: int = 1) -> bool:
    """Whether two amounts are the same: each addend was rounded once."""
    return abs(abs(one) - abs(other)) <= max(_CENT * max(addends, 1), abs(other) / 100_000)


def is_confirmed(listed: Listed, source: Source) -> bool:
    """Whether the rows add up to a number of the record, or to one that is printed behind them."""
    total = sum(listed.amounts, Decimal(0))
    return is_sum_of_record(listed) or (len(listed.amounts) > 1 and _sum_behind(total, listed, source) is not None)


def is_sum_of_record(listed: Listed) -> bool:
    """Whether the rows add up to a number that stands beside them in the record."""
    amounts = listed.amounts
    total = sum(amounts, Decimal(0))
    return bool(total) and any(is_near(total, other, len(amounts)) for other in listed.beside.values())


def _sum_behind(total: Decimal, listed: Listed, source: Source) -> int | None:
    """Where the sum is printed first behind the last row."""
    last = listed.spots[-1].end
    return min((start for start, _ in _printed(total, source) if start >= last), default=None)


def gap_of(listed: Listed, source: Source) -> tuple[Decimal, Place] | None:
    """The amount that the rows lack to a number of the record, if it is printed where a row could stand."""
    amounts = listed.amounts
    total = sum(amounts, Decimal(0))
    if not amounts:
        return None
    known = {abs(number) for number in listed.beside.values()}
    for whole in listed.beside.values():
        gap = abs(whole) - abs(total)
        if gap > _CENT and gap not in known:
            summed = _sum_behind(total, listed, source)
            for place in unclaimed(_printed(gap, source), listed):
                if summed is None or place[0] < summed:
                    return gap, place
    return None


def _printed(number: Decimal, source: Source) -> Sequence[Place]:
    figures = format(abs(number).normalize(), "f").replace(".", "")
    return source.numbers.get(abs(number), []) if len(figures) >= _FIGURES else []


def unclaimed(places: Iterable[Place], listed: Listed) -> Iterator[Place]:
    """The places near the rows that no row holds."""
    return (place for place in places if place not in listed.claimed and is_in_zone(place, listed))


def is_in_zone(place: Place, listed: Listed) -> bool:
    """Whether a row of the list could stand there: between its rows, or a few rows before or after them."""
    if not listed.spots:
        return False
    reach = reach_of(listed)
    return listed.spots[0].start - reach <= place[0] <= listed.spots[-1].end + reach


def reach_of(listed: Listed) -> int:
    """How far beyond the first and last row another may stand: a few times the room that a row takes."""
    starts = [spot.start for spot in listed.spots]
    strides = [after - before for before, after in itertools.pairwise(starts)]
    longest = max((spot.end - spot.start for spot in listed.spots), default=0)
    return min(1_500, max(250, 3 * max([longest, *strides[:20]], default=0)))
