"""The manager's pages after a real day, as the job makes them."""

from datetime import UTC, datetime
from typing import Any

import dagster as dg

from pipeline_defs.definitions import defs
from tests.pipeline_defs.notes import DAY, Project


def pages_of(project: Project, day: str) -> dict[str, dict[str, Any]]:
    done = defs.resolve_job_def("report_day").execute_in_process(partition_key=day, instance=project.instance)
    assert done.success
    events = {event.asset_key: event for event in done.get_asset_materialization_events()}
    return {
        key.to_user_string(): {name: value.value for name, value in event.materialization.metadata.items()}
        for key, event in events.items()
        if isinstance(key, dg.AssetKey)
    }


def test_a_day_has_its_pages(project: Project) -> None:
    """What was asked today, for documents of another day: each page has its own day, and they agree with the ledger."""
    before = datetime.now(UTC)
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    project.drop("b.txt", "Supplier: Halden AS\nTotal: 99.00\n")
    assert project.run().success
    after = datetime.now(UTC)
    days = {moment.date().isoformat() for moment in (before, after)}
    today = [pages_of(project, day) for day in sorted(days)]  # two, if midnight passed meanwhile
    assert sum(page["llm_usage"]["attempts"] for page in today) == project.provider.asked + project.provider.embedded
    assert sum(page["llm_usage"]["cost_usd"] for page in today) > 0
    assert sum(page["provider_health"]["failed_attempts"] for page in today) == 0
    levels = pages_of(project, DAY)["service_levels"]
    assert levels["documents"] == 2
    assert levels["manual_review_rate"] == 0.0
    assert "**2 documents** of 2026-11-19 have a verdict; 0 of them needed a person" in levels["summary"].replace(
        "  \n  ", " "
    )


def test_a_day_before_anything_has_its_pages(project: Project) -> None:
    """They say that there was nothing, in words."""
    pages = pages_of(project, "2025-01-01")
    assert "No documents arrived" in pages["service_levels"]["summary"].replace("  \n  ", " ")
    assert "Nothing was asked" in pages["provider_health"]["summary"].replace("  \n  ", " ")
    assert pages["llm_usage"]["cost_usd"] == 0.0
