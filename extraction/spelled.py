"""Numbers up to a hundred as six languages spell them out: two, twenty-five, fünfundzwanzig."""

from collections import defaultdict
from collections.abc import Iterator

from extraction.numbers import NUMBER_WORDS
from extraction.words import folded

_ENGLISH = "twenty thirty forty fifty sixty seventy eighty ninety", "one two three four five six seven eight nine"
_GERMAN = (
    "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig",
    "ein zwei drei vier funf sechs sieben acht neun",
)
_DUTCH = (
    "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
    "een twee drie vier vijf zes zeven acht negen",
)
_ITALIAN = (
    "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
    "uno due tre quattro cinque sei sette otto nove",
)
_SPANISH = (
    "veinti treintay cuarentay cincuentay sesentay setentay ochentay noventay",
    "uno dos tres cuatro cinco seis siete ocho nueve",
)
_FRENCH = "vingt trente quarante cinquante soixante"
_FRENCH_UNITS = (
    "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dixsept dixhuit dixneuf"
)


def _compounds() -> Iterator[tuple[int, str]]:
    for tens, units in (_ENGLISH, _GERMAN, _DUTCH, _ITALIAN, _SPANISH):
        for ten, name in enumerate(tens.split(), start=2):
            for unit, beside in enumerate(units.split(), start=1):
                yield 10 * ten + unit, _joined(tens, name, beside)
    for ten, name in enumerate(_FRENCH.split(), start=2):
        for unit, beside in enumerate(_FRENCH_UNITS.split()[: 19 if name == "soixante" else 9], start=1):
            yield 10 * ten + unit, f"{name}{'et' if unit in (1, 11) else ''}{beside}"
    yield from ((80 + unit, f"quatrevingt{beside}") for unit, beside in enumerate(_FRENCH_UNITS.split(), start=1))
    yield 80, "quatrevingts"


def _joined(tens: str, name: str, beside: str) -> str:
    if tens == _GERMAN[0]:
        return f"{beside}und{name}"
    if tens == _DUTCH[0]:
        return f"{beside}en{name}"
    is_elided = tens == _ITALIAN[0] and beside[0] in "uo"
    return f"{name[:-1] if is_elided else name}{beside}"


def _names() -> dict[int, tuple[str, ...]]:
    names: dict[int, list[str]] = defaultdict(list)
    for word, number in NUMBER_WORDS.items():
        names[number].append(word)
    for number, word in _compounds():
        names[number].append(folded(word))
    return {number: tuple(dict.fromkeys(words)) for number, words in names.items()}


NAMES = _names()
