"""What the catalog knows after a real run: lineage down to the columns, and what is stale."""

import dagster as dg
import pytest

from pipeline_defs.definitions import defs
from tests.pipeline_defs.notes import KEY, Project

CHAIN = ("documents", "chunks", "embeddings", "extractions", "deliveries")


def _metadata(project: Project, asset: str) -> dict[str, dg.MetadataValue]:
    event = project.instance.get_latest_materialization_event(dg.AssetKey(asset))
    assert event
    assert event.asset_materialization
    return dict(event.asset_materialization.metadata)


def _columns(asset: str, metadata: dict[str, dg.MetadataValue]) -> set[str]:
    """Of the run, else of the definition."""
    node = defs.get_repository_def().asset_graph.get(dg.AssetKey(asset))
    told = metadata.get("dagster/column_schema")
    schema = told.value if told else node.metadata["dagster/column_schema"]
    assert isinstance(schema, dg.TableSchema)
    return {column.name for column in schema.columns}


def _data_version(project: Project, asset: str) -> str:
    event = project.instance.get_latest_materialization_event(dg.AssetKey(asset))
    assert event
    assert event.asset_materialization
    return (event.asset_materialization.tags or {})["dagster/data_version"]


@pytest.fixture
def done(project: Project) -> Project:
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    assert project.run().success
    return project


def test_every_column_comes_from_a_column_that_there_is(done: Project) -> None:
    """From a record's field back to the text of the document."""
    seen = {asset: _metadata(done, asset) for asset in CHAIN}
    there = {asset: _columns(asset, seen[asset]) for asset in CHAIN}
    assert {"supplier", "total"} <= there["extractions"]
    for asset in CHAIN[1:]:
        lineage = seen[asset]["dagster/column_lineage"].value
        assert isinstance(lineage, dg.TableColumnLineage)
        for column, origins in lineage.deps_by_column.items():
            assert column in there[asset]
            assert all(each.column_name in there[each.asset_key.to_user_string()] for each in origins)
    origins = seen["extractions"]["dagster/column_lineage"].value.deps_by_column["total"]  # type: ignore[union-attr]
    assert [(each.asset_key.to_user_string(), each.column_name) for each in origins] == [("chunks", "text")]


def test_only_other_documents_make_a_day_stale(done: Project) -> None:
    """Reading the same files again is no news to what was made of them."""
    before = _data_version(done, "documents")
    assert done.run().success
    assert _data_version(done, "documents") == before
    done.drop("b.txt", "Supplier: Halden AS\nTotal: 99.00\n")
    assert done.run().success
    assert _data_version(done, "documents") != before
    assert KEY in done.instance.get_materialized_partitions(dg.AssetKey("documents"))
