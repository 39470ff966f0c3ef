"""Words are compared without case, accents and transliteration, texts without what stands between the words."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate

_WORD = re.compile(r"([^\W\d_]+|\d+)")
_FOLD = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "å": "a"})
_EASTERN_FROM = "\u2e80"


@lru_cache(maxsize=65_536)
def folded(word: str) -> str:
    """A word without case, accents and the ways to write an umlaut."""
    if word.isascii():
        plain = word.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", word.casefold())
        plain = "".join(mark for mark in decomposed if not unicodedata.combining(mark)).translate(_FOLD)
    return plain.replace("ae", "a").replace("oe", "o").replace("ue", "u") if "e" in plain else plain


def terms(text: str) -> list[str]:
    """The words of a text as they are compared; letters and figures that touch are two words."""
    return [folded(word) for word in _WORD.findall(text)]


class Words:
    """The words of a text, by their number and by what they say."""

    def __init__(self, text: str) -> None:
        # The text cut at its words, so that their places add up without a step for each.
        pieces = _WORD.split(text)
        ends = list(accumulate(map(len, pieces)))
        self.texts = list(map(folded, pieces[1::2]))
        self.starts, self.ends = ends[0::2][: len(self.texts)], ends[1::2]
        self._joined = "".join(self.texts)
        self._joined_ends = list(accumulate(map(len, self.texts)))
        self._places: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self.texts):
            self._places[word].append(number)

    def places(self, word: str) -> list[int]:
        """The numbers at which a folded word stands."""
        return self._places.get(word, [])

    def begins(self, word: str) -> list[int]:
        """The offsets in the text at which a folded word begins."""
        return [self.starts[place] for place in self.places(word)]

    def known(self, words: Iterable[str]) -> set[str]:
        """Which of these folded words stand in the text."""
        return self._places.keys() & words

    def span(self, first: int, last: int) -> tuple[int, int]:
        """From where to where in the text these words stand."""
        return self.starts[first], self.ends[last]

    def runs(self, wanted: str, limit: int = 32) -> Iterator[tuple[int, int]]:
        """Where a value stands, whatever stands between its words; as first and last word."""
        needle = "".join(terms(wanted))
        at = self._joined.find(needle) if needle else -1
        while at >= 0 and limit:
            if (run := self._run(at, at + len(needle))) is not None:
                limit -= 1
                yield run
            at = self._joined.find(needle, at + 1)

    def _run(self, start: int, end: int) -> tuple[int, int] | None:
        """The words from start to end, if no word is cut; scripts without blanks have no words to cut."""
        first = bisect_right(self._joined_ends, start)
        last = bisect_left(self._joined_ends, end)
        whole_start = self._joined_ends[first] - len(self.texts[first]) == start
        whole_end = self._joined_ends[last] == end
        uncut = (whole_start or self._is_eastern(start)) and (whole_end or self._is_eastern(end - 1))
        return (first, last) if uncut else None

    def _is_eastern(self, at: int) -> bool:
        return self._joined[at] >= _EASTERN_FROM
