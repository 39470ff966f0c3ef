"""A document whose questions take many times what its kin's take is pointed out."""

from assets.kin import far_larger
from resources.ledger.reports import Asked

KIN = [Asked(f"quotes/{number}.pdf", 1_000 + number, False) for number in range(30)]
HUGE = Asked("quotes/huge.pdf", 50_000, True)


def test_what_is_far_larger_is_named_with_what_is_usual() -> None:
    """The largest first."""
    larger = Asked("quotes/larger.pdf", 90_000, True)
    assert [line.split(":")[0] for line in far_larger([*KIN, HUGE, larger])] == [larger.place, HUGE.place]
    assert far_larger([*KIN, HUGE]) == ["quotes/huge.pdf: 50,000 tokens, where 1,015 are usual"]


def test_few_documents_are_no_kin() -> None:
    """Who is the first of a feed is not odd."""
    assert far_larger([*KIN[:5], HUGE]) == []


def test_only_this_runs_documents_are_named_and_only_large_ones() -> None:
    """Others were named when they came; ten times very little is little."""
    small = [Asked(f"notes/{number}", 100, False) for number in range(30)]
    assert far_larger([*KIN, Asked("old", 50_000, False)]) == []
    assert far_larger([*small, Asked("new", 4_000, True)]) == []
