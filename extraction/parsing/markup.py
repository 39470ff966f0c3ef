"""HTML whose size, depth or attributes would cost its parser too much is read as a run of words instead."""

import re
from html import unescape

# The parser's time grows with the square of the depth and of the attributes of one element. Markup shorter
# than this cannot be deep enough to take a second, and is not looked at.
_HARMLESS_CHARACTERS = 100_000
_MOST_CHARACTERS = 20_000_000  # the tree takes some thirty times its source
_DEEPEST = 5_000
_MOST_ATTRIBUTES = 5_000

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)([^<>]*)")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_ATTRIBUTE = re.compile(r"[\s/]+[^\s/=]")
_VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))
_CLOSED_BY_THE_NEXT = frozenset(("p", "li", "dd", "dt", "td", "th", "tr", "tbody", "thead", "tfoot", "option"))
_NEVER_DEEP = _VOID | _CLOSED_BY_THE_NEXT
_UNSEEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_ANY_TAG = re.compile(r"<[^<>]*>")


def is_tame(markup: str) -> bool:
    """False where a parser would be kept busy on purpose."""
    if len(markup) < _HARMLESS_CHARACTERS:
        return True
    return len(markup) <= _MOST_CHARACTERS and _is_flat(markup)


def _is_flat(markup: str) -> bool:
    depth = 0
    for tag in _TAG.finditer(markup):
        closing, name, rest = tag.groups()
        if name.lower() not in _NEVER_DEEP:
            depth = max(depth - 1, 0) if closing else depth + 1
        if depth > _DEEPEST or _has_too_many_attributes(rest):
            return False
    return True


def _has_too_many_attributes(inside: str) -> bool:
    if len(inside) < 2 * _MOST_ATTRIBUTES:
        return False
    return len(_ATTRIBUTE.findall(_QUOTED.sub("", inside))) > _MOST_ATTRIBUTES


def words_of(markup: str) -> str:
    """The text without its tags: no layout, but nothing lost."""
    lines = _ANY_TAG.sub("\n", _UNSEEN.sub("\n", markup)).split("\n")
    return "\n".join(text for line in lines if (text := unescape(line).strip()))
