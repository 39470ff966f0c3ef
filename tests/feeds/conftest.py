"""Feeds are tested as the pipeline loads them: from their folder."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from extraction.feed import Feed, load_feed

FEEDS_DIR = Path(__file__).parents[2] / "feeds"
_load = cache(load_feed)


@pytest.fixture(scope="session")
def feed_named() -> Callable[[str], Feed]:
    return lambda name: _load(FEEDS_DIR / name)


@pytest.fixture(scope="session")
def feeds_dir() -> Path:
    return FEEDS_DIR
