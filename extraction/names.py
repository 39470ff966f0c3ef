"""Words are stated where they stand together: across line ends, in another legal form, or spread by a layout."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from extraction import legal_forms
from extraction.numbers import NUMBER_WORDS
from extraction.source import Place, Source
from extraction.words import terms

_CONNECTING_WORDS = "and und et y e og och en the of de la du des der die das zu"
_CONNECTING = frozenset(_CONNECTING_WORDS.split())
_FIGURES = {str(number): number for number in range(101)}
_ADDRESS_END = re.compile(r"@|\.[a-z]{2,}")
_MOST = 32
_LONGEST_FORM = 24  # characters

Unit = tuple[str, ...]


def verbatim(text: str, source: Source) -> list[Place]:
    """Where the words stand one after the other, whatever stands between them."""
    if not re.search(r"\w", text):
        return occurrences(text.strip(), source.text)
    form, length = legal_forms.form_at_end(terms(text))
    runs = (
        run
        for run in source.words.runs(text, _MOST)
        if not (form and _has_other_form(run[1] - length + 1, form, source))
    )
    return [place for run in runs if not _is_torn(place := source.words.span(*run), source.text)]


def _has_other_form(first: int, form: str, source: Source) -> bool:
    """Whether the legal form goes on: a GmbH & Co. KG is no GmbH."""
    return _form_after(first - 1, source) not in (None, form)


def _is_torn(place: Place, text: str) -> bool:
    """Whether a number goes on where the value ends: 9,865 is not what 9,865.00 or 9,865,400 says of itself."""
    start, end = place
    goes_on = text[end - 1].isdigit() and re.match(r"[.,'’]\d", text[end : end + 2])
    comes_from = text[start].isdigit() and re.match(r"\d[.,'’]", text[max(start - 2, 0) : start])
    return bool(goes_on or comes_from)


def occurrences(part: str, text: str) -> list[Place]:
    """Where a part of the text stands, sign by sign."""
    places: list[Place] = []
    at = text.find(part)
    while part and at >= 0 and len(places) < _MOST:
        places.append((at, at + len(part)))
        at = text.find(part, at + 1)
    return places


def company(text: str, source: Source) -> list[Place]:
    """The name with its legal form written otherwise, or left away; not with another form, not in an address."""
    words = terms(text)
    form, length = legal_forms.form_at_end(words)
    if form is None:
        return []
    places = []
    for first in source.words.places(words[0])[:_MOST]:
        last = first + len(words) - length - 1
        place = _sequence(words[:-length], first, source)
        if place and not _is_address(place, source.text) and _form_after(last, source) in (None, form):
            places.append(place)
    return places


def _sequence(wanted: Sequence[str], first: int, source: Source) -> Place | None:
    """The words from `first` on, if they are the wanted ones."""
    found = source.words.texts[first : first + len(wanted)]
    return source.words.span(first, first + len(wanted) - 1) if found == list(wanted) else None


def _is_address(place: Place, text: str) -> bool:
    """Whether a name is part of an e-mail or web address."""
    return text[place[0] - 1 : place[0]] in ("@", ".") or bool(_ADDRESS_END.match(text, place[1]))


def _form_after(last: int, source: Source) -> str | None:
    return legal_forms.form_at_start(source.words.texts[last + 1 : last + 6])


def nearby(text: str, source: Source) -> list[Place]:
    """The value's words close together, in whatever order the layout put them and with a number spelled out."""
    units = [unit for part in text.split() if (unit := _unit(part)) and not _CONNECTING.issuperset(unit)]
    if len(units) < 2 or not any(word.isalpha() for unit in units for word in unit):
        return []
    at = {unit: _places_of(unit, source) for unit in units}
    rarest = min(units, key=lambda unit: len(at[unit]))
    reach = 2 * len(units) + 4 if len(units) > 3 else len(units) + 3
    found = (_gathered(units, at, place, reach, source) for place in at[rarest][:_MOST])
    return [place for place in found if place and not _goes_on(text, place, source)]


def _goes_on(text: str, place: Place, source: Source) -> bool:
    """Whether the legal form at the end of a name is the beginning of another there."""
    words = terms(text)
    form, length = legal_forms.form_at_end(words)
    behind = terms(source.text[place[1] : place[1] + _LONGEST_FORM])
    return form is not None and legal_forms.form_at_start((*words[-length:], *behind)) != form


def _unit(part: str) -> Unit:
    """What stands between two blanks: its words belong together, as in CD-6."""
    return tuple(str(NUMBER_WORDS.get(word, word)) for word in terms(part))


def _places_of(unit: Unit, source: Source) -> list[int]:
    """The numbers of the words at which a unit begins; a number also where it is spelled out."""
    places = source.words.places(unit[0])
    if len(unit) > 1:
        return [place for place in places if _sequence(unit, place, source)]
    if unit[0] not in _FIGURES:
        return places
    names = (name for name, meant in NUMBER_WORDS.items() if meant == _FIGURES[unit[0]])
    return sorted([*places, *(place for name in names for place in source.words.places(name))])


def _gathered(units: Sequence[Unit], at: dict[Unit, list[int]], place: int, reach: int, source: Source) -> Place | None:
    near = [_nearest(at[unit], place) for unit in units]
    if any(one is None or abs(one - place) > reach for one in near):
        return None
    numbers = [one for one in near if one is not None]
    loose = (unit[0].isdigit() and len(unit) == 1 and _is_alone(number, numbers) for number, unit in enumerate(units))
    if any(loose):
        return None
    return source.words.span(min(numbers), max(n + len(unit) - 1 for n, unit in zip(numbers, units, strict=True)))


def _is_alone(number: int, places: Sequence[int]) -> bool:
    """Whether a figure stands away from both of its neighbours: then it may belong to anything."""
    beside = [places[other] for other in (number - 1, number + 1) if 0 <= other < len(places)]
    return all(abs(places[number] - other) > 3 for other in beside)


def _nearest(places: Sequence[int], wanted: int) -> int | None:
    at = bisect_left(places, wanted)
    return min(places[max(at - 1, 0) : at + 1], key=lambda place: abs(place - wanted), default=None)
