"""How many of the gold values a document's text holds, and how many of those are found on their page."""

from collections.abc import Iterator

from benchmarks.documents_read import Read, Tally
from benchmarks.located import bare_located, bare_text, located
from benchmarks.standing import PASSAGE, Text

_TRIED = 3  # places of a value whose box is asked for


def count_text(read: Read, tally: Tally) -> None:
    counts = tally.counts
    counts["values"] += len(read.values)
    counts["stated"] += len(read.stated)
    counts["printed"] += sum(map(read.text.prints, read.values))
    for value in read.values:
        if value not in read.stated:
            tally.miss(read, value, "is not in the text")
    bare = bare_text(read.gold.file)
    if bare is not None:
        beside = Text(bare)
        counts["values of PDFs"] += len(read.values)
        counts["stated in PDFs"] += len(read.stated)
        counts["printed in PDFs"] += sum(map(read.text.prints, read.values))
        counts["bare stated"] += sum(map(beside.states, read.values))
        counts["bare printed"] += sum(map(beside.prints, read.values))


def count_places(read: Read, tally: Tally) -> None:
    """Of all values of PDFs, passages aside: which stand on a page, in a box?"""
    if read.gold.file.suffix.lower() != ".pdf":
        return
    short = [value for value in read.values if len(value.text) <= PASSAGE]
    tally.counts["to place"] += len(short)
    tally.counts["bare placed"] += bare_located(read.gold.file, [str(value.value) for value in short])
    if read.document is not None:
        places = [read.text.places(value) for value in short]
        boxes = located(read.gold.file, read.document, [place for found in places for place in found[:_TRIED]])
        tally.counts["placed"] += sum(any(place in boxes for place in found) for found in places)


def text_lines(tally: Tally) -> Iterator[str]:
    yield f"in the text, as what it is     {tally.share('stated', 'values')}"
    yield f"in the text, to the letter     {tally.share('printed', 'values')}"
    for who, name in (("", "PDFs alone:"), ("bare ", "pypdfium2: ")):
        said = [f"{who}{measure}" if who else f"{measure} in PDFs" for measure in ("stated", "printed")]
        yield f"  {name} {tally.share(said[0], 'values of PDFs')}; {tally.share(said[1], 'values of PDFs')}"
    yield f"with page and box in PDFs      {tally.share('placed', 'to place')}"
    yield f"  pypdfium2's search, to the letter: {tally.share('bare placed', 'to place')}"
