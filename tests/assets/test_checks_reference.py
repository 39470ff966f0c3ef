"""docs/checks.md speaks of the checks as they are, of all of them and of no others."""

import dagster as dg
import pytest

from assets.checks.reference import ALL, PAGE, filled
from pipeline_defs.definitions import defs


def test_the_page_is_what_the_checks_say() -> None:
    """`python -m assets.checks.reference` writes it anew."""
    page = PAGE.read_text(encoding="utf-8")
    assert filled(page) == page


def test_every_check_of_the_code_location_is_on_it() -> None:
    """And carries its remedy, so that an alert can show it."""
    graph = defs.get_repository_def().asset_graph
    declared = {(check.asset, check.name): check.remedy for check in ALL}
    found = {
        (key.asset_key.to_user_string(), key.name): graph.get_check_spec(key).metadata["remedy"]
        for key in graph.asset_check_keys
    }
    assert found == declared


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.name)
def test_a_check_has_its_place_to_link_to(check: dg.AssetCheckSpec) -> None:
    """An alert's link leads to the check's own paragraph."""
    assert f"\n### {check.name}\n" in PAGE.read_text(encoding="utf-8")
