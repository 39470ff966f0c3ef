"""What is left of a document on its way to a model, on any folder: `python -m benchmarks.documents FOLDER...`.

A folder holds `docs/` and `labels.jsonl` (a line `{"doc", "fields"}` a document), and under `schemas/` a JSON schema
for each kind of record if it has any; a folder of such folders is measured set by set. No model is asked. Beside each
figure stands the other side, measured in the same run: pypdfium2 alone, BM25 with the first chunk, the whole document.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import process_time

if __name__ == "__main__":  # also when it is called by its path
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.documents_lists import count_rows, row_lines
from benchmarks.documents_read import Read, Tally, read_gold
from benchmarks.documents_search import count_search, count_tokens, search_lines, token_lines
from benchmarks.documents_text import count_places, count_text, text_lines
from benchmarks.documents_without import without_lines
from benchmarks.gold import gold_of, shapes_of

COUNTING = (count_text, count_places, count_search, count_rows, count_tokens)
SAYING = (text_lines, search_lines, row_lines, token_lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--set", dest="name", help="only the set of this name")
    parser.add_argument("--chunk-chars", type=int, default=1_000)
    parser.add_argument(
        "--halves",
        action="store_true",
        help="also each half (by hash) alone; of the public sets neither was unseen when the words were chosen",
    )
    parser.add_argument("--missed", action="store_true", help="list what is not in the text or not retrieved")
    parser.add_argument(
        "--without", action="store_true", help="also the search without each of its parts, half by half"
    )
    options = parser.parse_args()
    for folder in sets_of(options.folders):
        if options.name in (None, folder.name):
            report(folder, options)


def sets_of(folders: Sequence[Path]) -> Iterator[Path]:
    """The folders that hold labels, among these or directly below them."""
    for folder in folders:
        below = sorted(folder.iterdir()) if folder.is_dir() else []
        yield from (each for each in (folder, *below) if (each / "labels.jsonl").is_file())


def report(folder: Path, options: argparse.Namespace) -> None:
    gold, began = gold_of(folder), process_time()
    shapes = shapes_of(folder, gold)
    reads: dict[str, list[Read]] = defaultdict(list)
    tallies = {"": Tally(), **({half: Tally() for half in ("seen", "held out")} if options.halves else {})}
    for each in gold:
        read = read_gold(each, shapes[each.schema], options.chunk_chars)
        reads[each.half].append(read)
        for name, tally in tallies.items():
            if name in ("", each.half):
                count(read, tally)
    print(f"\n== {folder.name}: {len(gold)} documents, {process_time() - began:.0f} CPU s")
    for name, tally in tallies.items():
        print("\n".join((*([f"-- {name}"] if name else []), *lines(tally))), flush=True)
    for half in reads if options.without else ():
        print("\n".join((f"-- {half}: single values in 3 and in 5 chunks", *without_lines(reads[half]))), flush=True)
    if options.missed:
        print("\n".join(f"   {missed}" for missed in tallies[""].missed))


def count(read: Read, tally: Tally) -> None:
    if read.cause:
        tally.counts[f"unread {read.cause}"] += 1
    for each in COUNTING:
        each(read, tally)


def lines(tally: Tally) -> Iterator[str]:
    unread = {name: number for name, number in tally.counts.items() if name.startswith("unread ")}
    said = ", ".join(f"{number} {name.removeprefix('unread ')}" for name, number in sorted(unread.items()))
    yield f"documents that are not read    {said or 'none'}"
    for say in SAYING:
        yield from say(tally)


if __name__ == "__main__":
    main()
