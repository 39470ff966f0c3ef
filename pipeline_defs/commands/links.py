"""A link into the UI for each thing the summary names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from pipeline_defs.commands.summary import Outcome


@dataclass(frozen=True, slots=True)
class Links:
    base: str

    def lines(self, outcomes: Sequence["Outcome"]) -> Iterator[str]:
        yield f"Dagster UI        {self.base}"
        yield f"the five assets   {self.base}/asset-groups"
        for outcome in outcomes:
            yield f"{outcome.label}"
            yield f"  run             {self.base}/runs/{outcome.run_id}"
            yield f"  its extractions {self.asset('extractions', outcome.partition.key)}"
            for check in outcome.failed_checks:
                yield f"  {check.word:15} {self.check(check.asset, check.name)}"

    def asset(self, name: str, partition: str) -> str:
        return f"{self.base}/assets/{name}?view=partitions&partition={quote(partition, safe='')}"

    def check(self, asset: str, name: str) -> str:
        return f"{self.base}/assets/{asset}?view=checks&checkDetail={quote(name)}"
