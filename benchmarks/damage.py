"""Wrong values as models make them: another document's, a digit off, day and month swapped, nothing said, made up."""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Literal

from extraction.leaves import Leaf

Kind = Literal["another document's", "a digit", "day and month", "placeholder", "invented", "dropped row"]
KINDS: tuple[Kind, ...] = (
    "another document's", "a digit", "day and month", "placeholder", "invented", "dropped row",
)  # fmt: skip
PLACEHOLDERS = (
    "N/A", "unknown", "TBD", "-", "not specified", "xxx", "", "None", "k. A.", "nicht angegeben", "non spécifié",
    "no especificado", "Unbekannt", "to be determined", "[missing]", "???",
)  # fmt: skip
_FIRST = ("Aldermoor", "Brightwater", "Castellan", "Drumlin", "Eastvale", "Fernhollow", "Glenarvon", "Halvorsen")
_SECOND = ("Holdings", "Partners", "Advisory", "Logistics", "Media", "Engineering", "Committee", "Trading")
_THIRD = ("LLC", "GmbH", "Inc", "Group", "SARL", "for Congress", "Ltd", "Services")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PRINTED_DAY = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)")


@dataclass(frozen=True, slots=True)
class Damage:
    """One wrong value in an otherwise true record."""

    kind: Kind
    path: str
    value: Any
    record: dict[str, Any]


def damages(leaf: Leaf, record: dict[str, Any], others: Sequence[Any], random: Random) -> Iterator[Damage]:
    """Everything that can go wrong with one value; `others` are those of the same field elsewhere."""
    made: Mapping[Kind, Any] = {
        "another document's": random.choice(others) if others else None,
        "a digit": another_digit(leaf.value, random),
        "day and month": swapped(leaf.value),
        "placeholder": random.choice(PLACEHOLDERS),
        "invented": invented(leaf.value, random),
    }
    for kind, value in made.items():
        if value is not None and not same(value, leaf.value):
            yield Damage(kind, leaf.path, value, with_value(record, leaf.path, value))


def same(one: Any, other: Any) -> bool:
    """Whether two values of a field say the same."""
    return _plain(one) == _plain(other)


def _plain(value: Any) -> str:
    text = re.sub(r"[\W_]+", "", str(value).casefold())
    try:
        return str(float(str(value)))
    except ValueError:
        return text


def steps(path: str) -> list[str | int]:
    return [name or int(number) for name, number in _STEP.findall(path)]


def with_value(record: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The record with another value at a path."""
    changed = copy.deepcopy(record)
    *way, last = steps(path)
    holder: Any = changed
    for step in way:
        holder = holder[step]
    holder[last] = value
    return changed


def without_row(record: dict[str, Any], path: str, number: int) -> dict[str, Any]:
    """The record without one row of the list at a path."""
    changed = copy.deepcopy(record)
    holder: Any = changed
    for step in steps(path):
        holder = holder[step]
    del holder[number]
    return changed


def another_digit(value: Any, random: Random) -> Any:
    """The value with one figure changed; still a number or a day if it was one."""
    text = str(value)
    places = [at for at, sign in enumerate(text) if sign.isdigit()]
    if isinstance(value, bool) or not places:
        return None
    for _ in range(20):
        at = random.choice(places)
        digit = str((int(text[at]) + random.randint(1, 9)) % 10)
        changed = text[:at] + digit + text[at + 1 :]
        if _is_sound(changed, text) and not same(changed, text):
            return _as(value, changed)
    return None


def _is_sound(changed: str, text: str) -> bool:
    if _DAY.fullmatch(text):
        return _is_day(changed)
    if printed := _PRINTED_DAY.fullmatch(changed):
        return int(printed[1]) in range(1, 32) and int(printed[3]) in range(1, 32)
    return changed[0] != "0" or text[0] == "0" or changed[1:2] == "."


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def swapped(value: Any) -> str | None:
    """A date with its day for its month."""
    text = str(value)
    if _DAY.fullmatch(text):
        year, month, day = text.split("-")
        return f"{year}-{day}-{month}" if int(day) <= 12 and day != month else None
    if found := _PRINTED_DAY.fullmatch(text):
        one, mark, two, year = found.groups()
        return f"{two}{mark}{one}{mark}{year}" if int(one) <= 12 and int(two) <= 12 and int(one) != int(two) else None
    return None


def invented(value: Any, random: Random) -> Any:
    """Something of the same kind that looks as likely."""
    text = str(value)
    if isinstance(value, bool):
        return None
    if _is_day(text):
        return (date.fromisoformat(text) + timedelta(days=random.choice([-1, 1]) * random.randint(20, 900))).isoformat()
    if any(sign.isdigit() for sign in text) and len(text) <= 24:
        return _as(value, _other_signs(text, random))
    words = (random.choice(_FIRST), random.choice(_SECOND), random.choice(_THIRD))
    return " ".join(words[: max(1, min(3, len(text.split())))])


def _other_signs(text: str, random: Random) -> str:
    """Other figures in the same places; a printed day stays one."""
    if found := _PRINTED_DAY.fullmatch(text):
        _one, mark, _two, year = found.groups()
        return f"{random.randint(1, 12):02}{mark}{random.randint(1, 12):02}{mark}{year}"
    first = next(at for at, sign in enumerate(text) if sign.isdigit())
    figures = (str(random.randint(at == first, 9)) if sign.isdigit() else sign for at, sign in enumerate(text))
    return "".join(figures)


def _as(value: Any, text: str) -> Any:
    return type(value)(text) if isinstance(value, int | float) else text
