"""A text stands behind its label: after a colon, in the next cell, or after the words that business knows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sandbox.answers.page import Line
from sandbox.answers.wanted import Wanted
from sandbox.answers.words import Concepts, concepts_of, is_small, meaning

_COLON = re.compile(r"([^:\d]{2,50}?)\s?:\s+(\S.*)")
_MOST_WORDS = 6
_SORTS = frozenset(["terms", "time", "date"])
_INCOTERM = re.compile(r"(?:EXW|FCA|FAS|FOB|CFR|CIF|CPT|CIP|DAP|DPU|DAT|DDP)\b")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and what its label says."""

    said: Concepts
    value: str

    def score(self, field: Wanted) -> float:
        """How well the label names the field; 0 if it does not."""
        if "incoterm" in field.description.lower() and _INCOTERM.match(self.value):
            return 6.0
        matched = (field.named - _SORTS) & self.said
        known = {one for one in self.said if not one.startswith("=")}
        if not matched or self._is_of_other_sort(field):
            return 0.0
        agrees = len(_SORTS & field.named & known)
        return 3.0 * len(matched) + agrees - 0.5 * len(known - field.named) - 0.2 * len(self.said - known)

    def _is_of_other_sort(self, field: Wanted) -> bool:
        """Whether the label speaks of a date, a time or terms, and the field does not."""
        sorts, own = _SORTS & self.said, _SORTS & field.named
        return bool(sorts and own and not sorts & own) or ("time" in own and "time" not in sorts)


def labelled_in(lines: Sequence[Line]) -> Iterator[Labelled]:
    """Every labelled text of the lines."""
    for number, line in enumerate(lines):
        if len(line.cells) > 1:
            yield from _in_cells(line.cells)
        elif found := _COLON.fullmatch(line.text):
            yield Labelled(concepts_of(found[1]), found[2])
        else:
            yield from _by_words(line.text)
            if number + 1 < len(lines) and _is_label(line.text):
                yield Labelled(concepts_of(line.text.rstrip(":")), lines[number + 1].text)


def _in_cells(cells: Sequence[str]) -> Iterator[Labelled]:
    for label, value in pairwise(cells):
        if label and value and len(label.split()) <= _MOST_WORDS:
            yield Labelled(concepts_of(label), value)


def _is_label(text: str) -> bool:
    words = text.rstrip(":").split()
    return len(words) <= _MOST_WORDS and all(meaning(word) or is_small(word) for word in words)


def _by_words(text: str) -> Iterator[Labelled]:
    """The words at the beginning that are a label's, and the rest; a sentence has no label."""
    words = text.split()
    end = 0
    while end < min(len(words), _MOST_WORDS) and (meaning(words[end].strip(".:")) or is_small(words[end])):
        end += 1
    if 0 < end < len(words) and len(words) - end <= 6 and not text.endswith("."):
        yield Labelled(concepts_of(" ".join(words[:end])), " ".join(words[end:]))
