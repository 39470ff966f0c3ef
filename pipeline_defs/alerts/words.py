"""What people need to know beside the event itself: whose feed it is, where to look, and no secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from extraction.feed import owners
from resources.secrets import secrets_of, shown

NOBODY = "whoever runs Weir"
EVERYTHING = "weir"  # stands for the feed where something is no single feed's
LONGEST = 1_000  # characters of foreign text that are kept


@dataclass(frozen=True, slots=True)
class Words:
    """Feeds' owners, secrets and links as they are at one tick."""

    owners: Mapping[str, str]
    secrets: tuple[str, ...]
    ui: str

    @classmethod
    def now(cls, feeds_dir: Path, ui: str) -> "Words":
        return cls(owners(feeds_dir), secrets_of(), ui)

    def feed_of(self, partition: str | None) -> str:
        """The feed of a partition; a partition may be a feed itself."""
        named = (partition or "").rpartition("|")[2]
        return named if "|" in (partition or "") or named in self.owners else EVERYTHING

    def owner_of(self, feed: str) -> str:
        return self.owners.get(feed, NOBODY)

    def clean(self, text: str | None) -> str:
        return shown(text or "", self.secrets, LONGEST)

    def check_url(self, asset: tuple[str, ...], name: str) -> str:
        path = "/".join(quote(part, safe="") for part in asset)
        return f"{self.ui}/assets/{path}?view=checks&checkDetail={quote(name, safe='')}"

    def run_url(self, run_id: str) -> str:
        return f"{self.ui}/runs/{quote(run_id, safe='')}"
