"""A partition is one day of one feed; a document is a row in it, never a partition of its own."""

import warnings
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import dagster as dg

from extraction.feed import feed_names, misnamed_feeds
from resources.environment import Environment, UnusableVariable

FIRST_DAY = "2024-01-01"
# Of days and schedules. Whoever changes it keeps what there is: a file keeps its day.
TIME_ZONE = Environment.read().time_zone
ZONE = ZoneInfo(TIME_ZONE)


def _feeds() -> list[str]:
    """The names of the feeds. One that cannot be a partition key is told, and the others go on."""
    folder = Environment.read().feeds_dir
    if not folder.is_dir():
        raise UnusableVariable("FEEDS_DIR", str(folder), "there is no such folder; it holds one folder a feed.")
    for misnamed in misnamed_feeds(folder):
        warnings.warn(str(misnamed), stacklevel=1)
    return feed_names(folder)


# Today has its partition: files that arrive now can be worked on now.
days = dg.DailyPartitionsDefinition(FIRST_DAY, timezone=TIME_ZONE, end_offset=1)
# No backfill policy: with one, the runs of a backfill bear no partition (also one of a single partition a run), and
# neither their checks nor the limit on a partition's runs know what they are of.
# A feed that does not load keeps its partitions: its runs say what is wrong, its history stays.
partitions = dg.MultiPartitionsDefinition({"date": days, "feed": dg.StaticPartitionsDefinition(_feeds())})


@dataclass(frozen=True, slots=True)
class Partition:
    date: str
    feed: str

    @property
    def key(self) -> str:
        return f"{self.date}|{self.feed}"

    @classmethod
    def parse(cls, key: str) -> "Partition":
        date, _, feed = key.partition("|")
        return cls(date, feed)
