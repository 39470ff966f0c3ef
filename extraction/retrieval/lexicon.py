"""A schema and a document seldom use the same words: what a field is called is looked up in what documents write."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from extraction.words import terms

_FILE = Path(__file__).with_name("words.txt")


class Entry(NamedTuple):
    """What fields are called, and what documents write for it; each as folded words between blanks."""

    called: tuple[str, ...]
    written: tuple[str, ...]


@cache
def lexicon() -> tuple[Entry, ...]:
    """Every entry of words.txt."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return tuple(_entry(line) for line in lines if line.strip() and not line.startswith("#"))


def _entry(line: str) -> Entry:
    called, _, written = line.partition(":")
    return Entry(tuple(_phrases(called)), tuple(_phrases(written)))


def _phrases(listed: str) -> Iterator[str]:
    return (phrase(each) for each in listed.split(","))


def phrase(text: str) -> str:
    """A text as its folded words, one blank apart."""
    return " ".join(terms(text))
