"""The gate's checks as values: when they pass, when they warn, when they block, what they show."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from assets.checks.finding import OFFENDERS
from assets.checks.gate import records_match, review_rate
from extraction.feed import Feed, FeedSettings
from extraction.settings import Review


class Quote(BaseModel):
    total: Decimal


FEED = Feed(
    name="quotes",
    description="Quotes.",
    owner="team:x",
    tenant="x",
    folder=Path("feeds/quotes"),
    schema=Quote,
    prompt="Read it.",
    settings=FeedSettings(review=Review(warn=0.15, error=0.40, min_documents=5)),
    schema_version="s",
    prompt_version="p",
)


@pytest.mark.parametrize(
    ("manual", "judged", "passed", "blocks"),
    [
        (0, 20, True, False),
        (3, 20, True, False),
        (4, 20, False, False),
        (8, 20, False, False),
        (9, 20, False, True),
        (4, 4, True, False),
        (0, 0, True, False),
    ],
)
def test_it_warns_over_the_soft_limit_and_blocks_over_the_hard_one(
    manual: int, judged: int, passed: bool, blocks: bool
) -> None:
    """On a limit is not over it; below the minimum count it does not speak."""
    finding = review_rate(FEED, manual, judged)
    assert (finding.passed, finding.blocks) == (passed, blocks)


def test_the_limits_are_the_feeds_own() -> None:
    """Thresholds changed in feed.yaml change the check."""
    strict = replace(FEED, settings=FeedSettings(review=Review(warn=0.0, error=0.01, min_documents=1)))
    assert review_rate(strict, 1, 20).blocks
    assert not review_rate(FEED, 1, 20).blocks


def test_the_sentence_says_what_and_which_limit() -> None:
    """A person knows from the sentence alone where to look."""
    sentence = review_rate(FEED, 9, 20).sentence
    assert "9 of 20 documents needed a person (45%)" in sentence
    assert "over the hard limit of 40% (review in quotes/feed.yaml)" in sentence


def test_zeros_are_reported() -> None:
    """A clean partition shows its zero, not nothing."""
    assert review_rate(FEED, 0, 20).numbers["manual_review_rate"] == 0.0
    assert records_match(FEED, []).numbers == {"records": 0, "records_that_do_not_match": 0}


@given(st.integers(0, 200), st.integers(0, 200))
def test_what_blocks_never_passes(manual: int, more: int) -> None:
    """Whatever the numbers."""
    finding = review_rate(FEED, manual, manual + more)
    assert not (finding.blocks and finding.passed)


def test_a_stored_record_is_validated_again() -> None:
    """A record that was damaged, or that a newer schema refuses, closes the gate."""
    finding = records_match(FEED, [("q/a", {"total": "12.50"}), ("q/b", {"total": "twelve"}), ("q/c", {})])
    assert (finding.passed, finding.blocks) == (False, True)
    assert [row["document"] for row in finding.offenders] == ["q/b", "q/c"]
    assert "total: Field required" in finding.offenders[1]["error"]


def test_a_table_stays_readable() -> None:
    """Thousands of offenders are counted, a page of them is shown."""
    finding = records_match(FEED, ((f"q/{number}", {}) for number in range(OFFENDERS + 50)))
    assert finding.numbers["records_that_do_not_match"] == OFFENDERS + 50
    assert len(finding.offenders) == OFFENDERS
