"""How the sandbox counts tokens: word pieces of at most six letters or three digits, every sign on its own.

The count is approximate, deterministic, and never shrinks when text is appended. English prose comes out near
1.3 tokens a word, as with the byte-pair vocabularies of real models.
"""

import re
from functools import lru_cache
from itertools import pairwise

_PIECE = re.compile(r"[^\W\d_]{1,6}|\d{1,3}|[^\w\s]|_|\n")


def count_tokens(text: str) -> int:
    """The number of word pieces in a text."""
    return len(_PIECE.findall(text))


@lru_cache(maxsize=512)
def count_lasting(text: str) -> int:
    """The same count, remembered: for what comes again with every request, like instructions and schemas."""
    return count_tokens(text)


def first_tokens(text: str, limit: int) -> str:
    """The beginning of a text that holds at most `limit` tokens."""
    for seen, piece in enumerate(_PIECE.finditer(text)):
        if seen == limit:
            return text[: piece.start()]
    return text


def in_pieces(text: str, size: int = 16) -> list[str]:
    """A text cut after every `size` tokens, as a stream delivers it; joined again it is the text."""
    starts = [piece.start() for piece in _PIECE.finditer(text)][::size] or [0]
    bounds = [0, *starts[1:], len(text)]
    return [text[begin:end] for begin, end in pairwise(bounds)]
