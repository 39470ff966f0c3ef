"""Where events go, by DELIVERY_URL; whoever publishes sees no difference."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from resources.sink.errors import NotAvailable, SinkError
from resources.sink.event import Event
from resources.sink.files import FilesSink
from resources.sink.limits import Limits


class Sink(Protocol):
    batch: int  # events it is best handed at once

    def publish(self, feed: str, events: Sequence[Event]) -> Mapping[str, SinkError]:
        """Returns once every event is durable where it goes, but for those it names, by id, with the reason.

        Raises SinkError when it took none for a reason that lies in no event.
        """

    def close(self) -> None:
        """Let go of connections."""


def open_sink(url: str, variables: Mapping[str, str] = os.environ) -> Sink:
    """The sink at a path, or at a URL."""
    if "://" not in url:
        return FilesSink(Path(url))
    parts = urlsplit(url)
    match parts.scheme.lower():
        case "file":
            return FilesSink(Path(unquote(parts.path)))
        case "amqp" | "amqps":
            # Imported when asked for: most runs deliver into files, and clients take their time to load.
            from resources.sink.amqp import AmqpSink

            return AmqpSink(url, Limits.read(variables))
        case "http" | "https":
            from resources.sink.webhook import WebhookSink

            return WebhookSink.read(url, variables)
        case scheme:
            raise NotAvailable(scheme)
