"""How fast the pages of the Dagster UI answer with years of history: their GraphQL queries against a real webserver.

One real run is made; then it is multiplied in the database to every day of three years and three feeds, with at least
as many check evaluations as asked for. The first answer (nothing cached) and the median of five more are told.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.living import Living, living, own_variables
from benchmarks.processes import measure
from benchmarks.samples import generate
from resources.embedded import hold_postgres, hold_sandbox
from resources.environment import ROOT
from resources.ledger.connections import connect

LAST, FEED = date(2026, 11, 20), "supplier_quotes"
FEEDS = ("supplier_quotes", "deals", "supplier_messages")
LIMIT_S = 2.0
STEP = 10_000  # ids between one copy and the next: more than one run's rows
MULTIPLY = (Path(__file__).parent / "ui_history.sql").read_text(encoding="utf-8")
PAGES: Mapping[str, str] = {
    "runs": """{ runsOrError(limit: 30) { ... on Runs { results {
        id status jobName startTime endTime tags { key value } assetSelection { path }
        assetCheckSelection { name } hasReExecutePermission } } } }""",
    "overview": """{ workspaceOrError { ... on Workspace { locationEntries { name loadStatus } } }
        runsFeedOrError(limit: 30, view: ROOTS) { ... on RunsFeedConnection { results {
        id runStatus creationTime tags { key value } } cursor hasMore } } }""",
    "asset graph": """{ assetNodes { id assetKey { path } opNames groupName kinds isPartitioned dependencyKeys { path }
        hasAssetChecks description owners { __typename } tags { key value } } }""",
    "its live states": """{ assetNodes(group: {groupName: "pipeline", repositoryName: "__repository__",
        repositoryLocationName: "pipeline_defs.definitions"}) { id
        partitionStats { numMaterialized numFailed numPartitions numMaterializing }
        assetMaterializations(limit: 1) { timestamp runId }
        assetChecksOrError { ... on AssetChecks { checks { name
        executionForLatestMaterialization { id status } } } } } }""",
    "an asset's partitions": """{ assetNodeOrError(assetKey: {path: ["extractions"]}) { ... on AssetNode {
        partitionKeysByDimension { name partitionKeys }
        assetPartitionStatuses { ... on MultiPartitionStatuses { primaryDimensionName ranges {
        primaryDimStartKey primaryDimEndKey secondaryDim { ... on DefaultPartitionStatuses {
        materializedPartitions failedPartitions } } } } } } } }""",
    "a check's partitions": """{ assetNodeOrError(assetKey: {path: ["extractions"]}) { ... on AssetNode {
        assetCheckOrError(checkName: "every_record_matches_its_schema") { ... on AssetCheck {
        partitionStatuses { __typename ... on AssetCheckMultiPartitionStatuses { ranges { primaryDimStartKey
        primaryDimEndKey } } } } } } } }""",
    "a partition": """{ assetNodeOrError(assetKey: {path: ["extractions"]}) { ... on AssetNode {
        assetMaterializations(partitions: ["2026-11-20|deals"], limit: 1) { timestamp partition runId
        metadataEntries { label __typename } } } } }""",
    "an asset's plots": """{ assetOrError(assetKey: {path: ["extractions"]}) { ... on Asset {
        assetMaterializations(limit: 100) { timestamp partition metadataEntries { label
        ... on FloatMetadataEntry { floatValue } ... on IntMetadataEntry { intValue } } } } } }""",
    "an asset's checks": """{ assetNodeOrError(assetKey: {path: ["extractions"]}) { ... on AssetNode {
        assetChecksOrError { ... on AssetChecks { checks { name description blocking
        executionForLatestMaterialization { id status timestamp evaluation { severity description } } } } } } } }""",
    "a check's history": """{ assetCheckExecutions(assetKey: {path: ["extractions"]},
        checkName: "every_record_matches_its_schema", limit: 25) { id status runId timestamp
        evaluation { severity description metadataEntries { label __typename } } } }""",
    "automation": """{ repositoriesOrError { ... on RepositoryConnection { nodes { name
        schedules { name scheduleState { status ticks(limit: 1) { timestamp status } } }
        sensors { name sensorState { status ticks(limit: 1) { timestamp status } } } } } } }""",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=3 * 365)
    parser.add_argument("--evaluations", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="weir-ui-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # as root the embedded server runs as another user
        hold_sandbox(ROOT)
        variables = own_variables(folder, hold_postgres(folder))
        _one_run(folder, variables)
        _multiply(variables["DATABASE_URL"], options.days, options.evaluations)
        with living(folder, variables) as alive:
            alive.start("code", "webserver")
            alive.until(alive.serves)
            sys.exit(_report(alive))


def _one_run(folder: Path, variables: Mapping[str, str]) -> None:
    inbox = folder / "inbox" / FEED / LAST.isoformat()
    inbox.mkdir(parents=True)
    for sample in generate(1, FEED, 10):
        (inbox / sample.name).write_bytes(sample.content)
    command = [sys.executable, "-m", "dagster", "asset", "materialize", "-m", "pipeline_defs.definitions"]
    command += ["--select", "group:pipeline", "--partition", f"{LAST}|{FEED}"]
    measure(command, {**variables, "DAGSTER_HOME": str(ROOT)}, folder / "run.log")


def _multiply(url: str, days: int, evaluations: int) -> None:
    partitions = [(LAST - timedelta(days=back), feed) for back in range(days) for feed in FEEDS]
    others = [(day.isoformat(), feed) for day, feed in partitions if (day, feed) != (LAST, FEED)]
    with connect(url) as connection:
        connection.execute("set search_path to dagster")
        [[checks]] = connection.execute("select count(*) from asset_check_executions").fetchall()
        again = -(-evaluations // (int(checks) * len(partitions)))
        with connection.transaction():
            connection.execute(
                "create temporary table copies (n bigserial, day text, feed text, again int, run_id text)"
            )
            with connection.cursor().copy("copy copies (day, feed, again, run_id) from stdin") as rows:
                for day, feed in others:
                    for number in range(again):
                        rows.write_row((day, feed, number, f"{day}-{feed}-{number}"))
            values = {"day": LAST.isoformat(), "feed": FEED, "step": STEP}
            for statement in MULTIPLY.split(";\n"):
                if statement.strip():
                    connection.execute(statement.encode(), values if "%(" in statement else None)
        connection.execute("analyze")
        for table in ("runs", "event_logs", "asset_event_tags", "asset_check_executions"):
            [[rows_now]] = connection.execute(f"select count(*) from {table}".encode()).fetchall()  # noqa: S608 - our own names
            print(f"{rows_now:9,} rows in {table}")
    print(f"{len(partitions):,} partitions, {int(checks)} checks each, {again} times\n", flush=True)


def _report(alive: Living) -> int:
    """1 where a page is slower than it may be."""
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n\n"
        f"{'page':24} {'first':>7} {'then':>7}  of {LIMIT_S:.0f} s"
    )
    slowest = 0.0
    for page, query in PAGES.items():
        times = [_timed(alive, query) for _ in range(6)]
        slowest = max(slowest, median(times[1:]))
        print(f"{page:24} {times[0]:6.2f}s {median(times[1:]):6.2f}s {median(times[1:]) / LIMIT_S:6.0%}", flush=True)
    return 1 if slowest > LIMIT_S else 0


def _timed(alive: Living, query: str) -> float:
    begun = time.monotonic()
    _refuse_errors(alive.ask(query))
    return time.monotonic() - begun


def _refuse_errors(told: Any) -> None:
    """A page that answers quickly that it cannot answer is no quick page."""
    for value in told.values():
        assert value, told
        assert not str(value.get("__typename", "") if isinstance(value, dict) else "").endswith("Error"), told


if __name__ == "__main__":
    main()
