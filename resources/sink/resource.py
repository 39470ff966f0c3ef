"""The sink as Dagster sees it: assets receive the open `Sink`."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import dagster as dg
from pydantic import Field

from resources.environment import Environment
from resources.sink.sink import Sink, open_sink


class SinkResource(dg.ConfigurableResource["SinkResource"]):
    """Where records are delivered, exactly once each."""

    url: str | None = Field(
        default=None,
        description="A folder events go to; DELIVERY_URL if unset. What holds a password belongs into DELIVERY_URL.",
    )

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Sink]:  # type: ignore[override]
        with closing(open_sink(self.url or Environment.read().delivery_url)) as sink:
            yield sink
