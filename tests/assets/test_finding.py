"""One function judges every measure: on a limit is not over it, zeros are told, too few say nothing."""

from math import inf

import dagster as dg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.checks.check import Check
from assets.checks.finding import OFFENDERS, Finding, judged, share, worst
from extraction.limits import Limits

LIMITS = Limits(warn=0.05, error=0.10, min_count=20)
CHECK = Check("answers_are_good", "extractions", "Answers are good.", "Mend them.", limits="checks.fallbacks")


def found(part: int, whole: int, limits: Limits = LIMITS) -> Finding:
    return judged(share("bad_rate", part, whole, "answers", "were bad"), limits, "checks.bad in quotes/feed.yaml")


@pytest.mark.parametrize(
    ("part", "whole", "severity"),
    [(0, 0, "none"), (0, 100, "none"), (5, 100, "none"), (6, 100, "WARN"), (10, 100, "WARN"), (11, 100, "ERROR")],
)
def test_over_the_soft_limit_it_warns_over_the_hard_one_it_fails(part: int, whole: int, severity: str) -> None:
    """On a limit is not over it."""
    assert found(part, whole).severity == severity


def test_below_the_minimum_count_it_passes_and_says_that_it_says_nothing() -> None:
    """All of nineteen are bad, and still nobody is woken."""
    finding = found(19, 19)
    assert finding.passed
    assert finding.sentence == "19 of 19 answers were bad (100%); below 20 answers that says nothing"


def test_zeros_are_told() -> None:
    """A clean partition shows what was looked at."""
    finding = found(0, 120)
    assert finding.sentence == "0 of 120 answers were bad (0%)"
    assert finding.numbers["bad_rate"] == 0.0
    assert finding.numbers["of"] == 120


def test_the_sentence_says_which_limit_and_where_it_is_set() -> None:
    """A person knows from it alone what to change if the limit is wrong."""
    assert found(12, 120).sentence == (
        "12 of 120 answers were bad (10%), over the soft limit of 5% (checks.bad in quotes/feed.yaml)"
    )


def test_a_limit_that_is_off_is_never_over_and_no_number() -> None:
    """Infinity cannot be plotted."""
    finding = found(120, 120, Limits(warn=inf, error=inf, min_count=1))
    assert finding.passed
    assert set(finding.numbers) == {"bad_rate", "offending", "of", "minimum_count"}


@given(
    st.integers(0, 500),
    st.integers(0, 500),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(1, 300),
)
def test_it_is_never_milder_with_more_that_is_bad(good: int, bad: int, one: float, two: float, least: int) -> None:
    """Whatever the numbers: severity grows with the share, silence below the minimum, the sentence counts."""
    limits = Limits(warn=min(one, two), error=max(one, two), min_count=least)
    ranks = {"none": 0, "WARN": 1, "ERROR": 2}
    finding, more = found(bad, good + bad, limits), found(bad + good, good + bad, limits)
    assert ranks[finding.severity] <= ranks[more.severity]
    assert finding.passed or good + bad >= least
    assert (finding.severity == "ERROR") == (good + bad >= least and bad / max(good + bad, 1) > limits.error)
    assert f"{bad:,} of {good + bad:,} answers" in finding.sentence


def test_offenders_are_looked_for_only_where_there_is_something_to_show() -> None:
    """A clean check costs no second look; a table stays readable."""
    looked = []

    def rows() -> list[dict[str, str]]:
        looked.append(1)
        return [{"document": str(number)} for number in range(OFFENDERS + 5)]

    assert found(0, 120).showing(rows).offenders == ()
    assert looked == []
    assert len(found(60, 120).showing(rows).offenders) == OFFENDERS


def test_the_report_carries_remedy_owner_numbers_and_the_table() -> None:
    """What an alert shows stands first; a green check needs no remedy."""
    bad = CHECK.report(found(60, 120).showing(lambda: [{"document": "q/a"}]), "team:books")
    assert (bad.passed, bad.severity, bad.check_name) == (False, dg.AssetCheckSeverity.ERROR, "answers_are_good")
    assert list(bad.metadata)[:2] == ["remedy", "owner"]
    table = bad.metadata["offenders"]
    assert isinstance(table, dg.TableMetadataValue)
    assert [dict(record.data) for record in table.records] == [{"document": "q/a"}]
    good = CHECK.report(found(0, 120), "team:books")
    assert good.passed
    assert "remedy" not in good.metadata


def test_the_definition_carries_the_remedy_and_where_the_limits_are_set() -> None:
    """Alerts read them where there is no result to ask."""
    spec = CHECK.spec()
    assert spec.metadata == {"remedy": "Mend them.", "limits": "checks.fallbacks in feed.yaml"}
    assert not spec.blocking


@pytest.mark.parametrize(
    ("severities", "expected"), [([], "none"), (["none", "WARN"], "WARN"), (["WARN", "ERROR", "none"], "ERROR")]
)
def test_the_worst_of_several_stands_for_all(severities: list[str], expected: str) -> None:
    """A standing condition is as bad as its worst feed."""
    assert worst([Finding(each, "", {}) for each in severities]) == expected  # type: ignore[arg-type]
