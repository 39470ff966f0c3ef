"""What LLM_CONFIG may say; anything else is refused at load, with the field's path and the remedy."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from resources.llm.contradictions import contradictions
from resources.llm.errors import ConfigRefused, Problem
from resources.llm.sections import LlmConfig

SHIPPED = Path(__file__).with_name("default.yaml")

_REMEDIES = {
    "missing": "add it",
    "extra_forbidden": "remove it, or correct its spelling",
    "greater_than": "give a larger value; nothing is switched off by a 0",
    "too_short": "list at least one",
    "list_type": "write a list, one item a line, each beginning with '- '",
    "model_type": "write fields below it, one a line",
}


def load_config(path: Path, overrides: Mapping[str, Any] | None = None) -> LlmConfig:
    """The configuration in a file, with single values replaced; what cannot be used is refused as a whole."""
    raw = _read(path)
    problems = list(_override(raw, overrides or {}))
    if problems:
        raise ConfigRefused("the launchpad", problems)
    return check_config(raw, str(path))


def check_config(raw: Any, source: str) -> LlmConfig:
    """A configuration whose every part can be used."""
    try:
        config = LlmConfig.model_validate(raw)
    except ValidationError as error:
        raise ConfigRefused(source, [_problem(found) for found in error.errors()]) from None
    problems = list(contradictions(config))
    if problems:
        raise ConfigRefused(source, problems)
    return config


def _read(path: Path) -> Any:
    import yaml  # only who reads a file needs it

    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = f"cannot be read ({type(error).__name__}); correct LLM_CONFIG, or unset it for the shipped file"
        raise ConfigRefused(str(path), [Problem("file", why)]) from error
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        line = f"line {place.line + 1}" if place else "file"
        raise ConfigRefused(str(path), [Problem(line, f"is not YAML: {getattr(error, 'problem', error)}")]) from error
    if not isinstance(raw, dict):
        raise ConfigRefused(str(path), [Problem("file", "holds no endpoints; start from the shipped file")])
    return raw


def _problem(found: Mapping[str, Any]) -> Problem:
    message = str(found["msg"]).removeprefix("Value error, ")
    remedy = _REMEDIES.get(found["type"])
    return Problem(dotted(found["loc"]), f"{message}; {remedy}" if remedy else message)


def dotted(parts: Iterable[str | int]) -> str:
    """`endpoints[1].model`."""
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path or "file"


def _override(raw: Any, overrides: Mapping[str, Any]) -> Iterator[Problem]:
    """Replace single values in place; the file's own entries are found by their names."""
    for section, key in (("endpoints", "name"), ("routes", "task")):
        entries = raw.get(section)
        known = {entry.get(key): entry for entry in entries or () if isinstance(entry, dict)}
        for name, values in overrides.get(section, {}).items():
            if name not in known:
                yield Problem(f"{section}.{name}", f"the file has no such {key}; it has {', '.join(map(str, known))}")
            else:
                _update(known[name], values)
    if "budgets" in overrides:
        raw["budgets"] = overrides["budgets"]


def _update(section: dict[str, Any], values: Mapping[str, Any]) -> None:
    """Value by value, also within a section."""
    for name, value in values.items():
        inner = section.get(name)
        if isinstance(value, dict) and isinstance(inner, dict):
            _update(inner, value)
        else:
            section[name] = value
