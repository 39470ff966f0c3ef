"""A second model reads the fields that matter: where it says otherwise, a person decides between the two."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from extraction.confidence import AGREED, DISPUTED, Confidence, moved
from extraction.grounding import Evidence
from extraction.leaves import Leaf, values_of
from extraction.scoring import normal
from extraction.shape import Field
from extraction.verdict import Reason, Verdict

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a second model says of some fields; None where it gave no answer of their shape."""

    paths: tuple[str, ...]
    record: dict[str, Any] | None


def heard(verdict: Verdict, opinion: Opinion, shape: Field) -> Verdict:
    """The verdict on an accepted record after the second opinion."""
    if opinion.record is None:
        reasons = tuple(Reason(path, "the second model gave no answer of this shape") for path in opinion.paths)
        return replace(verdict, kind="review", reasons=reasons)
    asked = shape.only(opinion.paths)
    first, second = (_values(record, asked) for record in (verdict.record or {}, opinion.record))
    disputed = tuple(_disputed(first, second))
    paths = {reason.field for reason in disputed}
    evidence = tuple(_moved(each, paths) if each.path in first else each for each in verdict.evidence)
    return replace(verdict, kind="review" if disputed else verdict.kind, evidence=evidence, reasons=disputed)


def _values(record: dict[str, Any], shape: Field) -> dict[str, Leaf]:
    return {leaf.path: leaf for leaf in values_of(record, shape) if leaf.field.kind != "summary"}


def _disputed(first: dict[str, Leaf], second: dict[str, Leaf]) -> Iterator[Reason]:
    for path in dict.fromkeys((*first, *second)):
        one, other = first.get(path), second.get(path)
        if one is None or other is None or normal(one.value, one.field) != normal(other.value, other.field):
            yield Reason(path, f"{_said(one)} by the first model, {_said(other)} by the second")


def _said(leaf: Leaf | None) -> str:
    return "nothing" if leaf is None else repr(str(leaf.value)[:_SHOWN])


def _moved(each: Evidence, disputed: Sequence[str] | set[str]) -> Evidence:
    step = DISPUTED if each.path in disputed else AGREED
    figure, why = moved(Confidence(each.confidence, each.why), (step,))
    return each._replace(confidence=figure, why=why)
