"""A document that costs many times what its kin cost is either no kin of theirs, or meant to cost."""

from collections.abc import Sequence
from statistics import median

from resources.ledger.reports import Asked

_FEWEST = 20  # documents that make a kin
_TIMES = 10
_LEAST_TOKENS = 5_000  # below this, nobody minds


def far_larger(asked: Sequence[Asked]) -> list[str]:
    """Those of this run whose questions took many times the tokens of the feed's usual document, largest first."""
    if len(asked) < _FEWEST:
        return []
    usual = median(each.tokens for each in asked)
    large = [each for each in asked if each.of_this_run and each.tokens > max(_TIMES * usual, _LEAST_TOKENS)]
    return [
        f"{each.place}: {each.tokens:,} tokens, where {usual:,.0f} are usual"
        for each in sorted(large, key=lambda each: -each.tokens)
    ]
