"""What a document states: every day, number and sign, with the words before and after it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sandbox.answers.amounts import Amount, Mark, amounts_in
from sandbox.answers.dates import days_in
from sandbox.answers.page import Line
from sandbox.answers.words import NOTHING, Concepts, concepts_of

Kind = Literal["date", "amount", "count", "percent", "id"]
_ID = re.compile(r"(?<![\w@./+-])(?=[A-Za-z0-9./_-]*\d)[A-Z0-9]+(?:[-/._]?[A-Z0-9]+)*(?![\w@%]|[.,'’]\d)")
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3})[.!?;]\s+(?=[^\W\d_])")
_LONGEST_LABEL = 8
_SHORT = 40
_NEAR = 3
_ELSEWHERE = frozenset(["phone", "bank"])
_INSTEAD = re.compile(
    r"\b(?:instead|rather|statt|anstatt|anstelle|bisher|lieu|lugar|vez|invece|anziché|previously|zuvor)\b",
    re.IGNORECASE,
)
_BEGINNING = re.compile(
    r"\b(?:from|as of|effective|starting|ab|zum|per|dès|desde|dal|(?:compter|partir|partire)\s+d\w{1,3})"
    r"\s*(?:the|dem|le|el|il)?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A value and what is said around it; `near` are the words right before it, `label` all up to it."""

    kind: Kind
    value: str
    currency: str
    before: Concepts
    after: Concepts
    around: Concepts
    label: str
    line: int


@dataclass(frozen=True, slots=True)
class _Found:
    kind: Kind
    start: int
    end: int
    value: str
    currency: str = ""


def mentions_in(lines: Sequence[Line], mark: Mark) -> list[Mention]:
    """All mentions of the lines in their order."""
    found: list[Mention] = []
    label_above = ""
    for number, line in enumerate(lines):
        here = _found_in(line.text, mark)
        found += _in_line(line.text, here, label_above, number)
        label_above = "" if here or _is_long(line.text) else line.text
    return found


def _is_long(text: str) -> bool:
    return text.count(" ") >= _LONGEST_LABEL


def _found_in(text: str, mark: Mark) -> list[_Found]:
    if not re.search(r"\d", text):
        return []
    found = [_Found("date", day.start, day.end, day.iso) for day in days_in(text)]
    taken = [(each.start, each.end) for each in found]
    numbers = [each for each in amounts_in(text, mark) if _is_free(each.start, each.end, taken)]
    found += [_Found(_kind(each, text), each.start, each.end, str(each.value), each.currency) for each in numbers]
    taken += [(each.start, each.end) for each in found if each.currency or each.kind == "percent"]
    signs = [sign for sign in _ID.finditer(text) if _is_free(sign.start(), sign.end(), taken)]
    found += [_Found("id", sign.start(), sign.end(), sign.group()) for sign in signs]
    return sorted(found, key=lambda each: each.start)


def _kind(number: Amount, text: str) -> Kind:
    """What a number is; a bare figure among words counts something, as in an address."""
    if number.is_percent:
        return "percent"
    is_apart = bool(number.currency) or text[: number.start].rstrip(" ").endswith((":", "\t"))
    return "amount" if is_apart or re.search(r"[.,'’]", number.text) else "count"


def _is_free(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    return not any(start < last and first < end for first, last in taken)


def _in_line(text: str, found: Sequence[_Found], above: str, number: int) -> Iterator[Mention]:
    around = concepts_of(text) if found else NOTHING
    for at, each in enumerate(found):
        label = _label(text, each, found[:at]) or (above if not text[: each.start].strip(" \t:") else "")
        label = _last_words(label) if each.kind == "id" else label
        following = next((one.start for one in found[at + 1 :] if one.start >= each.end), len(text))
        after = _until_break(text[each.end : following])
        before = _before(text, each, found, concepts_of(label), around)
        yield Mention(each.kind, each.value, each.currency, before, concepts_of(after), around, label, number)


def _before(text: str, own: _Found, found: Sequence[_Found], said: Concepts, around: Concepts) -> Concepts:
    """What the words before a value say, and where it stands among others."""
    turn = _direction(text, own, found)
    said = said - {"old", "new"} | turn if turn else said
    begins = own.kind == "date" and around & {"price", "change"} and _BEGINNING.search(text[: own.start])
    return said | {"effective"} if begins else said


def _label(text: str, own: _Found, earlier: Sequence[_Found]) -> str:
    """The words from the value before to this one; where they say nothing, from the line's or sentence's beginning."""
    last = max((each.end for each in earlier if each.end <= own.start), default=0)
    for start in dict.fromkeys((last, 0)):
        label = _sentence(text[start : own.start]).strip(" \t:-–|·")
        if any(not concept.startswith("=") for concept in concepts_of(label)):
            return label
    return text[: own.start].strip(" \t:")


def _last_words(label: str) -> str:
    """A number belongs to the words right before it."""
    words = label.split()
    return label if len(words) <= _NEAR or concepts_of(label) & _ELSEWHERE else " ".join(words[-2:])


def _sentence(text: str) -> str:
    """The last sentence; a short text is one, whatever it abbreviates."""
    return _SENTENCE_END.split(text)[-1] if len(text) > _SHORT else text


def _until_break(text: str) -> str:
    return re.split(r"\t|[;:]|[.!?](?:\s|$)", text, maxsplit=1)[0]


def _direction(text: str, own: _Found, found: Sequence[_Found]) -> Concepts:
    """Of two values of a kind in one sentence the second is the new one, unless it stands instead of the first."""
    if own.kind not in ("date", "amount") or "\t" in text or (own.kind == "amount" and not own.currency):
        return NOTHING
    pair = [each for each in found if each.kind == own.kind and bool(each.currency) == bool(own.currency)]
    if len(pair) != 2:
        return NOTHING
    turned = bool(_INSTEAD.search(text[pair[0].end : pair[1].start]))
    is_new = (own is pair[1]) != turned
    return frozenset(["new" if is_new else "old"])
