"""A document's top says what it is; one that is plainly of another feed's kind is not asked about in this one.

Only the plain cases are decided: the title names a kind that one feed takes, and little speaks for any other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from extraction.document import Document
from extraction.words import terms

_FILE = Path(__file__).with_name("kinds.txt")
_TOP_LINES, _TOP_CHARS = 40, 2_500
_TITLE, _LABEL, _REFERENCE, _MENTION = 6.0, 3.0, 2.0, 1.0
_LABEL_WORDS = 7
_COLON = "colon"  # stands for the sign, which folding would drop
_COMPOUND = 7  # letters of a word that others may end with
_NUMBERING = frozenset(terms("colon no nr num number nummer numero n ref of from dated date vom du del di"))
_CLEAR = 2.0  # times the strength of the next, for a document to be sorted
_SHORTEST = 3
_MAIL = "message"
_MAIL_MIMES = ("message/rfc822", "application/vnd.ms-outlook")
_SENDER = ("from ", "von ", "de ", "da ")
_SUBJECT = ("subject ", "betreff ", "objet ", "asunto ", "oggetto ")
_COMMON = frozenset(
    terms(
        "a an and any at by document documents for from in is it its kind of on one or other our own paper papers that "
        "the them these they this to us we what which with all each how as be are was has have supplier suppliers "
        "customer customers company companies business date dates amount amounts price prices record records"
    )
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a feed takes: its name, and the words for each kind of document that its description names."""

    name: str
    kinds: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sorted:
    """The feed that a document seems to belong to, and the words that say so."""

    feed: str
    words: str


def profiles_of(described: Mapping[str, str]) -> list[Profile]:
    """The profiles of feeds, from name and description; one that names no known kind is known by its own words."""
    said = {name: terms(f"{name.replace('_', ' ')} {text}") for name, text in described.items()}
    return [Profile(name, _kinds_in(words) or _own_kind(name, said)) for name, words in said.items()]


def _kinds_in(words: Sequence[str]) -> dict[str, frozenset[str]]:
    """The kinds that a description names; of `credit agreement` and `agreement` the one that says more."""
    padded = f" {_singular(words)} "
    found = {kind: {_singular(call.split()) for call in calls} for kind, calls in _lexicon().items()}
    named = {kind: [call for call in calls if f" {call} " in padded] for kind, calls in found.items()}
    longer = [call for calls in named.values() for call in calls]
    return {
        kind: _lexicon()[kind]
        for kind, calls in named.items()
        if any(not any(call != other and f" {call} " in f" {other} " for other in longer) for call in calls)
    }


def _singular(words: Sequence[str]) -> str:
    return " ".join(word.removesuffix("s") for word in words)


def _own_kind(name: str, said: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    """The words of a feed that no other feed uses."""
    others = {word for other, words in said.items() if other != name for word in words}
    own = frozenset(word for word in said[name] if word not in others | _COMMON and len(word) > _SHORTEST)
    return {name: own} if own else {}


@cache
def _lexicon() -> dict[str, frozenset[str]]:
    lines = (
        line.partition(":") for line in _FILE.read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")
    )
    return {kind: frozenset(" ".join(terms(call)) for call in calls.split(",")) for kind, _, calls in lines}


def misplaced(doc: Document, own: str, profiles: Sequence[Profile]) -> Sorted | None:
    """The other feed that the document plainly belongs to; None if it may well be right where it is."""
    seems = _plainest(_strengths(doc, profiles))
    own_kinds = next((each.kinds for each in profiles if each.name == own), None)
    return seems if seems and own_kinds and seems.feed != own else None


def routed(doc: Document, profiles: Sequence[Profile]) -> Sorted | None:
    """The feed that an unsorted document belongs to, if its top plainly says so."""
    return _plainest(_strengths(doc, profiles))


def _plainest(strengths: Mapping[str, tuple[float, str]]) -> Sorted | None:
    ranked = sorted(strengths.items(), key=lambda each: -each[1][0])
    if not ranked or ranked[0][1][0] < _LABEL:
        return None
    if len(ranked) > 1 and ranked[1][1][0] * _CLEAR > ranked[0][1][0]:
        return None
    return Sorted(ranked[0][0], ranked[0][1][1])


def _strengths(doc: Document, profiles: Sequence[Profile]) -> dict[str, tuple[float, str]]:
    """How strongly the top of the document speaks for each feed, with the words that do."""
    top = list(_top(doc.text))
    all_calls = {call for profile in profiles for calls in profile.kinds.values() for call in calls}
    all_calls |= {call for calls in _lexicon().values() for call in calls}
    found = {profile.name: _strongest(profile, doc, top, all_calls) for profile in profiles}
    return {name: each for name, each in found.items() if each[0] > 0}


def _strongest(profile: Profile, doc: Document, top: Sequence[str], known: set[str]) -> tuple[float, str]:
    best = (_mail_strength(doc, top), "it is a mail") if _MAIL in profile.kinds else (0.0, "")
    for place, line in enumerate(top):
        for call in _called(line, profile, known):
            best = max(best, (_worth(call, line) + 1 / (1 + place), call))
    return best


def _worth(call: str, line: str) -> float:
    """A title says little else, besides a number; a label a few words, a sentence many; a colon refers to something."""
    said = line.split()
    own = {*call.split(), *(word for word in said if word.endswith(call))}
    others = [word for word in said if word.isalpha() and word not in _NUMBERING and word not in own]
    if f"{call} {_COLON}" in line:
        return _REFERENCE
    if len(others) <= 1:
        return _TITLE
    return _LABEL if len(others) < _LABEL_WORDS else _MENTION


def _called(line: str, profile: Profile, known: set[str]) -> Iterator[str]:
    """The words of a profile that a line holds, unless they are part of longer words for something else."""
    padded = f" {line} "
    for calls in profile.kinds.values():
        for call in calls:
            if _holds(padded, call) and not any(
                call != longer and longer not in calls and f" {call} " in f" {longer} " and f" {longer} " in padded
                for longer in known
            ):
                yield call


def _holds(padded: str, call: str) -> bool:
    """As a word of its own, or as what a German compound is: a Handelsrechnung is a Rechnung."""
    return f" {call} " in padded or (len(call) >= _COMPOUND and " " not in call and f"{call} " in padded)


def _top(text: str) -> Iterator[str]:
    """The document's first lines, folded, without the empty ones."""
    lines = [" ".join(terms(line.replace(":", f" {_COLON} "))) for line in text[:_TOP_CHARS].split("\n")]
    yield from [line for line in lines if line][:_TOP_LINES]


def _mail_strength(doc: Document, top: Sequence[str]) -> float:
    """Nothing for what is no mail; a mail that brings documents along may be one of their kind."""
    if doc.mime not in _MAIL_MIMES and not _is_printed_mail(top):
        return 0.0
    return _TITLE if any(span.within for span in doc.spans) else _TITLE * _CLEAR + 2


def _is_printed_mail(top: Sequence[str]) -> bool:
    """By the header lines that a mail has when it is printed."""
    return any(line.startswith(_SENDER) for line in top[:5]) and any(line.startswith(_SUBJECT) for line in top[:8])
