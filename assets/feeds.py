"""The feed of a partition, or its run's failure in one sentence; other feeds go on."""

from assets.failures import Permanent
from extraction.feed import BrokenFeed, Feed, described_feeds, load_feed
from extraction.sorting import Profile, profiles_of
from resources.environment import Environment


def feed_of(name: str) -> Feed:
    try:
        return load_feed(Environment.read().feeds_dir / name)
    except BrokenFeed as broken:
        raise Permanent(str(broken)) from broken


def profiles() -> list[Profile]:
    """What every feed takes, by what its feed.yaml says."""
    return profiles_of(described_feeds(Environment.read().feeds_dir))
