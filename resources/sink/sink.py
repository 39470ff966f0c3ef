"""Where events go, by DELIVERY_URL; whoever publishes sees no difference."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from resources.sink.errors import NotAvailable
from resources.sink.event import Event
from resources.sink.files import FilesSink


class Sink(Protocol):
    def publish(self, feed: str, events: Sequence[Event]) -> None:
        """Returns once every event is durable where it goes; raises SinkError otherwise, and then none counts."""


def open_sink(url: str) -> Sink:
    """The sink at a path, or at a URL."""
    if "://" not in url:
        return FilesSink(Path(url))
    parts = urlsplit(url)
    if parts.scheme == "file":
        return FilesSink(Path(unquote(parts.path)))
    raise NotAvailable(parts.scheme)
