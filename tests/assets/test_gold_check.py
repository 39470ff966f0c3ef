"""The check of the gold as a value: it speaks only where a feed sets a floor, and blocks below it."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel

from assets.checks.gold import above_the_floor
from extraction.feed import Feed, FeedSettings
from resources.ledger.scores import GoldScore


class Note(BaseModel):
    total: int


def feed(floor: float | None) -> Feed:
    settings = FeedSettings(floor=floor)
    return Feed("notes", "Notes.", "team:x", "x", Path("feeds/notes"), Note, "Read it.", settings, "s", "p")


ROWS = [
    {"field": "total", "precision": 0.5, "recall": 1.0, "f1": 0.667, "values": 2},
    {"field": "seller", "precision": 1.0, "recall": 1.0, "f1": 1.0, "values": 2},
]
SCORE = GoldScore(0.9, 4, ROWS)


@pytest.mark.parametrize(("floor", "passed"), [(None, True), (0.8, True), (0.9, True), (0.91, False)])
def test_below_the_floor_it_blocks(floor: float | None, passed: bool) -> None:
    """On the floor is not below it; without a floor nothing is asked."""
    finding = above_the_floor(feed(floor), SCORE)
    assert (finding.passed, finding.blocks) == (passed, not passed)


def test_the_sentence_says_which_figure_and_which_floor() -> None:
    """And the table shows the fields that are not read as they should be."""
    finding = above_the_floor(feed(0.95), SCORE)
    assert finding.sentence == "F1 on the gold of notes is 0.900, below the floor of 0.95"
    assert [row["field"] for row in finding.offenders] == ["total"]


@pytest.mark.parametrize("found", [None, replace(SCORE, documents=0)])
def test_a_floor_without_gold_blocks_and_says_what_to_do(found: GoldScore | None) -> None:
    """A floor that nobody can fall below would be no floor."""
    finding = above_the_floor(feed(0.9), found)
    assert finding.blocks
    assert "put labels.jsonl into gold/" in finding.sentence
