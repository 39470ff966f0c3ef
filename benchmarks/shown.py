"""What the Dagster UI shows of a partition, asked of a real webserver as the UI itself asks it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.living import Living, living

_NUMBERS = """
query ($asset: [String!]!, $partition: String!) {
  assetOrError(assetKey: {path: $asset}) {
    ... on Asset {
      assetMaterializations(partitions: [$partition], limit: 1) {
        metadataEntries { label ... on IntMetadataEntry { intValue } }
      }
    }
  }
}"""
_CHECKS = """
query ($asset: [String!]!) {
  assetNodeOrError(assetKey: {path: $asset}) {
    ... on AssetNode {
      assetChecksOrError {
        ... on AssetChecks {
          checks { name executionForLatestMaterialization { status evaluation { success severity } } }
        }
      }
    }
  }
}"""


@dataclass(frozen=True, slots=True)
class Shown:
    served: Living

    def numbers(self, asset: str, partition: str) -> dict[str, int]:
        """The whole numbers of a partition's last materialization."""
        told = self.served.ask(_NUMBERS, asset=[asset], partition=partition)
        found = told["assetOrError"]["assetMaterializations"]
        entries = found[0]["metadataEntries"] if found else []
        return {entry["label"]: entry["intValue"] for entry in entries if entry.get("intValue") is not None}

    def failed_checks(self, asset: str) -> list[str]:
        """The checks that did not pass when they last looked, with their severity."""
        found = self.served.ask(_CHECKS, asset=[asset])["assetNodeOrError"]["assetChecksOrError"]["checks"]
        seen = [(each["name"], (each["executionForLatestMaterialization"] or {}).get("evaluation")) for each in found]
        return [f"{name} ({said['severity']})" for name, said in seen if said and not said["success"]]


@contextmanager
def shown(folder: Path, variables: Mapping[str, str]) -> Iterator[Shown]:
    """A webserver and a code location until the block ends."""
    with living(folder, variables) as served:
        served.start("code", "webserver")
        served.until(served.serves)
        yield Shown(served)
