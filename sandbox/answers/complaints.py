"""What an earlier answer was blamed for is not said again."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_BLAMED = re.compile(r"^[-*]?\s*([\w.\[\]]+): (?:'([^'\n]*)'|\"([^\"\n]*)\")", re.MULTILINE)
_MISSED = re.compile(r"^[-*]?\s*([\w.\[\]]+): [^\n]*\bmissing\b", re.MULTILINE)
_ROW = re.compile(r"\[\d+\]")

Spoken = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Blame:
    """By path, without the numbers of rows: the values that did not do, and the paths where one was missed."""

    rejected: Mapping[str, frozenset[str]]
    missed: frozenset[str]

    def values(self, path: str) -> frozenset[str]:
        return self.rejected.get(path, frozenset())


def blamed(spoken: Spoken) -> Blame:
    """What the complaints after the first question say."""
    said = "\n".join([text for role, text in spoken if role == "user"][1:])
    found: dict[str, set[str]] = {}
    for path, single, double in _BLAMED.findall(said):
        found.setdefault(_ROW.sub("[]", path), set()).add(single or double)
    rejected = {path: frozenset(values) for path, values in found.items()}
    return Blame(rejected, frozenset(_ROW.sub("[]", path) for path in _MISSED.findall(said)))
