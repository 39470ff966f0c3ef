"""Before a model is asked, a document's title is looked at: what plainly belongs elsewhere is a person's to move."""

from collections.abc import Callable, Sequence

from extraction.document import Document
from extraction.feed import Feed
from extraction.sorting import Profile, misplaced
from extraction.verdict import Verdict, belongs_elsewhere, unsorted

Sorter = Callable[[Document], Verdict | None]


def sorter_of(feed: Feed, profiles: Sequence[Profile]) -> Sorter:
    """The verdict on a document that is in the wrong place, None for all others."""
    if feed.settings.intake:
        verdict = unsorted([profile.name for profile in profiles])
        return lambda doc: verdict
    return (lambda doc: _elsewhere(doc, feed, profiles)) if feed.settings.sort else lambda doc: None


def _elsewhere(doc: Document, feed: Feed, profiles: Sequence[Profile]) -> Verdict | None:
    found = misplaced(doc, feed.name, profiles)
    return belongs_elsewhere(found.feed, found.words) if found else None
