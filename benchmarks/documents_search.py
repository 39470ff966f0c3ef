"""Whether the chunks of a value's own question hold it, and what all questions about a document cost.

A question is about one slot of the record (a value or a small object) and takes the document's first chunk and the
best others, 3 or 5 in all. Questions whose chunks overlap are asked together; that changes nothing for the value.
"""

from collections.abc import Iterator

from benchmarks.documents_read import RETRIEVAL, Read, Tally
from benchmarks.plain_search import PlainSearch
from benchmarks.standing import PASSAGE, Text, Value
from extraction import prompt
from extraction.parts import parts_of
from extraction.retrieval import A_QUESTION, Index, packed, query_of, taken
from extraction.shape import Field
from extraction.slots import Slot, slots_of

SIZES = (3, 5)
KINDS = {
    "single": "single values in",
    "short": "  without passages,",
    "listed": "  (items of lists, which are read and not searched,",
}
CHARS_A_TOKEN = 4


def count_search(read: Read, tally: Tally) -> None:
    """Over the documents that are long enough to be searched, and the values that their text states."""
    if read.is_searched:
        tally.counts["searched documents"] += 1
        sides = _Sides(read)
        for value in read.stated:
            if not value.slot.field.has_list:
                sides.count(value, "single", tally)
                if len(value.text) <= PASSAGE:
                    sides.count(value, "short", tally)
            elif _is_plain_list(value.slot.field):
                sides.count(value, "listed", tally)


class _Sides:
    """One document's chunks under our ranking and under the plain one."""

    def __init__(self, read: Read) -> None:
        texts = [chunk.text for chunk in read.chunks]
        self._read, self._ours, self._plain = read, Index(texts), PlainSearch(texts)
        self._ranked: dict[str, dict[str, list[int]]] = {}
        self._shown: dict[tuple[int, ...], Text] = {}

    def count(self, value: Value, kind: str, tally: Tally) -> None:
        tally.counts[kind] += 1
        for side, ranked in self._rankings(value.slot).items():
            for size in SIZES:
                found = self._show(taken(ranked, size)).states(value)
                tally.counts[f"{kind} {side} {size}"] += found
                if side == "ours" and kind == "single" and not found:
                    tally.miss(self._read, value, f"is not in its {size} chunks")

    def _rankings(self, slot: Slot) -> dict[str, list[int]]:
        if slot.path not in self._ranked:
            ours = self._ours.ranked(query_of(slot.field, slot.above))
            self._ranked[slot.path] = {"ours": ours, "plain": self._plain.ranked(slot.field)}
        return self._ranked[slot.path]

    def _show(self, places: tuple[int, ...]) -> Text:
        if places not in self._shown:
            self._shown[places] = Text("\n".join(self._read.chunks[place].text for place in places))
        return self._shown[places]


def _is_plain_list(field: Field) -> bool:
    return field.item is not None and not field.item.fields and not field.item.item


def count_tokens(read: Read, tally: Tally) -> None:
    """What is sent of a document when every question is answered at once, beside all of it in one question."""
    if read.document is not None:
        asked = list(_questions(read))
        if read.is_searched:
            tally.counts["searched whole"] += len(prompt.for_whole("", "", read.shape, read.text.source.text))
            tally.counts["excerpts"] += sum(map(len, _excerpts(read)))
        tally.counts["documents"] += 1
        tally.counts["calls"] += len(asked)
        tally.counts["asked"] += sum(map(len, asked))
        tally.counts["whole"] += len(prompt.for_whole("", "", read.shape, read.text.source.text))


def _questions(read: Read) -> Iterator[str]:
    """The prompts as the pipeline writes them."""
    if read.document is None or not read.is_searched:
        yield prompt.for_whole("", "", read.shape, read.text.source.text)
        return
    yield from _excerpts(read)
    if read.spread.fields:
        for part in parts_of(read.document, read.chunks, read.most):
            yield prompt.for_part("", "", read.spread, part)


def _excerpts(read: Read) -> Iterator[str]:
    """The questions about single values, as many chunks each as at first."""
    slots = [slot for slot in slots_of(read.shape) if not slot.field.has_list]
    index = Index([chunk.text for chunk in read.chunks])
    found = {slot.path: taken(index.ranked(query_of(slot.field, slot.above)), RETRIEVAL.chunks) for slot in slots}
    for question in packed(found, A_QUESTION):
        chosen = [read.chunks[place] for place in question.chunks]
        yield prompt.for_excerpts("", "", read.shape.only(question.paths), chosen, read.text.source.text)


def search_lines(tally: Tally) -> Iterator[str]:
    yield f"documents that are searched    {tally.counts['searched documents']} (the others are asked whole)"
    for kind, said in KINDS.items():
        if tally.counts[kind]:
            for size in SIZES:
                ours, plain = tally.share(f"{kind} ours {size}", kind), tally.share(f"{kind} plain {size}", kind)
                yield f"{said} {size} chunks   {ours}; plain BM25: {plain}"


def token_lines(tally: Tally) -> Iterator[str]:
    if documents := tally.counts["documents"]:
        asked, whole = (tally.counts[each] / CHARS_A_TOKEN / documents for each in ("asked", "whole"))
        calls = tally.counts["calls"] / documents
        yield f"tokens sent a document         {asked:,.0f} in {calls:.1f} questions; whole: {whole:,.0f} in 1"
    if searched := tally.counts["searched documents"]:
        excerpts, whole = (tally.counts[each] / CHARS_A_TOKEN / searched for each in ("excerpts", "searched whole"))
        yield f"  of a searched one, for its single values alone: {excerpts:,.0f}; whole: {whole:,.0f}"
