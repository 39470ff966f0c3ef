"""Words are taken for the same when they begin alike and differ in an ending: enough for five languages."""

from functools import lru_cache

_ENDINGS = (
    *(
        "ationen",
        "ations",
        "ation",
        "ating",
        "ators",
        "ator",
        "ates",
        "ated",
        "ate",
        "ements",
        "ement",
        "ments",
        "ment",
        "ities",
        "ity",
        "ungen",
        "ung",
        "ingly",
    ),
    *("ings", "ing", "ables", "able", "ible", "edly", "ies", "ied", "ers", "ors", "ion", "ions", "ives", "ive"),
    *("ances", "ance", "ences", "ence", "ants", "ant", "ents", "ent", "ees", "ee", "er", "or", "ed", "es", "en"),
    *("ly", "al", "ic", "s", "e", "n", "y", "o", "a", "i"),
)
_SHORTEST = 4


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The beginning that the forms of a word share."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word
