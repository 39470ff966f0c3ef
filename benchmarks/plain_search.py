"""The other side of retrieval: BM25 as everyone writes it, with the first chunk always in."""

import math
import re
from collections import Counter
from collections.abc import Sequence

from extraction.shape import Field

_K1, _B = 1.5, 0.75
_STOP_WORDS = "a an and any as at by for from if in is it its null of on or the this to with"
_STOP = frozenset(_STOP_WORDS.split())


class PlainSearch:
    """Words in small letters, no stems, no synonyms; a query is the field's name and description."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._counts = [Counter(_words(text)) for text in texts]
        self._held = Counter(word for counts in self._counts for word in counts)
        self._lengths = [sum(counts.values()) for counts in self._counts]
        self._mean = sum(self._lengths) / max(len(texts), 1)

    def ranked(self, field: Field) -> list[int]:
        """The first chunk, then all others, best first; where nothing is found, the document's order."""
        said = " ".join((field.name, field.description, *(f"{each.name} {each.description}" for each in field.fields)))
        words = dict.fromkeys(word for word in _words(said.replace("_", " ")) if word not in _STOP)
        scores = [sum(self._score(word, at) for word in words) for at in range(len(self._counts))]
        return sorted(range(len(scores)), key=lambda at: (at != 0, -scores[at], at))

    def _score(self, word: str, at: int) -> float:
        times = self._counts[at].get(word, 0)
        if not times:
            return 0.0
        rare = math.log(1 + (len(self._counts) - self._held[word] + 0.5) / (self._held[word] + 0.5))
        return rare * times * (_K1 + 1) / (times + _K1 * (1 - _B + _B * self._lengths[at] / self._mean))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
