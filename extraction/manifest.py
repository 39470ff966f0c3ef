"""feed.yaml is read strictly: what it says is what happens, and what cannot be meant is refused with its line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from extraction.broken_feed import BrokenSetting, BrokenYaml, MissingFile, UnreadableFile, nearest
from extraction.settings import IntakeManifest, Manifest, known_settings

Path_ = tuple[Any, ...]


def read_text(file: Path) -> str:
    """The file's text, or the sentence that says why there is none."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise MissingFile(file) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(file, getattr(error, "strerror", None) or "it is not UTF-8") from error


def read_manifest(file: Path) -> Manifest:
    """feed.yaml, checked."""
    node = _compose(file, read_text(file))
    lines = dict(_lines(file, node, ()))
    content = yaml.SafeLoader("").construct_document(node) if node else None
    if not isinstance(content, dict):
        raise BrokenYaml(file, 1, "it holds no settings")
    return _validated(file, content, lines)


def _compose(file: Path, text: str) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise BrokenYaml(file, line, f"it is no valid YAML ({error.problem})") from error
    except yaml.YAMLError as error:
        raise BrokenYaml(file, None, f"it is no valid YAML ({str(error).splitlines()[0]})") from error
    return node


def _lines(file: Path, node: yaml.Node | None, path: Path_) -> Iterator[tuple[Path_, int]]:
    """The line on which every setting stands; YAML itself would let a repeated one win in silence."""
    if not isinstance(node, yaml.MappingNode):
        return
    seen: dict[Any, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if key.value in seen:
            raise BrokenYaml(file, line, f"{key.value!r} is set twice (first in line {seen[key.value]})")
        seen[key.value] = line
        yield (*path, key.value), line
        yield from _lines(file, value, (*path, key.value))


def _validated(file: Path, content: dict[Any, Any], lines: dict[Path_, int]) -> Manifest:
    try:
        kind = IntakeManifest if content.get("intake") is True else Manifest
        return kind.model_validate({str(key): value for key, value in content.items()})
    except ValidationError as error:
        raise _setting(file, error.errors()[0], lines) from error


def _setting(file: Path, error: ErrorDetails, lines: dict[Path_, int]) -> BrokenSetting:
    path = error["loc"]
    line = next((lines[path[:depth]] for depth in range(len(path), 0, -1) if path[:depth] in lines), None)
    problem, remedy = _said(error, path)
    return BrokenSetting(file, line, ".".join(map(str, path)), problem, remedy)


def _said(error: ErrorDetails, path: Path_) -> tuple[str, str]:
    if error["type"] == "extra_forbidden":
        return "there is no such setting", nearest(str(path[-1]), known_settings(path[:-1]))
    if error["type"] == "missing":
        return "the setting is missing", f"Add a line '{path[-1]}: …'."
    if error["type"] == "string_type":
        return f"{error['input']!r} is no text", f"Put it in quotes: '{path[-1]}: \"{error['input']}\"'."
    problem = error["msg"].removeprefix("Value error, ")
    return f"{problem[:1].lower()}{problem[1:]}", f"It is now {error['input']!r}."
