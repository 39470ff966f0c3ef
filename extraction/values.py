"""An answer is read as what it means: a placeholder is a missing value, a number a number however written."""

import math
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from extraction.amounts import as_decimal
from extraction.dates import read_date
from extraction.numbers import read_number
from extraction.placeholders import is_placeholder
from extraction.shape import Field

# jsonb takes neither NULs nor half of a surrogate pair, whatever a model makes of a document.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_DROP = object()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the answer at a path, before the model's own rules are asked."""

    path: str
    kind: Literal["shape", "type", "placeholder"]
    why: str


@dataclass(slots=True)
class Cleaned:
    """An answer as its fields read it, with what was wrong."""

    value: Any
    problems: list[Problem] = field(default_factory=list)


def cleaned(answer: Any, shape: Field) -> Cleaned:
    """The answer without placeholders and unknown keys, and what does not have the record's shape."""
    result = Cleaned(None)
    if not isinstance(answer, dict):
        result.problems.append(Problem("", "shape", f"is {_kind_of(answer)}, not an object"))
    elif not answer.keys() & {child.name for child in shape.fields}:
        result.problems.append(Problem("", "shape", "holds none of the fields"))
    else:
        result.value = _clean(answer, shape, "", result.problems)
    return result


def _clean(value: Any, shape: Field, path: str, problems: list[Problem]) -> Any:
    if value is None:
        return None
    if shape.kind == "object":
        return _clean_object(value, shape, path, problems)
    if shape.item:
        return _clean_list(value, shape.item, path, problems)
    if shape.kind == "union":
        return _clean_union(value, shape, path, problems)
    return _clean_leaf(value, shape, path, problems)


def _clean_object(value: Any, shape: Field, path: str, problems: list[Problem]) -> Any:
    if not isinstance(value, dict):
        problems.append(Problem(path, "shape", f"is {_kind_of(value)}, not an object"))
        return None
    known = {}
    for child in shape.fields:
        if child.name in value:
            below = f"{path}.{child.name}" if path else child.name
            known[child.name] = _clean(value[child.name], child, below, problems)
    # A field that has a default and takes no null gets its default by not being there.
    return {child.name: known[child.name] for child in shape.fields if _is_told(child, known)}


def _is_told(child: Field, known: dict[str, Any]) -> bool:
    if child.name not in known:
        return False
    told = known[child.name]
    if child.kind == "object" and not child.required and is_empty(told):
        return False
    return told is not None or child.required or child.nullable


def _clean_list(value: Any, item: Field, path: str, problems: list[Problem]) -> Any:
    if not isinstance(value, list):
        problems.append(Problem(path, "shape", f"is {_kind_of(value)}, not a list"))
        return None
    for number, each in enumerate(value):
        if isinstance(each, str) and not each.strip():
            problems.append(Problem(f"{path}[{number}]", "placeholder", "is empty"))
    items = (_clean(each, item, f"{path}[{number}]", problems) for number, each in enumerate(value))
    return [each for each in items if not is_empty(each)]


def _clean_union(value: Any, shape: Field, path: str, problems: list[Problem]) -> Any:
    """The first of several types that the value has without a problem; what none has is left to Pydantic."""
    for option in shape.fields:
        found: list[Problem] = []
        result = _clean(value, option, path, found)
        if not found:
            return result
    return _storable(value)


def _clean_leaf(value: Any, shape: Field, path: str, problems: list[Problem]) -> Any:
    if isinstance(value, dict | list):
        problems.append(Problem(path, "type", f"is {_kind_of(value)}, not a single value"))
        return None
    if isinstance(value, str):
        return _clean_text(_storable(value), shape, path, problems)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if shape.json_type == "string" and not shape.choices and isinstance(value, int | float | Decimal):
        return value if isinstance(value, bool) else str(value)
    return value


def _clean_text(value: str, shape: Field, path: str, problems: list[Problem]) -> Any:
    chosen = _choice(value, shape)
    if chosen is not _DROP:
        return chosen
    if is_placeholder(value):
        if value.strip():
            problems.append(Problem(path, "placeholder", f"{value.strip()[:40]!r} is no value"))
        return None
    if shape.kind == "number":
        return _number(value, path, problems)
    if shape.kind == "date" and shape.format == "date":
        return _date(value)
    return value.strip()


def _choice(value: str, shape: Field) -> Any:
    """The choice that was meant, in whatever case it was written; N/A may be one of them."""
    exact = [choice for choice in shape.choices if choice == value]
    near = [choice for choice in shape.choices if str(choice).casefold() == value.strip().casefold()]
    return (exact or near or [_DROP])[0]


def _number(value: str, path: str, problems: list[Problem]) -> Any:
    number = as_decimal(value)
    number = as_decimal(read_number(value)) if number is None else number
    if number is None:
        problems.append(Problem(path, "type", f"{value.strip()[:40]!r} is no number"))
    return number


def _date(value: str) -> str:
    days = () if re.fullmatch(r"\d{4}-\d\d-\d\d.*", value) else read_date(value, (True, True))
    return days[0].isoformat() if len(days) == 1 else value


def is_empty(value: Any) -> bool:
    """Whether nothing is said in it."""
    if isinstance(value, dict):
        return all(is_empty(each) for each in value.values())
    return value is None or (isinstance(value, list) and not value)


def storable(value: Any) -> Any:
    """The value as JSON and a database take it, without validation."""
    if isinstance(value, dict):
        return {str(key): storable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [storable(each) for each in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return _storable(value)


def _storable(value: Any) -> Any:
    return _UNSTORABLE.sub("", value) if isinstance(value, str) else value


def _kind_of(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "a truth value", type(None): "null"}
    return names.get(type(value), "a number")
