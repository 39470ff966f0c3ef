"""An answer is accepted when it validates and every value stands in the document; else the model is told the paths."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any, Literal

from pydantic import ValidationError

from extraction.checking import Remark, check
from extraction.document import POOR
from extraction.feed import Feed
from extraction.grounding import Evidence
from extraction.shape import Field, leaves, shape_of
from extraction.source import Source
from extraction.values import Cleaned, Problem, storable
from extraction.verdict import Reason, Verdict, never_validates

_MOST_ISSUES = 12
_SHOWN = 60
_CHECKED = frozenset({"number", "date", "time", "text", "currency"})


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that keeps an answer from being accepted."""

    path: str
    kind: Literal["shape", "type", "placeholder", "missing", "rule", "ungrounded", "list", "unsure", "nothing"]
    why: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """What to tell the model about an answer, and how far that is from being one: nothing outweighs a wrong shape."""

    text: str
    weight: float

    def __str__(self) -> str:
        return self.text


Accept = Callable[[Any], Complaint | None]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What an answer is worth: the record as far as it goes, its evidence, and what is wrong."""

    record: dict[str, Any] | None
    evidence: tuple[Evidence, ...] = ()
    issues: tuple[Issue, ...] = ()


class Acceptance:
    """Judges the answers about one document."""

    def __init__(self, feed: Feed, source: Source) -> None:
        self._feed, self._source = feed, source
        self.shape = shape_of(feed.schema)
        self._known: dict[str, Assessment] = {}

    def accept(self, answer: Any) -> Complaint | None:
        """None, or what to tell the model about an answer to the whole question."""
        return _feedback(self.assess(answer).issues)

    def accept_part(self, names: tuple[str, ...]) -> Accept:
        """Judges answers to a part of the question: what is missing may stand elsewhere."""

        def accept(answer: Any) -> Complaint | None:
            issues = self.assess(answer, names).issues
            return _feedback([issue for issue in issues if issue.kind not in ("missing", "nothing")])

        return accept

    def has_shape(self, answer: Any, names: tuple[str, ...]) -> bool:
        """Whether an answer about a part can be taken for what it is, right or wrong."""
        return not any(issue.kind == "shape" for issue in self.assess(answer, names).issues)

    def read(self, answer: Any, names: tuple[str, ...]) -> dict[str, Any] | None:
        """What an answer about a part says, if it has the shape."""
        return self.assess(answer, names).record if self.has_shape(answer, names) else None

    def assess(self, answer: Any, names: tuple[str, ...] | None = None) -> Assessment:
        """What an answer is worth; looked at once, however often it is asked."""
        key = json.dumps([answer, names], sort_keys=True, default=str)
        if key not in self._known:
            self._known[key] = self._assess(answer, names)
        return self._known[key]

    def _assess(self, answer: Any, names: tuple[str, ...] | None) -> Assessment:
        shape = self.shape.only(names) if names else self.shape
        checked = check(answer, self._source, shape)
        read, evidence = checked.read, checked.evidence
        if read.value is None:
            return Assessment(None, (), tuple(_of_cleaning(read.problems)))
        record, errors = self._validated(read)
        issues = (*_of_cleaning(read.problems), *_about(errors, names), *self._ungrounded(evidence))
        # A part of the question says nothing of the whole: its lists are those of a part.
        whole = (*_of_remarks(checked.remarks), *_nothing(shape, evidence)) if names is None else ()
        return Assessment(record, evidence, _first_of_each((*issues, *whole)))

    def _validated(self, read: Cleaned) -> tuple[dict[str, Any], list[Issue]]:
        try:
            record = self._feed.schema.model_validate(read.value).model_dump(mode="json")
        except ValidationError as error:
            issues = [_of_error(each["loc"], each["type"], each["msg"], each["input"]) for each in error.errors()]
        except Exception as error:  # a rule of the feed's own that did not think of this answer
            issues = [Issue("", "rule", f"a rule of schema.py failed with {type(error).__name__}: {error}")]
        else:
            return storable(record), []
        return storable(read.value), issues

    def _ungrounded(self, evidence: Sequence[Evidence]) -> Iterator[Issue]:
        required = set(_required_paths(self.shape)) if self._feed.settings.review.ungrounded == "required" else None
        for each in evidence:
            if not each.grounded and (required is None or _without_numbers(each.path) in required):
                why = f"{each.value[:_SHOWN]!r} was not found in the document: {each.reason}"
                yield Issue(each.path, "ungrounded", why)

    def _unsure(self, evidence: Sequence[Evidence]) -> Iterator[Issue]:
        """What stands in the document, but less surely than the feed wants it; a model cannot mend that."""
        review = self._feed.settings.review
        for each in evidence:
            least = review.least_confidence(_without_numbers(each.path))
            if each.grounded and each.confidence < least:
                reasons = ", ".join(each.why)
                yield Issue(each.path, "unsure", f"{each.confidence:.2f} is less sure than {least:.2f}: {reasons}")
            elif (sure := self._recognised_poorly(each)) is not None:
                why = f"{each.value[:_SHOWN]!r} was recognised poorly (confidence {sure:.2f}): compare it with the page"
                yield Issue(each.path, "unsure", why)

    def _recognised_poorly(self, each: Evidence) -> float | None:
        """How sure the reader of a picture was of a value's lines, if hardly, on a page that otherwise reads well."""
        if not each.grounded or each.start is None or each.end is None:
            return None
        span = self._source.document.span_at(each.start)
        sure = span.legibility(each.start, each.end) if span and not span.is_poor else None
        return sure if sure is not None and sure < POOR else None

    def verdict(self, answer: Any, unread: Sequence[Reason] = ()) -> Verdict:
        """What becomes of the document, given the last answer about it."""
        assessment = self.assess(answer)
        shapeless = [issue for issue in assessment.issues if issue.kind == "shape"]
        if assessment.record is None or shapeless:
            return never_validates(_sentence(shapeless))
        issues = _first_of_each((*assessment.issues, *self._unsure(assessment.evidence)))
        reasons = (*unread, *(Reason(issue.path, issue.why) for issue in issues))
        kind: Literal["accepted", "review"] = "review" if reasons else "accepted"
        return Verdict(kind, assessment.record, assessment.evidence, reasons)


def _of_cleaning(problems: Sequence[Problem]) -> Iterator[Issue]:
    return (Issue(problem.path, problem.kind, problem.why) for problem in problems)


def _of_remarks(remarks: Sequence[Remark]) -> Iterator[Issue]:
    return (Issue(remark.path, "list", remark.why) for remark in remarks)


def _of_error(loc: tuple[int | str, ...], kind: str, message: str, given: Any) -> Issue:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc).lstrip(".")
    if kind == "missing" or (given is None and kind not in ("value_error", "assertion_error")):
        return Issue(path, "missing", "a required value is missing")
    said = message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return Issue(path, "rule", said)


def _about(errors: Sequence[Issue], names: tuple[str, ...] | None) -> Iterator[Issue]:
    """The errors at the fields that were asked for; rules over the whole record need the whole."""
    for error in errors:
        if names is None or _is_below(_without_numbers(error.path), names):
            yield error


def _is_below(path: str, names: tuple[str, ...]) -> bool:
    return any(f"{path}.".startswith((f"{name}.", f"{name}[")) for name in names)


def _nothing(shape: Field, evidence: Sequence[Evidence]) -> Iterator[Issue]:
    """An answer without one value that the document bears out says nothing about it."""
    checkable = any(field.kind in _CHECKED for _, field in leaves(shape))
    if checkable and not any(each.start is not None for each in evidence):
        yield Issue("", "nothing", "no value of this document was found")


def _first_of_each(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """One issue a path: that a placeholder is missing, too, goes without saying."""
    return tuple({issue.path: issue for issue in reversed(issues)}.values())[::-1]


def _required_paths(field: Field, path: str = "") -> Iterator[str]:
    """The paths, without row numbers, of the values that a record, or a row that is there, must have."""
    if field.item:
        yield from _required_paths(replace(field.item, required=field.required), f"{path}[]")
    for child in field.fields:
        yield from _required_paths(child, f"{path}.{child.name}" if path else child.name)
    if field.required and not field.item and not field.fields:
        yield path


def _without_numbers(path: str) -> str:
    return re.sub(r"\[\d+\]", "[]", path)


def _feedback(issues: Sequence[Issue]) -> Complaint | None:
    if not issues:
        return None
    lines = [f"- {issue.path or 'the answer'}: {_asked(issue)}" for issue in issues[:_MOST_ISSUES]]
    if len(issues) > _MOST_ISSUES:
        lines.append(f"- and {len(issues) - _MOST_ISSUES} more")
    text = "\n".join(("This answer cannot be taken. Give the whole object again, corrected:", *lines))
    return Complaint(text, inf if any(issue.kind == "shape" for issue in issues) else len(issues))


def _asked(issue: Issue) -> str:
    asks = {
        "missing": "Look for it again; null if the document does not state it.",
        "placeholder": "Give what the document states, or null.",
        "list": "Give every row once, in its order, and every amount as printed.",
        "ungrounded": "Give it as the document states it, or null.",
    }
    return f"{issue.why}. {asks.get(issue.kind, 'Read it again.')}"


def _sentence(issues: Sequence[Issue]) -> str:
    return "; ".join(f"{issue.path or 'the answer'} {issue.why}" for issue in issues[:3]) or "it was no object"
