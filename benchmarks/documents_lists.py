"""Whether every row of a list is shown to a model whole: all that is printed of it together in one part of the passes.

A row stands where the value of it stands that the document repeats least, with what else of it is printed nearby; what
is only printed far away (a period, a currency in a heading) is not the row's.
"""

from collections.abc import Iterator, Sequence

from benchmarks.documents_read import RETRIEVAL, Read, Tally
from benchmarks.documents_search import SIZES
from benchmarks.standing import Value
from extraction.parts import bounds_of
from extraction.retrieval import Index, query_of, taken
from extraction.slots import slots_of

_NEARBY = 400  # characters around a row's rarest value

Stretch = tuple[int, int]


def count_rows(read: Read, tally: Tally) -> None:
    """Over the rows of which the text states something; what it does not state no reading could bring."""
    rows = [row for values in read.rows() if (row := _stretch(read, values))]
    if read.document is None or not rows:
        return
    parts, chunks = _parts(read), _chunks(read)
    beginning = [(0, RETRIEVAL.pass_chars)]
    for row in rows:
        tally.counts["rows"] += 1
        for name, shown in (("parts", parts), ("chunks", chunks), ("beginning", beginning)):
            tally.counts[f"rows in {name}"] += any(start <= row[0] and row[1] <= end for start, end in shown)


def _stretch(read: Read, values: Sequence[Value]) -> Stretch | None:
    """From where to where a row stands in the text: the place at which most of it is together."""
    places = sorted((found for value in values if (found := read.text.places(value))), key=len)
    candidates = [_around(anchor, places) for anchor in (places[0] if places else [])]
    return max(candidates, key=lambda each: each[0])[1] if candidates else None


def _around(anchor: Stretch, places: Sequence[Sequence[Stretch]]) -> tuple[int, Stretch]:
    """How many of the values stand near the anchor, and the stretch that they take."""
    near = [min(each, key=lambda place: abs(place[0] - anchor[0])) for each in places]
    near = [place for place in near if abs(place[0] - anchor[0]) <= _NEARBY]
    return len(near), (min(start for start, _ in near), max(end for _, end in near))


def _parts(read: Read) -> list[Stretch]:
    """What each pass shows, the reminder before it left out."""
    if read.document is None or not read.is_searched:
        return [(0, len(read.text.source.text))]
    return bounds_of(read.document, read.chunks, read.most)


def _chunks(read: Read) -> list[Stretch]:
    """What a search for the lists would bring instead; chunks that follow each other show what lies across them."""
    if not read.is_searched:
        return [(0, len(read.text.source.text))]
    index, places = Index([chunk.text for chunk in read.chunks]), set[int]()
    for slot in slots_of(read.shape):
        if slot.field.has_list:
            places.update(taken(index.ranked(query_of(slot.field, slot.above)), SIZES[-1]))
    stretches: list[Stretch] = []
    for place in sorted(places):
        start = stretches.pop()[0] if place - 1 in places else read.chunks[place].start
        stretches.append((start, read.chunks[place].end))
    return stretches


def row_lines(tally: Tally) -> Iterator[str]:
    if tally.counts["rows"]:
        yield f"rows of lists shown whole      {tally.share('rows in parts', 'rows')}"
        yield f"  by {SIZES[-1]} chunks a list: {tally.share('rows in chunks', 'rows')}"
        yield f"  by the first {RETRIEVAL.pass_chars:,} characters: {tally.share('rows in beginning', 'rows')}"
