"""A document's chunks are ranked within the document: a word counts by how few of its own chunks hold it."""

import heapq
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from extraction.retrieval.looks import Look, around, is_contents, shows
from extraction.retrieval.query import Query
from extraction.retrieval.stems import stem
from extraction.words import terms

_SATURATION, _LENGTH = 1.2, 0.6  # BM25's k1 and b
_STEMMED = 0.5  # a word in another form counts less than the word
_LOOKS = 0.25  # more, for a chunk that holds something that looks like the value
_LABELLED = 1.0  # more, where all that is asked for stands around it
_LABELLING = 0.5  # what a word must weigh to be part of a label
_CLOSELY = 40  # chunks, the best ones, in which labels are looked for
_CONTENTS = 0.3  # what is left to a table of contents
_BESIDE = 0.25  # a chunk beside one that speaks of the value may finish its sentence
_RUNNING, _RUNNING_SHARE = 5, 0.12  # a line in so many chunks runs along with the pages
_PAGE_NUMBER = re.compile(r"^\d+\W{0,9}|\W{0,9}\d+(?:\s{0,3}(?:/|of|von|de|di)\s{0,3}\d+)?$")


class Index:
    """BM25 over words, their stems and phrases, with what a chunk looks like."""

    def __init__(self, texts: Sequence[str]) -> None:
        texts = without_running_lines(texts)
        said = [terms(text) for text in texts]
        self._texts = texts
        self._joined = [f" {' '.join(words)} " for words in said]
        self._words = _postings(Counter(words) for words in said)
        self._stems = _postings(Counter(map(stem, words)) for words in said)
        longest = sum(map(len, said)) / max(len(said), 1)
        self._norms = [_SATURATION * (1 - _LENGTH + _LENGTH * len(words) / max(longest, 1)) for words in said]
        self._dull = {at for at, text in enumerate(texts) if is_contents(text)}
        self._phrases: dict[str, dict[int, int]] = {}
        self._shown: dict[Look, set[int]] = {}

    def scores(self, query: Query) -> dict[int, float]:
        """The chunks that hold anything of the query, with what they are worth."""
        scores: dict[int, float] = {}
        for said, weight in query.weights:
            self._score(scores, self._found(said), weight)
            if " " not in said:
                self._score(scores, self._stems.get(stem(said), {}), weight * _STEMMED)
        alone = {at: score * self._likely(at, query.look) for at, score in scores.items()}
        beside = {at: score + _BESIDE * max(alone.get(at - 1, 0), alone.get(at + 1, 0)) for at, score in alone.items()}
        return beside | self._labelled(beside, query)

    def _labelled(self, scores: dict[int, float], query: Query) -> dict[int, float]:
        """The best chunks, worth more the more of the query stands close to what looks like the value."""
        label = {stem(said): weight for said, weight in query.weights if weight >= _LABELLING and " " not in said}
        label = {said: weight * self._rare(self._stems[said]) for said, weight in label.items() if said in self._stems}
        if query.look is None or not label:
            return {}
        best, whole = heapq.nlargest(_CLOSELY, scores, key=scores.__getitem__), sum(label.values())
        return {at: scores[at] * (1 + _LABELLED * self._closest(at, query.look, label) / whole) for at in best}

    def _closest(self, at: int, look: Look, label: Mapping[str, float]) -> float:
        near = ({stem(word) for word in terms(text)} for text in around(look, self._texts[at]))
        return max((sum(label[said] for said in label.keys() & words) for words in near), default=0.0)

    def ranked(self, query: Query) -> list[int]:
        """All chunks, best first; those that hold nothing of the query in their order."""
        scores = self.scores(query)
        return sorted(range(len(self._texts)), key=lambda at: (-scores.get(at, 0.0), at))

    def _found(self, said: str) -> dict[int, int]:
        if " " not in said:
            return self._words.get(said, {})
        if said not in self._phrases:
            counts = ((at, text.count(f" {said} ")) for at, text in enumerate(self._joined))
            self._phrases[said] = {at: times for at, times in counts if times}
        return self._phrases[said]

    def _score(self, scores: dict[int, float], found: dict[int, int], weight: float) -> None:
        rare = weight * self._rare(found)
        for at, times in found.items():
            scores[at] = scores.get(at, 0.0) + rare * times * (_SATURATION + 1) / (times + self._norms[at])

    def _rare(self, found: dict[int, int]) -> float:
        return math.log(1 + (len(self._texts) - len(found) + 0.5) / (len(found) + 0.5))

    def _likely(self, at: int, look: Look | None) -> float:
        factor = _CONTENTS if at in self._dull else 1.0
        return factor * (1 + _LOOKS) if look and at in self._showing(look) else factor

    def _showing(self, look: Look) -> set[int]:
        if look not in self._shown:
            self._shown[look] = {at for at, text in enumerate(self._texts) if shows(look, text)}
        return self._shown[look]


def _postings(counts: Iterable[Counter[str]]) -> dict[str, dict[int, int]]:
    """For each word the chunks that hold it, with how often."""
    postings: dict[str, dict[int, int]] = {}
    for at, counted in enumerate(counts):
        for word, times in counted.items():
            postings.setdefault(word, {})[at] = times
    return postings


def without_running_lines(texts: Sequence[str]) -> list[str]:
    """The texts without the headers and footers of their pages: they speak of every page and are about none."""
    lines = [text.split("\n") for text in texts]
    counts = Counter(bare for each in lines for bare in set(map(_bare, each)) if bare)
    running = {bare for bare, times in counts.items() if times >= max(_RUNNING, len(texts) * _RUNNING_SHARE)}
    if not running:
        return list(texts)
    return ["\n".join(line for line in each if _bare(line) not in running) for each in lines]


def _bare(line: str) -> str:
    """A line without the page's number."""
    return _PAGE_NUMBER.sub("", line.strip())
