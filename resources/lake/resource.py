"""The lake as Dagster sees it: assets receive the open `Lake`."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from pydantic import Field

from resources.environment import Environment
from resources.lake.lake import Lake


class LakeResource(dg.ConfigurableResource["LakeResource"]):
    """Document text, chunks, vectors and their indices in LanceDB, the documents' bytes beside them."""

    uri: str | None = Field(
        default=None, description="Absolute path or s3://bucket/path of the lake; LAKE_URI if unset."
    )

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Lake]:  # type: ignore[override]
        yield Lake.open(self.uri or Environment.read().lake_uri)
