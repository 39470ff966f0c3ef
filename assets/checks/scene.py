"""What the checks of one partition look at: read once, when the first of them asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from assets.partitions import Partition
from extraction.feed import Feed
from extraction.limits import Checks
from resources.lake import Lake
from resources.ledger import Ledger
from resources.ledger.measures import NO_CALLS, Calls, Measures, Seconds

WEEK = 7
FEWEST_DAYS = 3  # that make something usual


@dataclass
class Scene:
    """A partition as it stands; `models` are the configured ones by endpoint, `vectors_of` who embeds the feed.

    `unopened` tells of files which the run could not open.
    """

    feed: Feed
    ledger: Ledger
    partition: Partition
    opened: Lake | None = None
    models: Mapping[str, str] = field(default_factory=dict)
    vectors_of: str | None = None
    unopened: Sequence[str] = ()

    @property
    def lake(self) -> Lake:
        if self.opened is None:
            raise LookupError("this asset does not reach the lake")
        return self.opened

    @property
    def where(self) -> tuple[str, str]:
        return self.partition.date, self.partition.feed

    @property
    def limits(self) -> Checks:
        return self.feed.settings.checks

    @property
    def measures(self) -> Measures:
        return self.ledger.measures

    @property
    def keys(self) -> list[str]:
        """The partition and those of the week before it."""
        day = date.fromisoformat(self.partition.date)
        return [Partition(str(day - timedelta(days=ago)), self.partition.feed).key for ago in range(WEEK + 1)]

    @cached_property
    def statuses(self) -> Mapping[str, int]:
        """How many documents stand how; versions that were replaced and copies count for nothing."""
        counts = self.ledger.documents.count_by_status(*self.where)
        return {status: number for status, number in counts.items() if status not in ("superseded", "duplicate")}

    @cached_property
    def _calls(self) -> Mapping[str, Calls]:
        return self.measures.calls(self.keys)

    @property
    def calls(self) -> Calls:
        return self._calls.get(self.partition.key, NO_CALLS)

    @property
    def calls_before(self) -> list[Calls]:
        """Of the days of the week before on which somebody was asked."""
        return [each for key, each in self._calls.items() if key != self.partition.key]

    @cached_property
    def _seconds(self) -> Mapping[str, Seconds]:
        since = date.fromisoformat(self.partition.date) - timedelta(days=WEEK)
        return self.measures.seconds(self.partition.feed, str(since), self.partition.date)

    @property
    def seconds(self) -> Seconds:
        return self._seconds.get(self.partition.date, Seconds(self.partition.date, 0, 0.0, 0.0, 0.0))

    @property
    def seconds_before(self) -> list[Seconds]:
        return [each for day, each in self._seconds.items() if day != self.partition.date]
