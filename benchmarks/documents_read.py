"""A gold document as our reader and our chunker make it, with the values that it should hold."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from benchmarks.gold import Gold
from benchmarks.standing import Text, Value, values_in
from extraction.chunking import Chunk, chunk
from extraction.dialogue import is_asked_whole
from extraction.document import Document
from extraction.parsing import Unreadable, parse
from extraction.parts import Room, room
from extraction.settings import FeedSettings
from extraction.shape import Field
from extraction.slots import at, slots_of

SETTINGS = FeedSettings.model_validate({})
RETRIEVAL = SETTINGS.retrieval


@dataclass
class Read:
    """One document; `document` is None where there is nothing to read, and `cause` says why."""

    gold: Gold
    shape: Field
    document: Document | None
    chunks: Sequence[Chunk] = ()
    cause: str = ""

    @cached_property
    def values(self) -> list[Value]:
        return list(values_in(self.gold.fields, self.shape))

    @cached_property
    def text(self) -> Text:
        return Text(self.document.text if self.document else "")

    @cached_property
    def stated(self) -> list[Value]:
        return [value for value in self.values if self.text.states(value)]

    @property
    def is_searched(self) -> bool:
        """Whether the pipeline would choose among its chunks; shorter documents are given to the model whole."""
        return not is_asked_whole(self.text.source.document, self.chunks, SETTINGS, self.shape)

    @property
    def spread(self) -> Field:
        """The record's lists, which are read part by part."""
        return self.shape.only(tuple(slot.path for slot in slots_of(self.shape) if slot.field.has_list))

    @property
    def most(self) -> Room:
        """What fits into a part."""
        return room(RETRIEVAL.pass_chars, self.spread, SETTINGS.max_tokens)

    def rows(self) -> Iterator[list[Value]]:
        """The rows of the record's lists of objects, each as its values."""
        for slot in slots_of(self.shape):
            item, found = slot.field.item, at(self.gold.fields, slot.path)
            if item and item.fields and isinstance(found, list):
                for row in found:
                    yield list(values_in(_record(row), item))


def _record(row: Any) -> dict[str, Any]:
    return row if isinstance(row, dict) else {}


@dataclass
class Tally:
    """What was counted over the documents so far, and what was missed."""

    counts: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    def share(self, part: str, whole: str) -> str:
        of = self.counts[whole]
        return f"{self.counts[part]}/{of} = {self.counts[part] / of:.1%}" if of else "none"

    def miss(self, read: Read, value: Value, why: str) -> None:
        self.missed.append(f"{read.gold.file.name}: {value.slot.path} {value.text[:60]!r} {why}")


def read_gold(gold: Gold, shape: Field, chunk_chars: int) -> Read:
    """The document as it is read and cut."""
    try:
        document = parse(gold.file.name, gold.file.read_bytes())
    except Unreadable as why:
        return Read(gold, shape, None, cause=why.cause)
    return Read(gold, shape, document, chunk(gold.file.name, document, chunk_chars))
