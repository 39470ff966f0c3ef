"""A check is declared once: its name is a sentence that is true when green, and it carries its remedy with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dagster as dg

from assets.checks.finding import Finding
from assets.pages import table
from assets.partitions import partitions
from extraction.feed import Feed

REMEDY, OWNER, LIMITS, OFFENDING = "remedy", "owner", "limits", "offenders"  # in metadata, where alerts look for them
ENDS, WITH_THE_NEXT = "ends", "with the feed's next day that passes"
_SEVERITY = {
    "none": dg.AssetCheckSeverity.WARN,
    "WARN": dg.AssetCheckSeverity.WARN,
    "ERROR": dg.AssetCheckSeverity.ERROR,
}


@dataclass(frozen=True, slots=True)
class Check:
    """What a check is about, for the catalog, the alerts and docs/checks.md alike."""

    name: str
    asset: str
    means: str
    remedy: str
    query: str = ""  # SQL with which a person looks deeper
    limits: str = ""  # the setting in feed.yaml that holds its limits
    blocking: bool = False
    standing: bool = False  # of the whole pipeline, not of a partition
    conduct: bool = False  # of how a night went, which nothing changes later: the feed's next good one ends it

    @property
    def key(self) -> dg.AssetKey:
        return dg.AssetKey(self.asset)

    @property
    def facts(self) -> dict[str, str]:
        """Metadata of its definition; the UI shows the description, alerts read these."""
        return {
            REMEDY: self.remedy,
            **({LIMITS: f"{self.limits} in feed.yaml"} if self.limits else {}),
            **({ENDS: WITH_THE_NEXT} if self.conduct else {}),
        }

    def spec(self) -> dg.AssetCheckSpec:
        """For an asset that looks at itself as it is made."""
        return dg.AssetCheckSpec(
            self.name,
            asset=self.key,
            description=self.means,
            blocking=self.blocking,
            partitions_def=self.partitions,
            metadata=self.facts,
        )

    def step(self) -> Callable[[Any], dg.AssetChecksDefinition]:
        """For a check that is a step of its own, so that it can be run again alone."""
        return dg.asset_check(
            name=self.name,
            asset=self.key,
            description=self.means,
            blocking=self.blocking,
            partitions_def=self.partitions,
            metadata=self.facts,
        )

    @property
    def partitions(self) -> dg.PartitionsDefinition[str] | None:
        return None if self.standing else partitions

    def place(self, feed: Feed) -> str:
        """Where its limits are changed."""
        return f"{self.limits} in {feed.name}/feed.yaml"

    def report(self, finding: Finding, owner: str = "") -> dg.AssetCheckResult:
        """The finding as Dagster shows it: what to do comes first where there is something to do."""
        return dg.AssetCheckResult(
            passed=finding.passed,
            asset_key=self.key,
            check_name=self.name,
            severity=_SEVERITY[finding.severity],
            description=finding.sentence,
            metadata={
                **({} if finding.passed else {REMEDY: self.remedy}),
                **({OWNER: owner} if owner else {}),
                **finding.numbers,
                **_table(finding),
            },
        )


def _table(finding: Finding) -> dict[str, dg.TableMetadataValue]:
    if not finding.offenders:
        return {}
    columns = list(finding.offenders[0])
    return {OFFENDING: table(columns, [[row[name] for name in columns] for row in finding.offenders])}
