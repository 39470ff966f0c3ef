"""The inbox as Dagster sees it: assets receive the open `Inbox`."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from pydantic import Field

from resources.environment import Environment
from resources.inbox.inbox import Inbox, open_inbox


class InboxResource(dg.ConfigurableResource["InboxResource"]):
    """The folder (or bucket) documents arrive in: `<inbox>/<feed>/<YYYY-MM-DD>/…` or `<inbox>/<feed>/…`."""

    uri: str | None = Field(
        default=None, description="Absolute path or s3://bucket/path of the inbox; INBOX_URI if unset."
    )

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Inbox]:  # type: ignore[override]
        yield open_inbox(self.uri or Environment.read().inbox_uri)
