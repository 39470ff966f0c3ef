"""What was read is held against the gold field by field, by what values mean and not by how they are written."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extraction import legal_forms
from extraction.amounts import as_decimal
from extraction.currencies import code_of
from extraction.dates import read_date
from extraction.leaves import values_of
from extraction.numbers import read_number
from extraction.shape import Field
from extraction.words import terms

_ROW = re.compile(r"\[\d+\]")

Key = tuple[str, str]  # path without row numbers, normalised value


@dataclass(slots=True)
class Tally:
    """How often a field was right, invented or wrong, and missed or wrong."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)


@dataclass(slots=True)
class Score:
    """The tally of each field, by its path without row numbers."""

    documents: int = 0
    fields: dict[str, Tally] = field(default_factory=dict)

    @property
    def whole(self) -> Tally:
        tallies = self.fields.values()
        return Tally(*(sum(getattr(each, name) for each in tallies) for name in ("right", "wrong", "missed")))


def score(pairs: Iterable[tuple[Mapping[str, Any], Any]], shape: Field) -> Score:
    """The score of answers beside the truth; an answer that is no record misses everything."""
    result = Score()
    for truth, answer in pairs:
        result.documents += 1
        _add(result, _matched(truth, answer if isinstance(answer, dict) else {}, shape, ""))
    return result


def _add(result: Score, found: Iterable[tuple[Counter[Key], Counter[Key]]]) -> None:
    for said, given in found:
        for path, number in _by_path(said & given):
            result.fields.setdefault(path, Tally()).right += number
        for path, number in _by_path(given - said):
            result.fields.setdefault(path, Tally()).wrong += number
        for path, number in _by_path(said - given):
            result.fields.setdefault(path, Tally()).missed += number


def _by_path(keys: Counter[Key]) -> Iterator[tuple[str, int]]:
    return ((path, number) for (path, _), number in keys.items())


def _matched(truth: Any, answer: Any, shape: Field, path: str) -> Iterator[tuple[Counter[Key], Counter[Key]]]:
    """What the truth and the answer say, row beside row."""
    for child in shape.fields:
        below = f"{path}.{child.name}" if path else child.name
        said, given = (each.get(child.name) if isinstance(each, dict) else None for each in (truth, answer))
        if child.item and child.item.fields:
            yield from _rows(said or [], given or [], child.item, f"{below}[]")
        elif child.kind == "object":
            yield from _matched(said, given, child, below)
        else:
            yield _keys(said, child, below), _keys(given, child, below)


def _rows(
    said: Sequence[Any], given: Sequence[Any], item: Field, path: str
) -> Iterator[tuple[Counter[Key], Counter[Key]]]:
    """Each true row beside the row of the answer that has most in common with it."""
    left = [(row, _keys(row, item, path)) for row in given]
    for row in said:
        keys = _keys(row, item, path)
        best = max(left, key=lambda other: (keys & other[1]).total(), default=None)
        if best is not None and (keys & best[1]).total():
            left.remove(best)
            yield from _matched(row, best[0], item, path)
        else:
            yield keys, Counter()
    yield from ((Counter(), keys) for _, keys in left)


def _keys(value: Any, field: Field, path: str) -> Counter[Key]:
    """What is said, by path and normalised value; a summary is in the model's own words and is not held against any."""
    leaves = values_of(value, field) if field.kind != "list" else values_of({"": value}, _holding(field))
    return Counter(
        (_path(path, leaf.path), normal(leaf.value, leaf.field)) for leaf in leaves if _is_scored(leaf.field)
    )


def _holding(field: Field) -> Field:
    return Field("", "object", fields=(Field("", "list", item=field.item),))


def _path(path: str, below: str) -> str:
    """The path of a value below another, without row numbers."""
    dot = "." if below and not below.startswith("[") else ""
    return path + dot + _ROW.sub("[]", below)


def _is_scored(field: Field) -> bool:
    return field.kind != "summary"


def normal(value: Any, field: Field) -> str:
    """A value as it is compared."""
    text = str(value).strip()
    if field.kind == "number" or (isinstance(value, int | float) and not isinstance(value, bool)):
        number = as_decimal(text)
        number = read_number(text) if number is None else number
        return text if number is None else format(number.normalize(), "f")
    if field.kind == "date" or field.kind == "text":
        days = read_date(text, (True, True))
        if len(days) == 1:
            return days[0].isoformat()
    if field.kind == "currency":
        return code_of(text) or text.upper()
    return _name(text)


def _name(text: str) -> str:
    """Words without case, accents and the ways to write a legal form; signs alone as they are."""
    words = terms(text)
    form, length = legal_forms.form_at_end(words)
    return " ".join(["".join(words[: len(words) - length]), form or ""]).strip() or text


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
