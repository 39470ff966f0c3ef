"""How many of the gold values a document's text holds, and how many of those are found on their page."""

from collections.abc import Iterator

from benchmarks.documents_read import Read, Tally
from benchmarks.located import Pages, bare_text
from benchmarks.standing import PASSAGE, Text


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
    """Of the values in a PDF's text, passages aside: has one of their places a page, and a box there?"""
    if read.document is None or read.gold.file.suffix.lower() != ".pdf":
        return
    pages = Pages(read.gold.file)
    for value in read.stated:
        if len(value.text) <= PASSAGE:
            tally.counts["to place"] += 1
            tally.counts["placed"] += any(_has_box(read, pages, *place) for place in read.text.places(value))
    pages.close()


def _has_box(read: Read, pages: Pages, start: int, end: int) -> bool:
    span = read.document.span_at(start) if read.document else None
    return bool(span and span.page and pages.box(span.page, read.text.source.text[start:end]))


def text_lines(tally: Tally) -> Iterator[str]:
    yield f"in the text, as what it is     {tally.share('stated', 'values')}"
    yield f"in the text, to the letter     {tally.share('printed', 'values')}"
    for who, name in (("", "PDFs alone:"), ("bare ", "pypdfium2: ")):
        said = [f"{who}{measure}" if who else f"{measure} in PDFs" for measure in ("stated", "printed")]
        yield f"  {name} {tally.share(said[0], 'values of PDFs')}; {tally.share(said[1], 'values of PDFs')}"
    yield f"with page and box, of those    {tally.share('placed', 'to place')}"
