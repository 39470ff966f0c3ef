"""What a person writes into a record is held against the feed's schema before it counts, each error a sentence."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from extraction.feed import Feed
from extraction.values import storable

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_PATH = re.compile(r"[^.\[\]]+(?:\.[^.\[\]]+|\[\d+\])*")


class BadCorrection(ValueError):
    """What a person wrote cannot be a record of this feed."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__(" ".join(self.sentences))


def corrected(feed: Feed, record: Mapping[str, Any]) -> dict[str, Any]:
    """The record as the feed's schema has it; raises BadCorrection."""
    try:
        return dict(storable(feed.schema.model_validate(record).model_dump(mode="json")))
    except ValidationError as invalid:
        raise BadCorrection([_sentence(feed, error["loc"], error["msg"]) for error in invalid.errors()]) from invalid
    except Exception as error:  # a rule of the feed's own that did not think of this
        problem = f"A rule of {feed.name}/schema.py failed with {type(error).__name__}: {error}."
        raise BadCorrection([problem]) from error


def _sentence(feed: Feed, location: Sequence[int | str], message: str) -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location).lstrip(".")
    said = message.removeprefix("Value error, ").removeprefix("Assertion failed, ").rstrip(".")
    return f"{path or feed.schema.__name__}: {said}."


def changed(record: Mapping[str, Any] | None, settings: Sequence[str]) -> dict[str, Any]:
    """The record with values set, each as `path=value`: JSON where it is JSON, else text; `lines[+]` adds a row."""
    new = json.loads(json.dumps(dict(record or {})))
    for setting in settings:
        path, equals, value = setting.partition("=")
        path, adds = path.strip().removesuffix("[+]"), path.strip().endswith("[+]")
        if not equals or not _PATH.fullmatch(path):
            raise BadCorrection([f"{setting!r} sets nothing: write path=value, such as lines[0].quantity=12."])
        _set(new, path, _value(value), adds)
    return dict(new)


def _value(text: str) -> Any:
    """Numbers stay text: the schema reads them, and 12.50 keeps its digits."""
    if text[:1] not in ("{", "[", '"') and text not in ("null", "true", "false"):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _set(record: dict[str, Any], path: str, value: Any, adds: bool) -> None:
    *way, last = [name or int(number) for name, number in _STEP.findall(path)]
    inside: Any = record
    for step in way:
        inside = _step(inside, step, path)
    if adds:
        rows = inside.get(last) if isinstance(inside, dict) else _step(inside, last, path)
        inside[last] = [*(rows or []), value]
    elif isinstance(last, int):
        _step(inside, last, path)
        inside[last] = value
    elif isinstance(inside, dict):
        inside[last] = value
    else:
        raise BadCorrection([f"{path}: there is nothing named {last!r} to set."])


def _step(inside: Any, step: int | str, path: str) -> Any:
    if isinstance(step, int) and isinstance(inside, list) and step < len(inside):
        return inside[step]
    if isinstance(step, str) and isinstance(inside, dict) and isinstance(inside.get(step), dict | list):
        return inside[step]
    there = f"it has {len(inside)} rows" if isinstance(inside, list) else "no such part"
    raise BadCorrection([f"{path}: the record does not reach that far ({there})."])
