"""How sure a value is, from what bears it out: a figure between 0 and 1, and each reason that moved it.

It is a rule and no estimate: the same evidence gives the same figure, and a person can say why.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extraction.document import Span
from extraction.labels import Label
from extraction.source import Place

_BY_WAY = {
    "printed": 0.9,
    "printed as a number": 0.88,
    "printed as a date": 0.88,
    "printed as a time": 0.85,
    "printed as a currency": 0.85,
    "printed as a name": 0.8,
    "printed as a day, its year elsewhere": 0.7,
    "its words are printed together": 0.65,
}
_WITHOUT_PLACE = 0.7
_FEW, _MANY = 3, 8
_SHORT_SIGNS = 2  # signs: so short a value stands anywhere
_SUREST = 0.99


class Confidence(NamedTuple):
    """How sure, and why."""

    figure: float
    why: tuple[str, ...]


class Step(NamedTuple):
    by: float
    why: str


_ALONE = Step(0.05, "in one place only")
_SHORT = Step(-0.1, "short")
_LABELLED = Step(0.05, "beside its label")
ADDS_UP = Step(0.08, "it adds up")
ADDS_UP_NOT = Step(-0.25, "its row does not add up")
AGREED = Step(0.08, "a second model says the same")
DISPUTED = Step(-0.5, "a second model says otherwise")
NONE = Confidence(0.0, ())


def confidence(way: str, places: Sequence[Place], label: Label, further: Sequence[Step]) -> Confidence:
    """How sure a grounded value is, given the way in which it was found."""
    start = _BY_WAY.get(way, _WITHOUT_PLACE)
    return moved(Confidence(start, (way,)), (*_of_places(places, label), *further))


def moved(known: Confidence, steps: Sequence[Step]) -> Confidence:
    """The confidence after further steps, never quite certain and never below nothing."""
    if not steps:
        return known
    figure = known.figure + sum(step.by for step in steps)
    return Confidence(round(min(max(figure, 0.0), _SUREST), 2), (*known.why, *(step.why for step in steps)))


def recognised(span: Span | None, start: int, end: int) -> tuple[Step, ...]:
    """What it costs that a text was read from a picture, by how sure the reader was of these lines."""
    sure = span.legibility(start, end) if span else None
    return () if sure is None else (Step(round(sure - 1, 2), f"recognised on a picture with {sure:.2f}"),)


def _of_places(places: Sequence[Place], label: Label) -> Iterator[Step]:
    if not places:
        return
    if len(places) == 1:
        yield _ALONE
    elif len(places) > _FEW:
        yield Step(-0.1 if len(places) > _MANY else -0.05, f"in {len(places)} places")
    if places[0][1] - places[0][0] <= _SHORT_SIGNS:
        yield _SHORT
    if label.is_beside(places):
        yield _LABELLED
