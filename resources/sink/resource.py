"""The sink as Dagster sees it: assets receive the open `Sink`."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from pydantic import Field

from resources.environment import Environment
from resources.sink.sink import Sink, open_sink


class SinkResource(dg.ConfigurableResource["SinkResource"]):
    """Where records are delivered, exactly once each."""

    url: str | None = Field(default=None, description="Where events go; DELIVERY_URL if unset.")

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Sink]:  # type: ignore[override]
        yield open_sink(self.url or Environment.read().delivery_url)
