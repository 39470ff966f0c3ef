"""One way for people to decide on a review item, for the command and whatever page comes: by the feed as it is now.

    decide(ledger, feeds_dir, item_id, Approve("ada"))                          the record as it was proposed
    decide(ledger, feeds_dir, item_id, Correct("ada", {"total": "12.50", …}))   another record
    decide(ledger, feeds_dir, item_id, Reject("ada", "this is no quote"))       none

Each is validated by the feed's schema (BadCorrection, a sentence for each error), takes effect once (AlreadyDecided
tells who was first) and not on a version that is gone (ItemOutdated).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extraction.corrections import corrected
from extraction.feed import load_feed
from resources.ledger import Ledger
from resources.ledger.errors import NothingProposed
from resources.ledger.review import Item, Settled


@dataclass(frozen=True, slots=True)
class Approve:
    by: str


@dataclass(frozen=True, slots=True)
class Correct:
    by: str
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reject:
    by: str
    reason: str


Decision = Approve | Correct | Reject


def decide(ledger: Ledger, feeds_dir: Path, item_id: int, decision: Decision) -> Settled:
    """What a person says of an item, kept with its effect in one transaction."""
    if isinstance(decision, Reject):
        return ledger.review.reject(item_id, decision.by, decision.reason)
    item = ledger.review.item(item_id)
    record = decision.record if isinstance(decision, Correct) else _proposed(item)
    feed = load_feed(feeds_dir / item.feed)
    return ledger.review.approve(item_id, decision.by, corrected(feed, record) if _undecided(item) else None)


def _undecided(item: Item) -> bool:
    """Whether the values matter: of an item that is closed the ledger says who was first, whatever is proposed."""
    return item.resolved_at is None


def _proposed(item: Item) -> Mapping[str, Any]:
    if item.record is None and _undecided(item):
        raise NothingProposed(item.item_id, item.place)
    return item.record or {}
