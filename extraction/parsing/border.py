"""No character passes that a database, a JSON text or a reader of lines would stumble over."""

import re

# Invisible in every rendering, and in the way of search: soft hyphen, zero-width space, word joiner, byte
# order mark, direction marks, and tags, in which a text for models can hide. The zero-width joiners stay: Persian and
# Indic scripts need them.
_INVISIBLE = "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f"
_CONTROL = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
_NO_CHARACTER = "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"

_DROPPED = re.compile(f"[{_CONTROL}{_NO_CHARACTER}{_INVISIBLE}]+")
_NEWLINE = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SUSPECT = re.compile(f"[\r\x0b\x0c\x85\u2028\u2029{_CONTROL}{_NO_CHARACTER}{_INVISIBLE}]")


def sanitised(text: str) -> str:
    """The text without control characters, non-characters and invisible marks; every line ends alike."""
    if not _SUSPECT.search(text):
        return text
    return _DROPPED.sub("", _NEWLINE.sub("\n", text))


def one_line(text: str) -> str:
    """The text as a label or a header may hold it: sanitised, and every run of whitespace a blank."""
    return " ".join(sanitised(text).split())
