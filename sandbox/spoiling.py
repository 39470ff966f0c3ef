"""How an answer is spoilt: values dropped, replaced or invented, and JSON broken, each by draws alone."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.faults import Strike
from sandbox.frames import dumps
from sandbox.lots import draw, pick
from sandbox.rules import ContentRule, InvalidJson, InventedValues, MissingFields, Placeholders, TruncatedJson

Way = tuple[str | int, ...]
_WORDS = ("Northgate", "Halvorsen", "Brightwell", "Lindqvist", "Castellan", "Meridian", "Ostrava", "Pellworm")
_BROKEN = ("prose", "trailing_comma", "single_quotes", "unclosed")


def spoil_value(value: Any, strikes: tuple[Strike, ...]) -> Any:
    """The answer after the rules that change its values."""
    for strike in strikes:
        if isinstance(strike.rule, ContentRule):
            value = _spoilt(value, strike)
    return value


def spoil_text(text: str, strikes: tuple[Strike, ...]) -> tuple[str, bool]:
    """The answer's text after the rules that break it, and whether it was cut."""
    cut = False
    for strike in strikes:
        if isinstance(strike.rule, InvalidJson):
            text = _break(text, strike.rule.how or pick(_BROKEN, *strike.lot))
        elif isinstance(strike.rule, TruncatedJson):
            text, cut = text[: max(1, int(len(text) * strike.rule.at))].rstrip("}]"), True
    return text, cut


def _break(text: str, how: str) -> str:
    if how == "prose":
        return f"Here is the JSON you asked for:\n```json\n{text}\n```\nLet me know if you need anything else."
    if how == "trailing_comma":
        return f"{text[:-1]},{text[-1:]}"
    return text.replace('"', "'") if how == "single_quotes" else text[:-1]


def _spoilt(value: Any, strike: Strike) -> Any:
    rule = strike.rule
    if isinstance(rule, MissingFields):
        return _without(value, set(_chosen(_branches(value), strike)))
    if isinstance(rule, Placeholders):
        return _replaced(value, strike, _strings, lambda _, lot: pick(rule.words, *lot))
    if isinstance(rule, InventedValues):
        return _replaced(value, strike, _leaves, _invented)
    return value


def _chosen(ways: Iterator[Way], strike: Strike) -> list[Way]:
    rule = strike.rule
    if not isinstance(rule, ContentRule):
        return []
    known = list(ways)
    if rule.fields is not None:
        return [way for way in known if _name(way) in rule.fields]
    ranked = sorted(known, key=lambda way: draw(*strike.lot, *way))
    return ranked[: max(1, round(len(ranked) * rule.field_share))]


def _name(way: Way) -> str:
    return next((step for step in reversed(way) if isinstance(step, str)), "")


def _branches(value: Any, way: Way = ()) -> Iterator[Way]:
    """The ways to all properties."""
    for key, inner in _steps(value):
        if isinstance(key, str):
            yield (*way, key)
        yield from _branches(inner, (*way, key))


def _leaves(value: Any, way: Way = ()) -> Iterator[Way]:
    """The ways to all values that are something."""
    if isinstance(value, dict | list):
        for key, inner in _steps(value):
            yield from _leaves(inner, (*way, key))
    elif value is not None and not isinstance(value, bool) and value != "":
        yield way


def _strings(value: Any) -> Iterator[Way]:
    return (way for way in _leaves(value) if isinstance(_at(value, way), str))


def _steps(value: Any) -> list[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []


def _at(value: Any, way: Way) -> Any:
    for step in way:
        value = value[step]
    return value


def _without(value: Any, gone: set[Way], way: Way = ()) -> Any:
    if isinstance(value, dict):
        return {k: _without(v, gone, (*way, k)) for k, v in value.items() if (*way, k) not in gone}
    if isinstance(value, list):
        return [_without(inner, gone, (*way, position)) for position, inner in enumerate(value)]
    return value


def _replaced(
    value: Any,
    strike: Strike,
    ways: Callable[[Any], Iterator[Way]],
    make: Callable[[Any, tuple[Any, ...]], Any],
) -> Any:
    copy = json.loads(dumps(value))
    for way in _chosen(ways(copy), strike):
        if way:
            _at(copy, way[:-1])[way[-1]] = make(_at(copy, way), (*strike.lot, *way))
    return copy


def _invented(value: Any, lot: tuple[Any, ...]) -> Any:
    """Something of the same shape that is not what was there."""
    if isinstance(value, str):
        return _invented_text(value, lot)
    changed = value + 1 + int(draw(*lot) * max(9, abs(value)))
    return changed if isinstance(value, int) else round(changed + 0.37, 2)


def _invented_text(value: str, lot: tuple[Any, ...]) -> str:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return f"{int(value[:4]) + 1}-{1 + int(draw(*lot) * 12):02d}-{1 + int(draw(*lot, 'day') * 28):02d}"
    if any(sign.isdigit() for sign in value):
        return "".join(_other_digit(sign, lot, place) for place, sign in enumerate(value))
    return f"{pick(_WORDS, *lot)} {pick(_WORDS, *lot, 'second')}"


def _other_digit(sign: str, lot: tuple[Any, ...], place: int) -> str:
    return str((int(sign) + 1 + int(draw(*lot, place) * 9)) % 10) if sign in "0123456789" else sign
