"""What an earlier answer was blamed for is not said again."""

import re
from collections.abc import Sequence

_BLAMED = re.compile(r"^[-*]?\s*([\w.\[\]]+): (?:'([^'\n]*)'|\"([^\"\n]*)\")", re.MULTILINE)
_PATH = re.compile(r"\[\d+\]")

Spoken = Sequence[tuple[str, str]]


def rejected(spoken: Spoken) -> dict[str, frozenset[str]]:
    """By path, without the numbers of rows, the values that did not do."""
    said = [text for role, text in spoken if role == "user"][1:]
    found: dict[str, set[str]] = {}
    for text in said:
        for path, single, double in _BLAMED.findall(text):
            found.setdefault(_PATH.sub("[]", path), set()).add(single or double)
    return {path: frozenset(values) for path, values in found.items()}
