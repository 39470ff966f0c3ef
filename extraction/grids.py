"""Rows that differ by categories form a grid: a hole in it, or a cell that all lists beside it fill, is a row lost."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from extraction.lists import Listed
from extraction.shape import Field
from extraction.unprinted import is_factor

_KIN = 4  # lists of one shape beside each other, from which on most of them say what each should hold
_MOST_KIN = 0.8
_FEWEST_ROWS, _FEWEST_USUAL = 5, 2

Key = tuple[Hashable, ...]


def holes(lists: Sequence[Listed]) -> Iterator[tuple[str, str]]:
    """The path of each list that lacks a row by its own grid or by the lists beside it, and what it lacks."""
    for path, lacking in _of_kin(lists):
        yield path, f"the lists beside it state {lacking}, this one does not"
    for listed in lists:
        if hole := _hole(listed):
            yield listed.path, f"of all combinations of its rows only {hole} is missing"


def _hole(listed: Listed) -> str | None:
    """The one combination that is missing where all others of two categories are listed once."""
    names = _categories(listed.item)
    keys = _keys(listed)
    if len(names) < 2 or len(keys) < _FEWEST_ROWS or len(set(keys)) < len(keys):
        return None
    for at in range(len(names)):
        ones = dict.fromkeys(key[at] for key in keys)
        others = dict.fromkeys((*key[:at], *key[at + 1 :]) for key in keys)
        if min(len(ones), len(others)) > 1 and len(ones) * len(others) == len(keys) + 1:
            missing = ((*other[:at], one, *other[at:]) for one in ones for other in others)
            return _said(next(key for key in missing if key not in keys))
    return None


def _of_kin(lists: Sequence[Listed]) -> Iterator[tuple[str, str]]:
    families: dict[tuple[str, tuple[str, ...]], list[Listed]] = {}
    for listed in lists:
        if len(_categories(listed.item)) > 1 and (keys := _keys(listed)) and len(set(keys)) == len(keys):
            holder = listed.path.rpartition(".")[0]
            families.setdefault((holder, tuple(field.name for field in listed.item.fields)), []).append(listed)
    for family in families.values():
        if len(family) >= _KIN:
            yield from _lacking(family)


def _lacking(family: Sequence[Listed]) -> Iterator[tuple[str, str]]:
    """The one of the rows that most of a family's lists have which is not in a list that has the rest of them."""
    held = [set(_keys(listed)) for listed in family]
    times = Counter(key for keys in held for key in keys)
    usual = [key for key, number in times.items() if number >= _MOST_KIN * (len(family) - 1)]
    for listed, keys in zip(family, held, strict=True):
        lacking = [key for key in usual if key not in keys]
        if len(lacking) == 1 and len(usual) > _FEWEST_USUAL:
            yield listed.path, _said(lacking[0])


def _keys(listed: Listed) -> list[Key]:
    names = _categories(listed.item)
    return [tuple(_plain(row.get(name)) for name in names) for row in listed.rows if isinstance(row, dict)]


def _plain(value: Any) -> Hashable:
    return value if isinstance(value, Hashable) else str(value)


def _categories(item: Field) -> list[str]:
    """The fields that say what a row is about, if there is one number that says how much."""
    measures = [field for field in item.fields if field.kind == "number" and not is_factor(field)]
    if len(measures) != 1:
        return []
    about = ("text", "date", "judgement")
    return [field.name for field in item.fields if field.kind in about and "unit" not in field.words]


def _said(key: Key) -> str:
    return " ".join(str(part) for part in key if part is not None)
