"""How a request body is read, and what is said of what is missing or of the wrong kind."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.problems import ProviderProblem

Missing = Callable[[str], ProviderProblem]
MAX_BODY_BYTES = 32 * 1024 * 1024


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProviderProblem("bad_request", f"We could not parse the JSON body of your request: {error}.") from error
    if not isinstance(value, dict):
        raise ProviderProblem("bad_request", "We expected the JSON body of your request to be an object.")
    return value


def text_of(content: Any) -> str:
    """The text of a message's content: a string, or the text parts of a list."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    return "\n".join(_part_text(part) for part in content if isinstance(part, Mapping))


def _part_text(part: Mapping[str, Any]) -> str:
    if isinstance(part.get("text"), str):
        return str(part["text"])
    if part.get("type") == "tool_result":
        return text_of(part.get("content"))
    if part.get("type") == "tool_use":
        return json.dumps(part.get("input"), ensure_ascii=False)
    return ""


def positive(body: Mapping[str, Any], *names: str) -> int | None:
    """The first of these settings that is given; a value below one is the caller's mistake."""
    for name in names:
        value = body.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ProviderProblem("bad_request", f"Invalid '{name}': expected an integer >= 1.", name)
        return value
    return None


def require(body: Mapping[str, Any], name: str, kind: type, missing: Missing) -> Any:
    """A setting the request must have."""
    value = body.get(name)
    if not isinstance(value, kind) or not value:
        raise missing(name)
    return value


def items(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list, whatever else was sent."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def mapping(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A setting that is an object; an empty one where it is not given."""
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ProviderProblem("bad_request", f"Invalid type for '{name}': expected an object.", name)
    return value
