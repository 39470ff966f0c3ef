"""A field is searched for by its name, its description and what documents write for it, each with its weight."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from extraction.retrieval.lexicon import Entry, lexicon, phrase
from extraction.retrieval.looks import Look, look_of
from extraction.shape import Field
from extraction.words import terms

_NAME, _DESCRIPTION, _WRITTEN, _HINTED = 1.6, 0.8, 0.9, 0.35
_TERSE = 5  # words of a description that count in full; of more, each counts less
_PARTLY = 2  # how much less an entry counts that is about a part of the name
_PHRASE, _PAIR, _MEANS = 2.2, 1.2, 3.0
_DEFINED = ("means", "shall mean")
_CHILD = 0.75  # what a field of a small object counts beside the object
_EMPTY_WORDS = (
    "a all an and any are as at be been by d e each either eg else etc every for from g given has have if in into is "
    "it its may must no not null of on one only or other printed s shall should specified stated such than that the "
    "their these this those to under was were what when where which who whose whether will with within would return "
    "format yyyy mm dd dates value values field document text string number using used"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())
_EXAMPLES = re.compile(r"\(?\b(?:e\.g\.|i\.e\.|for example|for instance|such as|z\.B\.|p\.ex\.)[^)]*\)?", re.IGNORECASE)
# A record's own words say nothing of where in it a value stands.
_BARE = frozenset(terms("date day amount number value name id text type total kind code"))


@dataclass(frozen=True, slots=True)
class Query:
    """What to search for: words and phrases with their weights, and what such a value looks like."""

    weights: tuple[tuple[str, float], ...]
    look: Look | None = None

    @property
    def text(self) -> str:
        """As words alone, for a search that knows no weights."""
        return " ".join(dict.fromkeys(word for said, _ in self.weights for word in said.split()))


@lru_cache(maxsize=1024)
def query_of(field: Field, above: tuple[str, ...] = ()) -> Query:
    """The query for a value or a small object; `above` are the names of the objects that hold it."""
    weights = _weights(field, above)
    for child in field.fields:
        below = _weights(child, (*above, *field.words))
        _weigh(weights, below, 0.0)
        weights |= {said: max(weights[said], _CHILD * weight) for said, weight in below.items()}
    return Query(tuple(weights.items()), look_of(field))


def _weights(field: Field, above: tuple[str, ...]) -> dict[str, float]:
    weights: dict[str, float] = {}
    _ask_for(weights, field, above)
    return weights


def _ask_for(weights: dict[str, float], field: Field, above: tuple[str, ...]) -> None:
    name = phrase(" ".join(field.words))
    named = phrase(" ".join((*above, *field.words))) if _is_bare(name) else name
    said = phrase(_EXAMPLES.sub(" ", field.description))
    _weigh(weights, _telling(named.split()), _NAME)
    described = _telling(said.split())
    _weigh(weights, described, _DESCRIPTION * min(1, _TERSE / max(len(described), 1)))
    for entry, share in _called_in(named):
        _weigh(weights, entry.written, _WRITTEN * share**_PARTLY)
    _weigh(weights, _written(_said_in(said)), _HINTED)
    _weigh(weights, [named] if " " in named else [], _PHRASE)
    _weigh(weights, _pairs(named.split()), _PAIR)
    _weigh(weights, _definitions(weights), _MEANS)


def _is_bare(name: str) -> bool:
    return _BARE.issuperset(name.split())


def _weigh(weights: dict[str, float], said: Iterable[str], weight: float) -> None:
    for each in said:
        weights[each] = max(weights.get(each, 0.0), weight)


def _telling(words: Sequence[str]) -> list[str]:
    told = [word for word in words if word not in _EMPTY and len(word) > 1]
    return told or list(words)


def _pairs(words: Sequence[str]) -> Iterator[str]:
    """A name says more than is written: `required lenders threshold` stands with the required lenders."""
    pairs = itertools.pairwise(words) if len(words) > 2 else ()
    return (f"{one} {other}" for one, other in pairs if not {one, other} & _EMPTY)


def _definitions(said: Iterable[str]) -> list[str]:
    phrases = [each for each in said if " " in each]
    return [f"{each} {defined}" for each in phrases for defined in _DEFINED]


def _called_in(name: str) -> Iterator[tuple[Entry, float]]:
    """The entries whose words a name holds, in whatever order; of two, the one that says more.

    With each goes the share of the name that it is about: an assignment fee is not an assignment.
    """
    words, telling = set(name.split()), set(_telling(name.split()))
    found = [(set(called.split()), entry) for entry in lexicon() for called in entry.called]
    held = [(called, entry) for called, entry in found if called <= words]
    for called, entry in held:
        if not any(called < other for other, _ in held):
            yield entry, len(called & telling) / len(telling)


def _said_in(description: str) -> list[Entry]:
    """The entries that a description names word for word."""
    padded = f" {description} "
    return [entry for entry in lexicon() if any(" " in called and f" {called} " in padded for called in entry.called)]


def _written(entries: Iterable[Entry]) -> Iterator[str]:
    return (said for entry in entries for said in entry.written)
