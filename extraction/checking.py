"""One look at an answer: read as what it means, every value grounded, every list and sum gone over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from extraction.completeness import left_over
from extraction.confidence import ADDS_UP, Confidence, moved
from extraction.grids import holes
from extraction.grounding import Evidence, ground
from extraction.lists import Listed, lists_of
from extraction.shape import Field
from extraction.source import Source
from extraction.sums import is_sum_of_record
from extraction.totals import Sum, totals
from extraction.values import Cleaned, cleaned


@dataclass(frozen=True, slots=True)
class Remark:
    """What the record as a whole gives away about one of its fields."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer as it was read, where its values stand, and what speaks against it as a whole."""

    read: Cleaned
    evidence: tuple[Evidence, ...] = ()
    remarks: tuple[Remark, ...] = ()


def check(answer: Any, source: Source, shape: Field) -> Checked:
    """Everything that can be said about an answer without asking anybody."""
    read = cleaned(answer, shape)
    if read.value is None:
        return Checked(read)
    evidence = ground(read.value, source, shape)
    lists = list(lists_of(read.value, shape, evidence))
    sums = list(totals(read.value, shape))
    remarks = (*_of_lists(lists, source), *_of_sums(sums))
    return Checked(read, _strengthened(evidence, set(_confirmed(lists, sums))), remarks)


def _of_lists(lists: Sequence[Listed], source: Source) -> Iterator[Remark]:
    for listed in lists:
        if listed.spots and (found := left_over(listed, source)):
            yield Remark(listed.path, found)
    for path, why in holes(lists):
        yield Remark(path, why)


def _of_sums(sums: Sequence[Sum]) -> Iterator[Remark]:
    return (Remark(each.paths[2], each.why) for each in sums if each.speaks and not each.holds)


def _confirmed(lists: Sequence[Listed], sums: Sequence[Sum]) -> Iterator[str]:
    """The paths of values that arithmetic bears out."""
    for each in sums:
        yield from each.paths if each.holds else ()
    for listed in lists:
        if is_sum_of_record(listed):
            yield from listed.amount_paths


def _strengthened(evidence: Sequence[Evidence], paths: set[str]) -> tuple[Evidence, ...]:
    return tuple(_surer(each) if each.grounded and each.path in paths else each for each in evidence)


def _surer(each: Evidence) -> Evidence:
    if ADDS_UP.why in each.why:
        return each
    figure, why = moved(Confidence(each.confidence, each.why), (ADDS_UP,))
    return each._replace(confidence=figure, why=why)
