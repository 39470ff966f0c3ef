"""Sentences say what a letter is about; a choice is the one whose words stand first and most often."""

import re
from collections.abc import Sequence
from typing import Any

from sandbox.answers.page import Line, Page
from sandbox.answers.words import Concepts, concepts_of, meaning, words_of

_SENTENCE = re.compile(r"(?<=[^\W\d_]{2})[.!?](?=\s|$)|(?<=\d)[.!?]$")
_TITLE_LINES = 14
_LONG = 3
_IN_TITLE = 3.0
_SURE = 1.5  # one polite word makes no request
_GREETING = re.compile(r"[,:!]$")
_SUBJECTS = ("subject", "betreff", "objet", "asunto", "oggetto")


def subject_of(page: Page) -> str | None:
    """The subject of a letter."""
    return next((page.headers[name] for name in _SUBJECTS if name in page.headers), None)


def summary_of(page: Page) -> str | None:
    """The first sentence that says something."""
    sentences = [line.text for line in page.lines if _says_something(line)]
    if not sentences:
        return page.lines[0].text if page.lines else None
    first = sentences[0]
    end = _SENTENCE.search(first)
    return first[: end.end()] if end else first


def _says_something(line: Line) -> bool:
    text = line.text
    return len(text.split()) > _LONG and len(line.cells) < 2 and not _GREETING.search(text) and text[-1] in ".!?"


def chosen(choices: Sequence[Any], page: Page) -> Any:
    """The choice that the title, and then the text, speaks of; the first, if none."""
    title, rest = _title(page), page.lines[:_TITLE_LINES]
    about = {choice: _about(choice) for choice in choices}
    common = frozenset.intersection(*about.values()) if about else frozenset()
    words = [
        *((word, 3.0) for word in words_of(title)),
        *((word, 1.0) for line in rest for word in words_of(line.text)),
    ]
    late = {"new", "delivery"} <= concepts_of(title)  # who names a new delivery date is late
    scores = {choice: _score(about[choice] - common, words, late) for choice in choices}
    best = max(scores.values(), default=0.0)
    if best < _SURE and (other := _otherwise(choices)) is not None:
        return other
    return next(choice for choice in choices if scores[choice] == best)


def _otherwise(choices: Sequence[Any]) -> Any:
    return next((choice for choice in choices if str(choice).lower() in ("other", "unknown", "none")), None)


def _about(choice: Any) -> Concepts:
    """What a choice means: its own words, where business knows them."""
    return frozenset(one for one in concepts_of(str(choice).replace("_", " ")) if not one.startswith("="))


def _score(about: Concepts, words: Sequence[tuple[str, float]], late: bool) -> float:
    found: dict[str, float] = {}
    if "delay" in about and late:
        found["delay"] = _IN_TITLE
    for word, weight in words:
        for concept in meaning(word) & about:
            found[concept] = found.get(concept, 0.0) + weight
    return sum(min(weight, 6.0) for weight in found.values()) / (len(about) or 1)


def _title(page: Page) -> str:
    subject = subject_of(page)
    if subject is not None:
        return subject
    return " ".join(line.text for line in page.lines[:3])
