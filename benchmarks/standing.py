"""Whether a text states a gold value, by two measures: as it is written in the gold, and as what it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from extraction.document import Document
from extraction.finders import Finder
from extraction.placeholders import is_placeholder
from extraction.shape import Field
from extraction.slots import Slot, slots_of
from extraction.source import Source
from extraction.words import terms

PASSAGE = 160  # characters above which a value is a passage, which a page break or a typing error may interrupt
_RUN, _SHARE = 5, 0.6  # words in a row, and the share of such runs that must stand in a text that holds a passage


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the gold, with the field it is of and the slot it is asked for in."""

    value: Any
    field: Field
    slot: Slot

    @property
    def text(self) -> str:
        return str(self.value).replace("_", " ") if self.field.kind == "text" else str(self.value)


def values_in(record: Any, shape: Field) -> Iterator[Value]:
    """The values of a gold record that a text could state: no judgements, no placeholders."""
    for slot in slots_of(shape):
        found: Any = record
        for name in slot.path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        yield from _below(found, slot.field, slot)


def _below(value: Any, field: Field, slot: Slot) -> Iterator[Value]:
    if isinstance(value, dict):
        for child in field.fields:
            yield from _below(value.get(child.name), child, slot)
    elif isinstance(value, list):
        for each in value:
            yield from _below(each, field.item or field, slot)
    elif _says_something(value) and field.kind not in ("judgement", "summary"):
        yield Value(value, field, slot)


def _says_something(value: Any) -> bool:
    return value is not None and not isinstance(value, bool) and not is_placeholder(str(value))


class Text:
    """A text that is asked what it states, read once."""

    def __init__(self, text: str) -> None:
        self.source = Source(Document(text, (), ""))
        self._finder = Finder(self.source)
        self._plain = " ".join(text.split())
        self._runs: set[tuple[str, ...]] = set()

    def prints(self, value: Value) -> bool:
        """Character for character, as whole words, whatever blanks stand between them."""
        wanted = re.escape(" ".join(str(value.value).split()))
        return bool(wanted and re.search(rf"(?<!\w){wanted}(?!\w)", self._plain))

    def states(self, value: Value) -> bool:
        """As the number, day or name it is; a passage by most of its words in their order."""
        if len(value.text) > PASSAGE:
            return self._holds_passage(value.text)
        return bool(self._finder.find(value.text, value.field.kind).places)

    def places(self, value: Value) -> list[tuple[int, int]]:
        return list(self._finder.find(value.text, value.field.kind).places)

    def _holds_passage(self, passage: str) -> bool:
        self._runs = self._runs or set(_runs(self.source.text))
        wanted = list(_runs(passage))
        return sum(run in self._runs for run in wanted) >= _SHARE * len(wanted)


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = terms(text)
    return zip(*(words[start:] for start in range(_RUN)), strict=False)
