"""A partition is one day of one feed; a document is a row in it, never a partition of its own."""

from dataclasses import dataclass

import dagster as dg

from extraction.feed import feed_names
from resources.environment import Environment

FIRST_DAY = "2024-01-01"
TIME_ZONE = "UTC"

# Today has its partition: files that arrive now can be worked on now.
days = dg.DailyPartitionsDefinition(FIRST_DAY, timezone=TIME_ZONE, end_offset=1)
# A feed that does not load keeps its partitions: its runs say what is wrong, its history stays.
partitions = dg.MultiPartitionsDefinition(
    {"date": days, "feed": dg.StaticPartitionsDefinition(feed_names(Environment.read().feeds_dir))}
)
# One run, one partition.
one_by_one = dg.BackfillPolicy.multi_run(1)


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
