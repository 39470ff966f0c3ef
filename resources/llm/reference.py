"""The tables of docs/llm.md are made from the code they speak of: `python -m resources.llm.reference` writes them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from resources.llm.errors import EndpointFailed
from resources.llm.sections import LlmConfig

PAGE = Path(__file__).parents[2] / "docs" / "llm.md"

_THEN = {"retry_here": "here again, then elsewhere", "go_elsewhere": "elsewhere", "stop": "the call ends"}
_SPEND = {"nothing": "nothing", "reported": "what it reports", "ambiguous": "anything up to the whole call"}


def filled(page: str) -> str:
    """The page with its tables as they have to be now."""
    for name, rows in (("errors", _errors()), ("fields", _fields(LlmConfig, ""))):
        head = _HEADS[name]
        table = "\n".join([f"<!-- {name} -->", head, "|---" * (head.count("|") - 1) + "|", *rows, f"<!-- /{name} -->"])
        page = re.sub(f"<!-- {name} -->.*?<!-- /{name} -->", lambda _, table=table: table, page, flags=re.DOTALL)  # type: ignore[misc]
    return page


_HEADS = {
    "errors": "| what came | the call goes on | asked again there | counts against health | may have cost |",
    "fields": "| field | default | meaning |",
}


def _errors() -> Iterator[str]:
    for leaf in EndpointFailed.__subclasses__():
        again, counts = ("yes" if fact else "no" for fact in (leaf.again, leaf.counts_against_health))
        yield f"| `{leaf.name}`: it {leaf.happened} | {_THEN[leaf.then]} | {again} | {counts} | {_SPEND[leaf.spend]} |"


def _fields(section: type[BaseModel], path: str) -> Iterator[str]:
    for name, field in section.model_fields.items():
        inner = _section_of(field.annotation)
        is_list = inner is not None and str(field.annotation).startswith("list")
        place = f"{path}{name}{'[]' if is_list else ''}"
        yield f"| `{place}` | {'' if inner else _default(field)} | {field.description} |"
        if inner is not None:
            yield from _fields(inner, f"{place}.")


def _section_of(annotation: Any) -> type[BaseModel] | None:
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "required"
    return "" if field.default is None else f"`{field.default}`"


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
