"""What the repository ships is chosen by hand, plan by plan, and made like everything else."""

import json
from collections.abc import Iterator

from benchmarks.samples.dice import Dice
from benchmarks.samples.making import KINDS
from benchmarks.samples.sample import Plan, Sample

SEED = 2026
_BAD_FROM, _GOLD_FROM = 100, 200  # so that no two shipped documents share a number

GOOD = {
    "supplier_quotes": (
        Plan("letter", "de", lines=6),
        Plan("banner", "en", lines=5),
        Plan("form", "fr", lines=7),
        Plan("typewriter", "es", lines=9),
        Plan("ledger", "it", lines=14),
        Plan("counter", "en", lines=6),
        Plan("list", "de", lines=8),
        Plan("cell_form", "fr", lines=6),
        Plan("two_sheets", "it", lines=12),
        Plan("letter", "fr", lines=74),
        Plan("ledger", "de", lines=120),
        Plan("banner", "es", lines=10),
        Plan("list", "en", lines=18),
        Plan("form", "de", "no_validity", lines=4),
    ),
    "deals": (
        Plan("letter", "en", lines=5),
        Plan("banner", "de", lines=7),
        Plan("typewriter", "fr", lines=6),
        Plan("counter", "it", lines=8),
        Plan("word_letter", "es", lines=5),
        Plan("word_form", "de", lines=9),
        Plan("side_by_side", "en", lines=4),
        Plan("letter", "it", lines=64),
        Plan("word_form", "fr", lines=22),
        Plan("banner", "es", lines=11),
        Plan("counter", "en", lines=3),
        Plan("banner", "fr", "truncated", lines=12),
    ),
    "supplier_messages": (
        Plan("plain_prose", "en", topic="price_change"),
        Plan("plain_block", "de", topic="price_change"),
        Plan("html_prose", "fr", topic="delay"),
        Plan("html_table", "es", topic="confirmation"),
        Plan("alternative", "it", topic="request"),
        Plan("block_alternative", "en", topic="delay"),
        Plan("reply", "de", topic="delay"),
        Plan("notice", "fr", topic="confirmation"),
        Plan("plain_prose", "it", topic="price_change_percent"),
        Plan("html_prose", "de", topic="request"),
        Plan("reply", "es", topic="price_change"),
        Plan("plain_block", "en", "no_effective_date"),
    ),
}
BAD = {
    "supplier_quotes": (
        Plan("letter", "en", "total_disagrees", lines=6),
        Plan("banner", "de", "line_disagrees", lines=8),
        Plan("list", "fr", "no_currency", lines=5),
        Plan("counter", "en", "ended_before_issue", lines=4),
        Plan("form", "it", "truncated", lines=12),
        Plan("letter", "de", "locked"),
        Plan("typewriter", "es", "zero_bytes"),
        Plan("cell_form", "de", "no_package"),
        Plan("banner", "fr", lines=5),
    ),
}
GOLD = {
    "supplier_quotes": (
        Plan("banner", "de", lines=5),
        Plan("letter", "en", lines=8),
        Plan("form", "it", lines=6),
        Plan("list", "fr", lines=7),
        Plan("ledger", "es", lines=45),
    ),
    "deals": (
        Plan("letter", "de", lines=6),
        Plan("counter", "fr", lines=5),
        Plan("word_letter", "en", lines=7),
        Plan("side_by_side", "it", lines=8),
    ),
    "supplier_messages": (
        Plan("plain_prose", "de", topic="delay"),
        Plan("html_table", "en", topic="price_change"),
        Plan("alternative", "fr", topic="confirmation"),
        Plan("notice", "es", topic="price_change_percent"),
        Plan("reply", "it", topic="request"),
    ),
}


def made(plans: tuple[Plan, ...], feed: str, start: int) -> Iterator[Sample]:
    for index, plan in enumerate(plans, start):
        yield KINDS[feed].make(Dice(SEED, feed, index), index, plan)


def good_samples(feed: str) -> Iterator[Sample]:
    return made(GOOD[feed], feed, 0)


def bad_samples(feed: str) -> Iterator[Sample]:
    return made(BAD.get(feed, ()), feed, _BAD_FROM)


def gold_samples(feed: str) -> Iterator[Sample]:
    return made(GOLD[feed], feed, _GOLD_FROM)


def shipped() -> Iterator[tuple[str, bytes]]:
    """Every shipped file: its path below the feeds, and its bytes."""
    for feed in KINDS:
        folders = {
            "samples/good": good_samples(feed),
            "samples/bad": bad_samples(feed),
            "gold/docs": (gold := tuple(gold_samples(feed))),
        }
        for folder, samples in folders.items():
            yield from ((f"{feed}/{folder}/{sample.name}", sample.content) for sample in samples)
        yield f"{feed}/gold/labels.jsonl", "".join(map(_label, gold)).encode()


def _label(sample: Sample) -> str:
    label = {"doc": sample.name, "fields": sample.truth}
    return json.dumps(label, ensure_ascii=False) + "\n"
