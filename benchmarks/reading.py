"""What reading survives and what it costs: a folder of odd files, then pages a CPU second beside the bare engines.

`python -m benchmarks.reading FOLDER…`: each folder holds its files, or has them in `docs/`. Every file is read by the
workers that the pipeline uses; what a file owes is text or a typed failure, within the time and memory of a worker.
"""

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2

from assets.reading import LIMIT, Readers
from extraction.parsing import Unreadable, parse
from extraction.parsing.ocr import recognise
from extraction.parsing.pdf import page_picture
from extraction.parsing.picture import LEGIBLE_PIXELS, Picture, needs_eyes

FEWEST_LETTERS = 300  # of a page that is drawn and recognised


@dataclass(slots=True)
class Tally:
    """What became of the files, and what is against the rules."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: list[tuple[float, int, str]] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    offences: list[str] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--pages", type=int, default=5, help="pages of PDFs that are drawn and recognised")
    parser.add_argument("--files", type=int, default=150, help="PDFs whose text is read for the speed")
    parser.add_argument("--verbose", action="store_true", help="show the sentence of every file that is not read")
    options = parser.parse_args()
    files = [path for folder in options.folders for path in _files(folder)]
    if not files:
        sys.exit("No files there: name a folder of documents, or one that has them in docs/.")
    offences = survive(files, options.verbose)
    speed([path for path in files if path.suffix.lower() == ".pdf"], options.files, options.pages)
    sys.exit(1 if offences else 0)


def _files(folder: Path) -> list[Path]:
    root = folder / "docs" if (folder / "docs").is_dir() else folder
    return sorted(path for path in root.rglob("*") if path.is_file())


def survive(files: Sequence[Path], verbose: bool) -> int:
    """Every file through the workers; how many rules were broken."""
    tally, begun = Tally(), _children_cpu()
    with Readers() as readers:
        for path in files:
            _read(readers, path, tally)
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    if peak_mb > 1000:
        tally.offences.append(f"a worker took {peak_mb} MB")
    _report(files, tally, peak_mb, _children_cpu() - begun, verbose)
    return len(tally.offences)


def _read(readers: Readers, path: Path, tally: Tally) -> None:
    begun = time.monotonic()
    pages = 1
    try:
        document = readers.read(path.name, path.read_bytes())
        recognised = sum(span.confidence is not None for span in document.spans)
        pages = max(recognised, 1)
        tally.outcomes[f"text, {'some of it recognised' if recognised else 'printed'}"] += 1
        if not document.text.strip():
            tally.offences.append(f"{path.name}: a silent empty")
        if document.unread_parts():
            tally.outcomes["  of these with an attachment that says why it is not read"] += 1
    except Unreadable as why:
        tally.outcomes[why.cause] += 1
        tally.sentences.append(str(why))
    except Exception as error:  # the very thing that may not happen
        tally.offences.append(f"{path.name}: {type(error).__name__}: {error}")
    took = time.monotonic() - begun
    tally.slowest.append((took, pages, path.name))
    if took / pages > LIMIT.seconds + 2:
        tally.offences.append(f"{path.name}: {took:.0f} s for {pages} pages")


def _report(files: Sequence[Path], tally: Tally, peak_mb: int, cpu_s: float, verbose: bool) -> None:
    print(
        f"{len(files)} files; limits: {LIMIT.seconds:g} s between two pages, {LIMIT.memory_mb} MB of its own a worker\n"
    )
    for outcome, count in sorted(tally.outcomes.items(), key=lambda each: (each[0].startswith(" "), -each[1])):
        print(f"{count:6}  {outcome}")
    slow, pages, name = max(tally.slowest)
    print(f"\nslowest {slow:.1f} s ({name}, {pages} pages), largest worker {peak_mb} MB, {cpu_s:.0f} CPU s in workers")
    print(f"rules broken: {len(tally.offences)}")
    for offence in tally.offences:
        print(f"  {offence}")
    for sentence in tally.sentences if verbose else ():
        print(f"  {sentence}")


def speed(files: Sequence[Path], most: int, pictures: int) -> None:
    """Pages a CPU second beside pypdfium2 alone, and beside RapidOCR alone as it comes."""
    readable = list(_readable(files[:most]))
    if not readable:
        return
    for _ in range(2):  # the first pass warms up both
        bare, pages = _cpu(lambda: sum(_bare_pages(content) for _, content in readable))
        ours, _ = _cpu(lambda: [parse(name, content, recognise=needs_eyes) for name, content in readable])
    print(f"\nprinted pages: {pages} of {len(readable)} PDFs; pages a CPU second")
    print(f"  pypdfium2 alone   {pages / bare:8.0f}")
    print(f"  ours              {pages / ours:8.0f}   ({bare / ours:.2f} of it)")
    with Readers(most=1) as readers:
        begun = _children_cpu()
        for name, content in readable:
            readers.read(name, content)
    apart = _children_cpu() - begun
    print(f"  ours, in a worker {pages / apart:8.0f}   ({bare / apart:.2f} of it, its start included)")
    _speed_of_pictures(readable, pictures)


def _readable(files: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """PDFs that both sides read without looking at pictures."""
    for path in files:
        content = path.read_bytes()
        with suppress(Exception):
            parse(path.name, content, recognise=needs_eyes)
            yield path.name, content


def _bare_pages(content: bytes) -> int:
    with closing(pypdfium2.PdfDocument(content)) as pdf:
        for number in range(len(pdf)):
            with closing(pdf[number]) as page, closing(page.get_textpage()) as textpage:
                textpage.get_text_range()
        return len(pdf)


def _speed_of_pictures(readable: Sequence[tuple[str, bytes]], most: int) -> None:
    drawn = list(_drawn(readable, most))
    if not drawn:
        return
    from rapidocr import RapidOCR

    engine: Any = RapidOCR(params={"Global.log_level": "critical"})
    arrays = [_array(picture) for picture, _ in drawn]
    engine(arrays[0])
    recognise(drawn[0][0])
    bare, seen = _cpu(lambda: [" ".join(engine(array).txts or ()) for array in arrays])
    ours, read = _cpu(lambda: [recognise(picture).text for picture, _ in drawn])
    words = [printed for _, printed in drawn]
    print(f"\nrecognised pages: {len(drawn)}, drawn at 150 dots an inch; pages a CPU second, words of the print found")
    print(f"  RapidOCR as it comes {len(drawn) / bare:6.2f}   {_found(words, seen):.1%}")
    print(f"  ours                 {len(drawn) / ours:6.2f}   {_found(words, read):.1%}   ({bare / ours:.2f} of its)")


def _drawn(readable: Sequence[tuple[str, bytes]], most: int) -> Iterator[tuple[Picture, set[str]]]:
    """The first page of every few files, as a scanner would see it, with the words printed on it."""
    step, left = max(len(readable) // max(most, 1), 1), most
    for _, content in readable[::step]:
        with (
            closing(pypdfium2.PdfDocument(content)) as pdf,
            closing(pdf[0]) as page,
            closing(page.get_textpage()) as text,
        ):
            printed = text.get_text_range()
            if len(printed) >= FEWEST_LETTERS and left:
                left -= 1
                yield page_picture(page, LEGIBLE_PIXELS), {word for word in printed.split() if len(word) > 2}


def _array(picture: Picture) -> Any:
    import numpy as np

    return np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])


def _found(printed: Sequence[set[str]], read: Sequence[str]) -> float:
    """The share of the printed words that stand in what was read, blanks aside."""
    hits = [word in "".join(text.split()) for words, text in zip(printed, read, strict=True) for word in words]
    return sum(hits) / max(len(hits), 1)


def _cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.process_time()
    outcome = work()
    return max(time.process_time() - begun, 1e-9), outcome


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
