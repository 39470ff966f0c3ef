"""A value belongs to the field whose words stand beside it; what is said of something else speaks against it."""

from collections.abc import Mapping, Sequence

from sandbox.answers.complaints import Blame
from sandbox.answers.mentions import Mention
from sandbox.answers.wanted import Wanted
from sandbox.answers.words import NOTHING, Concepts

# What every label of a kind says, and so tells nothing apart.
_OF_KIND: Mapping[str, Concepts] = {
    "date": frozenset(["date", "days", "time"]),
    "amount": frozenset(["amount", "number"]),
    "percent": frozenset(["rate", "number", "amount"]),
    "id": frozenset(["number"]),
    "count": frozenset(["number", "amount"]),
    "text": frozenset(["terms", "description"]),
}
# What a document says of itself without saying so: a bare date is the document's own.
_OWN = frozenset(
    ["document", "issue", "quote", "order", "invoice", "purchase", "sent", "number", "date", "confirm", "contract"]
)
_NEUTRAL_WORDS = """
number date amount document person company from recipient days weeks months person_title our page unit description time
article rate issue by contact purchase sent confirm until customs address
"""
_NEUTRAL = frozenset(_NEUTRAL_WORDS.split())
_SHARP = frozenset(["net", "tax", "discount", "freight", "valid", "delivery", "payment", "old", "new", "reply"])
_DECISIVE = frozenset(["net", "tax", "discount", "freight", "valid", "delivery", "payment"])
_QUALIFIERS = frozenset(["old", "new"])
_ENOUGH = 1.0
_HEARD = 0.3
_KIND = 0.5
_NAMED, _SAID, _BEHIND, _STRANGE, _MISSING = 3.0, 1.0, 0.6, 1.2, 0.8


def assigned(fields: Sequence[Wanted], mentions: Sequence[Mention], blame: Blame) -> dict[str, Mention]:
    """The mention of each field: the best pair first, every value for one field of its kind only."""
    pairs = [
        (score, -order, -number, field, mention)
        for order, field in enumerate(fields)
        for number, mention in enumerate(mentions)
        if _fits(field, mention)
        and not is_avoided(field, mention, blame)
        and (score := score_of(field, mention)) >= _ENOUGH
    ]
    pairs.sort(key=lambda pair: pair[:3], reverse=True)
    chosen: dict[str, Mention] = {}
    used: set[tuple[str, object]] = set()
    for _, _, number, field, mention in pairs:
        key = ("id", mention.value) if field.kind == "id" else ("at", number)  # an id is one thing's wherever it stands
        if field.name not in chosen and key not in used:
            chosen[field.name] = mention
            used.add(key)
    return chosen


def is_avoided(field: Wanted, mention: Mention, blame: Blame) -> bool:
    """Whether the mention's value was rejected for the field."""
    return mention.value in blame.values(field.name)


def _fits(field: Wanted, mention: Mention) -> bool:
    if field.kind == "id":
        return mention.kind == "id"
    if field.kind == "count":
        return mention.kind in ("amount", "count")
    return field.kind == mention.kind


def score_of(field: Wanted, mention: Mention) -> float:
    """How well the words around a value speak for a field."""
    generic = _OF_KIND.get(field.kind, frozenset())
    named = field.named - generic
    heard = mention.before | mention.after | mention.around
    hits = named & heard
    if not hits and not _is_bare(field, mention.before, generic):
        return 0.0
    if field.named & _DECISIVE - heard or _is_only_qualified(field, hits, generic, heard):
        return 0.0
    return _for(field, mention, generic) - _against(field, mention, generic) + _of_sort(field, mention)


def _for(field: Wanted, mention: Mention, generic: Concepts) -> float:
    """What speaks for it: words of the field's name, of its description, and of its kind."""
    before, after = mention.before, mention.after
    named, said = field.named - generic, field.described - field.named - generic
    matched, behind = len(named & before), len((named & after) - before)
    aside = len((named & mention.around) - before - after - _QUALIFIERS)
    also, heard = len(said & before), len(said & (after | mention.around) - before)
    score = _NAMED * matched + _BEHIND * (2 * behind + aside) + _SAID * also + _HEARD * heard
    return score + _KIND * len(generic & before & field.named)


def _against(field: Wanted, mention: Mention, generic: Concepts) -> float:
    """What speaks against it: words of other things, and words of the field that are missing."""
    before, after = mention.before, mention.after
    unknown = {one for one in before if one.startswith("=")}
    strange = before - unknown - field.named - field.described - generic - _NEUTRAL
    if not field.named - _OWN:
        strange -= _OWN  # the document may be called by its kind
    missing = field.named - generic - before - after - mention.around - _OWN
    is_turned = bool(_QUALIFIERS & field.named - before)
    opposed = _QUALIFIERS & (before | after) - field.named if is_turned else NOTHING
    of_rows = {"position", "line"} & before - field.named
    sharp = 2 * len(strange & _SHARP) if field.kind != "id" else 0  # what an order is about may stand before its number
    score = _STRANGE * len(strange) + sharp + _MISSING * len(missing)
    return score + 2 * len(opposed) + _KIND * len(of_rows) + 0.1 * len(unknown)


def _is_only_qualified(field: Wanted, hits: Concepts, generic: Concepts, heard: Concepts) -> bool:
    """Whether something new or old is meant, but nothing says that it is the field's thing."""
    return bool(hits) and hits <= _QUALIFIERS and bool(field.named - generic - _QUALIFIERS - heard)


def _is_bare(field: Wanted, before: Concepts, generic: Concepts) -> bool:
    """Whether a label that names the kind only may be the field's: the document's own number or date."""
    return bool(before) and not before - generic - _OWN - {"from"} and not field.named - _OWN


def _of_sort(field: Wanted, mention: Mention) -> float:
    """What a field's sort adds: a reference is another's number, an amount has a currency."""
    score = 0.0
    if field.kind == "id":
        refers = "reference" in field.name or "your" in field.named
        own = -2.0 if "order" not in field.named else 0.0
        score += (2.0 if refers else own) if "your" in mention.before else (-3.0 if refers else 0.0)
    if field.kind == "amount":
        score += 0.3 if mention.currency or "." in mention.value else -0.3
    return score + (1.5 if _is_short(mention) else 0.0)


def _is_short(mention: Mention) -> bool:
    return len(mention.label) < 45 and mention.label.count(" ") < 6
