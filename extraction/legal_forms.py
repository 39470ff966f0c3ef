"""A company's legal form may be written out, abbreviated or left away; another form is another company."""

from collections.abc import Sequence

_WAYS = {
    "gmbh": ("gmbh", "mbh", "gesellschaft mit beschrankter haftung"),
    "gmbh co kg": ("gmbh co kg", "gmbh und co kg", "gmbh and co kg"),
    "gmbh co": ("gmbh co", "gmbh und co"),
    "ag": ("ag", "aktiengesellschaft"),
    "kg": ("kg", "kommanditgesellschaft"),
    "ohg": ("ohg", "offene handelsgesellschaft"),
    "ug": ("ug", "ug haftungsbeschrankt"),
    "ek": ("ek", "e k"),
    "ev": ("ev", "e v"),
    "se": ("se",),
    "ltd": ("ltd", "limited", "co ltd", "pvt ltd", "pty ltd", "company limited"),
    "inc": ("inc", "incorporated"),
    "corp": ("corp", "corporation"),
    "co": ("co", "company"),
    "llc": ("llc", "l l c"),
    "llp": ("llp",),
    "plc": ("plc", "public limited company"),
    "sa": ("sa", "s a", "societe anonyme", "sociedad anonima"),
    "sas": ("sas", "s a s"),
    "sasu": ("sasu",),
    "sarl": ("sarl", "s a r l"),
    "srl": ("srl", "s r l"),
    "sl": ("sl", "s l", "slu"),
    "spa": ("spa", "s p a"),
    "bv": ("bv", "b v"),
    "nv": ("nv", "n v"),
    "oy": ("oy", "oyj"),
    "ab": ("ab", "aktiebolag"),
    "as": ("as", "a s"),
    "aps": ("aps",),
    "sp z o o": ("sp z o o", "spzoo", "spolka z o o"),
    "spolka akcyjna": ("spolka akcyjna",),
    "sro": ("sro", "s r o"),
    "kft": ("kft",),
    "doo": ("doo", "d o o"),
    "kk": ("kk", "kabushiki kaisha"),
}
_FORMS = {tuple(way.split()): form for form, ways in _WAYS.items() for way in ways}
_LONGEST = max(map(len, _FORMS))
_LAST_WORDS = frozenset(way[-1] for way in _FORMS)


def form_at_end(words: Sequence[str]) -> tuple[str | None, int]:
    """The legal form that a name ends with, and how many of its words that takes."""
    if not words or words[-1] not in _LAST_WORDS:
        return None, 0
    for length in range(min(_LONGEST, len(words) - 1), 0, -1):
        if form := _FORMS.get(tuple(words[-length:])):
            return form, length
    return None, 0


def form_at_start(words: Sequence[str]) -> str | None:
    """The legal form with which what follows a name begins."""
    for length in range(min(_LONGEST, len(words)), 0, -1):
        if form := _FORMS.get(tuple(words[:length])):
            return form
    return None
