"""Every check an asset makes of itself passes where all is well, fails where it is not, and is silent on too little."""

from collections.abc import Callable

import dagster as dg
import pytest

from assets.checks.check import Check
from assets.checks.finding import Finding
from assets.checks.inline import LOOKS, looked
from assets.checks.scene import Scene
from extraction.limits import Checks
from resources.ledger.connections import SCHEMA
from tests.assets.check_cases import CACHED_BEFORE, CASES, USUAL, Case, all_of, calls, documents, vectors
from tests.assets.stage import Stage

CHECKS = {check.name: check for check in LOOKS}


def test_every_check_has_its_cases() -> None:
    """Whoever adds a check says when it passes, when it fails and when it is silent."""
    assert set(CASES) == set(CHECKS)


def found(stage: Stage, name: str) -> Finding:
    look: Callable[[Scene], Finding] = LOOKS[CHECKS[name]]
    return look(stage.scene)


@pytest.mark.parametrize(("name", "case"), CASES.items(), ids=CASES)
def test_it_passes_where_all_is_well(stage: Stage, name: str, case: Case) -> None:
    """Up to its limit; and it says what it counted."""
    case.clean(stage)
    finding = found(stage, name)
    assert (finding.severity, list(finding.offenders)) == ("none", [])
    assert any(character.isdigit() for character in finding.sentence)
    assert finding.numbers


@pytest.mark.parametrize(("name", "case"), CASES.items(), ids=CASES)
def test_it_fails_where_something_is_wrong(stage: Stage, name: str, case: Case) -> None:
    """As badly as it should, with who is to blame in the table and where the limit is set in the sentence."""
    case.failing(stage)
    finding = found(stage, name)
    assert finding.severity == case.severity, finding.sentence
    assert any(case.shows in cell for row in finding.offenders for cell in row.values()), finding.offenders
    if CHECKS[name].limits:
        assert f"({CHECKS[name].limits} in {stage.name}/feed.yaml)" in finding.sentence


@pytest.mark.parametrize(("name", "case"), CASES.items(), ids=CASES)
def test_it_is_silent_on_too_little(stage: Stage, name: str, case: Case) -> None:
    """Nobody is woken by a share of a handful."""
    case.few(stage)
    assert found(stage, name).passed


@pytest.mark.parametrize("name", CASES)
def test_an_empty_partition_passes(stage: Stage, name: str) -> None:
    """No division by what is not there."""
    assert found(stage, name).passed


@pytest.mark.parametrize("check", LOOKS, ids=lambda check: check.name)
def test_a_check_says_what_to_do_and_where_to_look(stage: Stage, check: Check) -> None:
    """Its query runs as it stands, its limits are a setting of the feed, and it closes no gate."""
    assert check.means.endswith(".")
    assert check.remedy.endswith(".")
    assert not check.blocking
    if check.limits:
        assert check.limits.removeprefix("checks.") in Checks.model_fields
    if check.query:
        stage.run(check.query.replace("FEED", stage.name).replace("DAY", "2026-11-19"), {})
        assert f" {SCHEMA}." in check.query


async def test_a_check_that_cannot_look_says_so_and_fails_nothing(stage: Stage) -> None:
    """The work is done; the checks beside it look all the same."""
    scene = stage.but(lake=None).scene
    told: list[str] = []
    [result] = await looked("chunks", scene, told.append)
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert "this could not be looked at: LookupError" in (result.description or "")
    assert told[0].startswith("WARN chunks_cover_their_text: ")


async def test_only_what_failed_is_told(stage: Stage) -> None:
    """A quiet night has a quiet log."""
    all_of(documents(30), calls(30))(stage)
    told: list[str] = []
    results = await looked("extractions", stage.scene, told.append)
    assert told == []
    assert {result.check_name for result in results} == {c.name for c in LOOKS if c.asset == "extractions"}
    assert all(result.metadata["owner"] == dg.MetadataValue.text("team:x") for result in results)


def test_a_feed_that_lets_optional_values_stand_is_told_nothing(stage: Stage) -> None:
    """Unless it says itself how many are too many."""
    name = "every_accepted_value_is_grounded"
    CASES[name].failing(stage)
    stage.set(review={"ungrounded": "required"})
    assert found(stage, name).passed
    stage.set(checks={"ungrounded": {"warn": 0.1, "error": 0.5}})
    assert found(stage, name).severity == "WARN"


def test_what_was_never_cached_is_not_missed(stage: Stage) -> None:
    """Short prompts are cached by nobody."""
    calls(200)(stage)
    assert found(stage, "prompts_are_cached_as_usual").passed
    CACHED_BEFORE(stage)
    assert not found(stage, "prompts_are_cached_as_usual").passed


def test_what_nobody_would_notice_is_as_usual(stage: Stage) -> None:
    """Ten times a tenth of a second is still no delay."""
    all_of(USUAL, documents(30, latency_s=0.1), documents(10, latency_s=1.5))(stage)
    assert found(stage, "few_documents_take_far_longer_than_most").passed


def test_the_last_run_that_asked_counts(stage: Stage) -> None:
    """What failed in an outage and was answered later is well; a run that asked nothing changes nothing."""
    failing = {"outcome": "failed", "error": "unavailable"}
    calls(200, doc_id="one", run_id="night", **failing)(stage)
    assert not found(stage, "few_calls_fail").passed
    calls(1, doc_id="one", run_id="morning")(stage)
    finding = found(stage, "few_calls_fail")
    assert finding.sentence.startswith("0 of 1 calls failed")


def test_broken_vectors_are_an_error_and_missing_ones_a_warning(stage: Stage) -> None:
    """Zeros have no direction; without a vector words alone are searched."""
    vectors((0.0, 0.0), (1.0, 2.0))(stage)
    finding = found(stage, "every_chunk_has_a_vector_of_its_own")
    assert (finding.severity, finding.numbers["broken"], finding.numbers["dimension"]) == ("ERROR", 1, 2)
    stage.vectors_of = "another"
    assert found(stage, "every_chunk_has_a_vector_of_its_own").severity == "WARN"
    stage.vectors_of = None
    assert "words alone" in found(stage, "every_chunk_has_a_vector_of_its_own").sentence
