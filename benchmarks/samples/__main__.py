"""Two commands: `write` makes as many documents as a benchmark wants, `ship` renews those of the repository."""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.samples import FEEDS, Sample, generate
from benchmarks.samples.shipping import shipped

_FEEDS_DIR = Path(__file__).parents[2] / "feeds"
_MADE = ("samples", "gold")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.command == "write":
        print(write(options.feed, options.count, options.seed, options.to, options.truth))
    else:
        print(ship(options.to))
    return 0


def write(feed: str, count: int, seed: int, folder: Path, truth: Path | None) -> str:
    """Writes the documents, and what they say to a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for sample in generate(seed, feed, count):
        (folder / sample.name).write_bytes(sample.content)
        lines.append(_truth_line(sample))
    if truth:
        truth.write_text("".join(lines), encoding="utf-8")
    return f"{count} documents for {feed} in {folder}"


def ship(feeds_dir: Path) -> str:
    """Replaces the samples and the gold of the feeds that ship."""
    for feed in FEEDS:
        for made in _MADE:
            shutil.rmtree(feeds_dir / feed / made, ignore_errors=True)
    files = dict(shipped())
    for path, content in files.items():
        (feeds_dir / path).parent.mkdir(parents=True, exist_ok=True)
        (feeds_dir / path).write_bytes(content)
    return f"{len(files)} files, {sum(map(len, files.values())) // 1024} KiB, in {feeds_dir}"


def _truth_line(sample: Sample) -> str:
    facts = {"doc": sample.name, "expected": sample.expected, "note": sample.note, "fields": sample.truth}
    return json.dumps(facts, ensure_ascii=False) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.samples", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    writing = commands.add_parser("write", help="make documents for a benchmark")
    writing.add_argument("--feed", choices=FEEDS, required=True)
    writing.add_argument("--count", type=int, required=True)
    writing.add_argument("--seed", type=int, default=1)
    writing.add_argument("--to", type=Path, required=True, metavar="DIR")
    writing.add_argument("--truth", type=Path, metavar="FILE", help="also write what the documents say (JSONL)")
    shipping = commands.add_parser("ship", help="renew the samples and the gold in feeds/")
    shipping.add_argument("--to", type=Path, default=_FEEDS_DIR, metavar="DIR")
    return parser


if __name__ == "__main__":
    sys.exit(main())
