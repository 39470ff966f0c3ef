"""What the words of business documents mean: concepts that five languages share, so that a label finds its field."""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

Concepts = frozenset[str]
NOTHING: Concepts = frozenset()

_FILE = Path(__file__).with_name("words.txt")
_WORD = re.compile(r"[^\W_]+(?:[-.'’][^\W_]+)*|[№#]|n[°º]", re.IGNORECASE)
_LINKS = ("ungs", "ung", "es", "en", "er", "s", "n", "e")
_SHORTEST_STEM = 4
_LONGEST_ENDING = 4
_SMALL_WORDS = """
the of a an and or in on at is are for with this that as it its be was who which what per we all one each any usually
printed stated der die das den dem des und oder im mit dieser diese von vom zur ihr sie wir uns le la les de d l et ou
en el los las y o del dei delle degli il lo gli e di della dell s
"""
_SMALL = frozenset(_SMALL_WORDS.split())


@cache
def _lexicon() -> tuple[dict[str, Concepts], dict[str, Concepts]]:
    """Whole words and stems, with their concepts."""
    words: dict[str, set[str]] = {}
    stems: dict[str, set[str]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        concept, _, listed = line.partition(":")
        if listed and not line.startswith("#"):
            for word in map(str.strip, listed.split(",")):
                shelf = stems if word.endswith("*") else words
                shelf.setdefault(plain(word.rstrip("*")), set()).add(concept)
    return _frozen(words), _frozen(stems)


def _frozen(shelf: dict[str, set[str]]) -> dict[str, Concepts]:
    return {word: frozenset(concepts) for word, concepts in shelf.items()}


def plain(word: str) -> str:
    """A word in small letters without accents."""
    folded = word.casefold()
    if folded.isascii():
        return folded
    return "".join(sign for sign in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(sign))


def words_of(text: str) -> list[str]:
    """The words of a text."""
    return _WORD.findall(text)


@lru_cache(maxsize=65_536)
def meaning(word: str) -> Concepts:
    """The concepts of one word; nothing for words that business does not know."""
    folded = plain(word)
    words, stems = _lexicon()
    if folded in words:
        return words[folded] | _longest_stem(folded, stems)[1]
    return (_by_parts(folded) if folded not in stems else NOTHING) or _compound(folded)


def _longest_stem(word: str, stems: dict[str, Concepts]) -> tuple[str, Concepts]:
    for end in range(len(word), 1, -1):
        if word[:end] in stems and len(word) - end <= _LONGEST_ENDING:
            return word[:end], stems[word[:end]]
    return "", NOTHING


def _compound(word: str) -> Concepts:
    """The concepts of a word made of known parts, as German makes them; nothing if a part is unknown."""
    words, stems = _lexicon()
    found: set[str] = set()
    rest = word
    while rest:
        part = _known_start(rest, words, stems)
        if not part and found and len(rest) <= _LONGEST_ENDING:
            break
        if not part:
            return NOTHING
        found |= words.get(part, NOTHING) | stems.get(part, NOTHING)
        rest = _without_link(rest[len(part) :], words, stems)
    return frozenset(found)


def _known_start(rest: str, words: dict[str, Concepts], stems: dict[str, Concepts]) -> str:
    for end in range(len(rest), 1, -1):
        start = rest[:end]
        if start in stems or (start in words and (end == len(rest) or end >= _SHORTEST_STEM)):
            return start
    return ""


def _without_link(rest: str, words: dict[str, Concepts], stems: dict[str, Concepts]) -> str:
    if not rest or _known_start(rest, words, stems):
        return rest
    for link in _LINKS:
        if rest.startswith(link) and _known_start(rest[len(link) :], words, stems):
            return rest[len(link) :]
    return rest


def _by_parts(word: str) -> Concepts:
    """The concepts of a word joined by hyphens, dots or apostrophes."""
    parts = re.split(r"[-.'’]", word)
    if len(parts) < 2:
        return NOTHING
    return frozenset().union(*(meaning(part) for part in parts if part))


@lru_cache(maxsize=65_536)
def concepts_of(text: str) -> Concepts:
    """The concepts of a label; a word that business does not know stands for itself."""
    found: set[str] = set()
    for word in words_of(text):
        known = meaning(word)
        folded = plain(word)
        if known:
            found |= known
        elif folded not in _SMALL and len(folded) > 1 and not folded.isdigit():
            found.add("=" + folded.removesuffix("s"))
    return frozenset(found)


def is_small(word: str) -> bool:
    """Whether a word only joins others."""
    return plain(word) in _SMALL
