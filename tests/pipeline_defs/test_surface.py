"""The surface spelled out by hand: whoever adds or removes a thing says so here."""

import dagster as dg
import pytest

from assets.checks.gate import every_record_matches_its_schema as schema_check
from assets.checks.gate import manual_review_rate_within_threshold as review_check
from assets.checks.gold import gold_is_read_at_or_above_the_floor as gold_check
from assets.partitions import partitions
from pipeline_defs.definitions import defs

GATE_CHECKS = {
    "every_record_matches_its_schema",
    "manual_review_rate_within_threshold",
    "gold_is_read_at_or_above_the_floor",
}


@pytest.fixture(scope="module")
def repository() -> dg.RepositoryDefinition:
    return defs.get_repository_def()


def test_everything_loads_together() -> None:
    """What `dg check defs` checks."""
    dg.Definitions.validate_loadable(defs)


def test_the_assets(repository: dg.RepositoryDefinition) -> None:
    """And the way a document takes through them; the gold stands beside it."""
    graph = repository.asset_graph
    parents = {
        key.to_user_string(): {parent.to_user_string() for parent in graph.get(key).parent_keys}
        for key in graph.get_all_asset_keys()
    }
    assert parents == {
        "documents": set(),
        "chunks": {"documents"},
        "embeddings": {"chunks"},
        "extractions": {"chunks", "embeddings"},
        "deliveries": {"extractions"},
        "gold_scores": set(),
        "llm_usage": set(),
        "provider_health": set(),
        "service_levels": set(),
    }


def test_the_gate_checks_block() -> None:
    """All are on extractions, per partition."""
    specs = {spec.name: spec for checks in (schema_check, review_check, gold_check) for spec in checks.check_specs}
    assert set(specs) == GATE_CHECKS
    assert all(spec.blocking and spec.partitions_def == partitions for spec in specs.values())
    assert {spec.asset_key.to_user_string() for spec in specs.values()} == {"extractions"}


def test_jobs_schedule_and_sensors(repository: dg.RepositoryDefinition) -> None:
    """What a person or a clock can ask for."""
    assert {
        "process_partition",
        "release_partition",
        "recheck_partition",
        "replay_documents",
        "check_standing_conditions",
        "check_lake",
        "report_day",
        "purge_history",
    } <= set(repository.job_names)
    assert sorted(each.name for each in repository.schedule_defs) == [
        *("conditions", "lake_daily", "morning", "nightly", "purging"),
    ]
    assert {each.name for each in repository.sensor_defs} == {
        *("inbox_files", "waiting_documents"),
        *("failed_checks", "failed_runs"),
    }


def test_resources_are_named_after_what_they_reach(repository: dg.RepositoryDefinition) -> None:
    """The names runs are configured by."""
    assert set(defs.resources or {}) == {"inbox", "lake", "ledger", "llm", "sink"}


def test_partitions_are_a_day_of_a_feed() -> None:
    """Today has its partition; keys are the folders of the feeds."""
    assert partitions.partition_dimension_names == ["date", "feed"]
    assert partitions.has_partition_key("2026-11-19|supplier_quotes")
    assert not partitions.has_partition_key("2026-11-19|nobody")


def test_a_backfill_is_one_run_a_partition(repository: dg.RepositoryDefinition) -> None:
    """A run's failure is one partition's failure."""
    graph = repository.asset_graph
    assert {graph.get(key).backfill_policy for key in graph.get_all_asset_keys()} == {None}
