"""A breaker as a row; a row that another version of the model wrote is an endpoint of which nothing is known."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from resources.llm.health.breaker import Breaker

_MODEL = 1


@cache
def _adapter() -> TypeAdapter[Breaker]:
    return TypeAdapter(Breaker)


def as_row(breaker: Breaker) -> dict[str, Any]:
    return {"model": _MODEL, **_adapter().dump_python(breaker, mode="json")}


def from_row(row: Mapping[str, Any] | None) -> Breaker:
    if not row or row.get("model") != _MODEL:
        return Breaker()
    try:
        return _adapter().validate_python(row)
    except ValidationError:
        return Breaker()
