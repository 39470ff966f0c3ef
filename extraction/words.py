"""Words are compared without case, accents, ligatures and transliteration, and texts without what stands between words."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_FOLD = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "å": "a"})
_EASTERN_FROM = "\u2e80"


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a row of figures, and the form in which it is compared."""

    start: int
    end: int
    text: str


@lru_cache(maxsize=65_536)
def folded(word: str) -> str:
    """A word without case, accents and the ways to write an umlaut."""
    if word.isascii():
        plain = word.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", word.casefold())
        plain = "".join(mark for mark in decomposed if not unicodedata.combining(mark)).translate(_FOLD)
    return plain.replace("ae", "a").replace("oe", "o").replace("ue", "u") if "e" in plain else plain


def words_of(text: str) -> list[Word]:
    """The words of a text in their order; letters and figures that touch are two words."""
    return [Word(*found.span(), folded(found.group())) for found in _TOKEN.finditer(text)]


class Words:
    """The words of a document, found by what they say."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.all = words_of(text)
        self._joined = "".join(word.text for word in self.all)
        self._starts: list[int] = []
        self._places: dict[str, list[int]] = {}
        self._index()

    def _index(self) -> None:
        at = 0
        for place, word in enumerate(self.all):
            self._starts.append(at)
            self._places.setdefault(word.text, []).append(place)
            at += len(word.text)

    def places(self, word: str) -> list[int]:
        """Where a folded word stands, by its number among the words."""
        return self._places.get(word, [])

    def runs(self, wanted: str, limit: int = 32) -> Iterator[tuple[int, int]]:
        """Where a value stands, whatever stands between its words; as first and last word."""
        needle = "".join(word.text for word in words_of(wanted))
        at = self._joined.find(needle) if needle else -1
        while at >= 0 and limit:
            if (run := self._run(at, at + len(needle))) is not None:
                limit -= 1
                yield run
            at = self._joined.find(needle, at + 1)

    def _run(self, start: int, end: int) -> tuple[int, int] | None:
        """The words from start to end, if no word is cut; scripts without blanks have no words to cut."""
        first = bisect_right(self._starts, start) - 1
        last = bisect_left(self._starts, end) - 1
        whole_start = self._starts[first] == start
        whole_end = self._starts[last] + len(self.all[last].text) == end
        if whole_start and whole_end:
            return first, last
        uncut = (whole_start or self._is_eastern(start)) and (whole_end or self._is_eastern(end - 1))
        return (first, last) if uncut else None

    def _is_eastern(self, at: int) -> bool:
        return self._joined[at] >= _EASTERN_FROM

    def span(self, first: int, last: int) -> tuple[int, int]:
        return self.all[first].start, self.all[last].end
