"""A value belongs to the field whose words stand beside it; what is said of something else speaks against it."""

from collections.abc import Iterator, Mapping, Sequence

from sandbox.answers.mentions import Mention
from sandbox.answers.wanted import Wanted
from sandbox.answers.words import Concepts

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
_NEUTRAL = frozenset(
    "number date amount document person company from recipient days weeks months person_title our page unit "
    "description time article rate issue by contact purchase sent confirm until customs address".split()
)
_SHARP = frozenset(["net", "tax", "discount", "freight", "valid", "delivery", "payment", "old", "new", "reply"])
_DECISIVE = frozenset(["net", "tax", "discount", "freight", "valid", "delivery", "payment"])
_QUALIFIERS = frozenset(["old", "new"])
_ENOUGH = 1.0
_HEARD = 0.3
_NAMED, _SAID, _BEHIND, _STRANGE, _MISSING = 3.0, 1.0, 0.6, 1.2, 0.8


def assigned(
    fields: Sequence[Wanted], mentions: Sequence[Mention], avoid: Mapping[str, frozenset[str]]
) -> dict[str, Mention]:
    """The mention of each field: the best pair first, every value for one field of its kind only."""
    pairs = [
        (score, -order, -number, field, mention)
        for order, field in enumerate(fields)
        for number, mention in enumerate(mentions)
        if _fits(field, mention)
        and not is_avoided(field, mention, avoid)
        and (score := score_of(field, mention)) >= _ENOUGH
    ]
    pairs.sort(key=lambda pair: pair[:3], reverse=True)
    chosen: dict[str, Mention] = {}
    used: set[tuple[str, object]] = set()
    for _, _, number, field, mention in pairs:
        keys = set(_keys(field, mention, number))
        if field.name not in chosen and not keys & used:
            chosen[field.name] = mention
            used |= keys
    return chosen


def _keys(field: Wanted, mention: Mention, number: int) -> Iterator[tuple[str, object]]:
    """An id is one thing's wherever it stands; an amount may be two things' at two places."""
    yield ("id", mention.value) if field.kind == "id" else ("at", number)


def is_avoided(field: Wanted, mention: Mention, avoid: Mapping[str, frozenset[str]]) -> bool:
    """Whether the mention's value was rejected for the field."""
    return mention.value in avoid.get(field.name, ())


def _fits(field: Wanted, mention: Mention) -> bool:
    if field.kind == "id":
        return mention.kind == "id"
    if field.kind == "count":
        return mention.kind in ("amount", "count")
    return field.kind == mention.kind


def score_of(field: Wanted, mention: Mention) -> float:
    """How well the words around a value speak for a field."""
    generic = _OF_KIND.get(field.kind, frozenset())
    named, said = (
        field.named - generic,
        {one for one in field.described if not one.startswith("=")} - generic - field.named,
    )
    before = mention.before
    matched, also = named & before, said & before
    behind = (named & mention.after) - before
    aside = (named & mention.around) - before - behind - {"old", "new"}
    if not matched and not behind and not aside and not _is_bare(field, before - generic):
        return 0.0
    heard = before | mention.after | mention.around
    if field.named & _DECISIVE - heard or _is_only_qualified(field, matched | aside | behind, generic, heard):
        return 0.0
    known = {one for one in before if not one.startswith("=")}
    strange = known - field.named - field.described - generic - _NEUTRAL
    missing = named - heard - _OWN
    opposed = (
        _QUALIFIERS & (before | mention.after) - field.named if _QUALIFIERS & field.named - before else frozenset()
    )
    score = (
        _NAMED * len(matched)
        + _SAID * len(also)
        + _HEARD * len(said & heard - also)
        + _BEHIND * (2 * len(behind) + len(aside))
    )
    score += 0.5 * len(generic & before & field.named)
    score -= 0.5 * len({"position", "line"} & before - field.named)
    score -= _STRANGE * len(strange) + 2 * len(strange & _SHARP) + _MISSING * len(missing)
    score -= 2 * len(opposed)
    score -= 0.1 * sum(one.startswith("=") for one in before)
    return score + _of_sort(field, mention)


def _is_only_qualified(field: Wanted, hits: Concepts, generic: Concepts, heard: Concepts) -> bool:
    """Whether something new or old is meant, but nothing says that it is the field's thing."""
    return bool(hits) and hits <= _QUALIFIERS and bool(field.named - generic - _QUALIFIERS - heard)


def _is_bare(field: Wanted, before: Concepts) -> bool:
    """Whether a label that names the kind only may be the field's: the document's own number or date."""
    return not before - _OWN - {"from"} and not field.named - _OWN


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
