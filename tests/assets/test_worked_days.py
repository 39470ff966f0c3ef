"""A night that was forgotten is told of: each day, since there are nights, is worked after it has ended."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from assets.checks.conditions import Conditions
from assets.checks.days import worked_days
from assets.checks.finding import Finding
from resources.ledger import Ledger

FEED_YAML = "name: {0}\ndescription: Notes.\nowner: team:x\ntenant: x\nschema: Note\n"
TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def day(back: int) -> str:
    return (TODAY - timedelta(days=back)).date().isoformat()


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as opened:
        yield opened


@pytest.fixture
def look(instance: dg.DagsterInstance, database_url: str, tmp_path: Path) -> Iterator[Callable[[float], Finding]]:
    """The check, so many hours into today, over two feeds."""
    for name in ("quotes", "deals"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "feed.yaml").write_text(FEED_YAML.format(name))
    with Ledger.open(database_url) as ledger:
        yield lambda hours: worked_days(Conditions(ledger, tmp_path, instance, TODAY + timedelta(hours=hours)))


def work(instance: dg.DagsterInstance, *keys: str) -> None:
    """Materialized now, which is today."""
    for key in keys:
        instance.report_runless_asset_event(dg.AssetMaterialization("deliveries", partition=key))


def nights_since(instance: dg.DagsterInstance, key: str) -> None:
    tags = {"dagster/schedule_name": "nightly", "dagster/partition": key}
    instance.add_run(dg.DagsterRun("process_partition", tags=tags))


def test_where_there_are_no_nights_none_is_missed(
    instance: dg.DagsterInstance, look: Callable[[float], Finding]
) -> None:
    """Hands and arriving files work when they do."""
    work(instance, f"{day(5)}|quotes")
    assert look(23).passed


def test_days_that_were_worked_after_they_ended_are_well(
    instance: dg.DagsterInstance, look: Callable[[float], Finding]
) -> None:
    """Today has not ended, and what was before the first night is nobody's."""
    nights_since(instance, f"{day(2)}|quotes")
    work(instance, *(f"{day(back)}|{feed}" for back in (2, 1) for feed in ("quotes", "deals")))
    finding = look(23)
    assert finding.passed
    assert finding.sentence == "0 days not worked"


def test_a_day_that_nobody_worked_warns_in_the_morning_and_fails_a_day_later(
    instance: dg.DagsterInstance, look: Callable[[float], Finding]
) -> None:
    nights_since(instance, f"{day(3)}|quotes")
    work(instance, *(f"{day(back)}|{feed}" for back in (3, 2) for feed in ("quotes", "deals")), f"{day(1)}|quotes")
    assert look(5).passed, "the night may still be at work"
    late = look(7)
    assert (late.passed, late.severity) == (False, "WARN")
    assert "deals: 1 days not worked" in late.sentence
    assert [row["partition"] for row in late.offenders] == [f"{day(1)}|deals"]
    assert "never worked" in late.offenders[0]["why"]
    assert look(25).severity == "ERROR"


def test_what_was_worked_before_its_end_is_not_all_of_it(
    instance: dg.DagsterInstance, look: Callable[[float], Finding]
) -> None:
    """Files arrive until midnight: a run at noon is no night."""
    nights_since(instance, f"{day(0)}|quotes")
    work(instance, f"{day(0)}|quotes")
    finding = look(24 + 7)
    assert not finding.passed
    assert "before it ended" in finding.offenders[0]["why"]
