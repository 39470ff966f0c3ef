"""The pages a manager reads: sentences that are true, numbers to plot, and nothing said of what was not measured."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from assets.operations.days import TREND, trend_of, week_before
from assets.operations.llm_usage import usage_page
from assets.operations.provider_health import bands, health_page
from assets.operations.service_levels import Month, levels_page
from resources.ledger.figures import Budget, Percentiles, Usage
from resources.ledger.levels import Answering, Decisions, Pace, Score, Turn, Verdicts

DAY = date(2026, 11, 24)
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
PLAIN = Usage(DAY, "quotes", "acme", "gpt", "gpt-1", "extract", "ok", "", 10, 10, 0, 0, 0, 1000, 100, 400, 0, 0,
              Decimal("2.00"), 9.0)  # fmt: skip
NOTHING = Month(DAY, [], [], [], Decisions(0, 0, 0), [])


def used(**changed: Any) -> Usage:
    return replace(PLAIN, **changed)


def summary(page: Any) -> str:
    """As it is read: line breaks are for the narrow column."""
    return str(page["summary"].value).replace("  \n  ", " ")


def cells(page: Any, name: str) -> list[dict[str, Any]]:
    return (
        [dict(record.data) for record in page[name].value.records]
        if hasattr(page[name], "value")
        else [dict(record.data) for record in page[name].records]
    )


def test_a_trend_ends_with_its_day_and_the_week_before_does_not_hold_it() -> None:
    """Thirty days, oldest first."""
    assert len(trend_of(DAY)) == TREND
    assert trend_of(DAY)[-1] == DAY
    assert week_before(DAY) == [DAY - timedelta(days=back) for back in range(7, 0, -1)]


def test_usage_says_what_it_cost_who_had_it_and_how_that_compares() -> None:
    """Beside the days of the week before on which anything was asked."""
    usage = [
        used(),
        used(tenant="bolt", feed="deals", model="gpt-2", cost_usd=Decimal("1.00")),
        used(outcome="failed", error="timeout", attempts=5, calls=0, cost_usd=Decimal(0)),
        used(outcome="cached", attempts=4, calls=4, cost_usd=Decimal(0)),
        used(day=DAY - timedelta(days=1), cost_usd=Decimal("1.50")),
        used(day=DAY - timedelta(days=3), cost_usd=Decimal("2.50")),
    ]
    page = usage_page(DAY, usage, [Budget("tenant/acme/2026-11-24", Decimal(10), Decimal("2.5"), MIDNIGHT)])
    assert "**3.00 USD** for 24 questions" in summary(page)
    assert "50% more than on a day of the week before (2.00 USD)" in summary(page)
    assert "Most of it went to acme: 2.00 USD (67%)" in summary(page)
    assert "5 of 25 requests failed (20.0%)" in summary(page)
    assert "4 questions had been answered before and cost nothing" in summary(page)
    assert (page["cost_usd"], page["attempts"], page["answers_from_cache"]) == (3.0, 25, 4)
    assert [row["tenant"] for row in cells(page, "who_had_what")] == ["acme", "bolt"]
    assert cells(page, "budgets_now")[0]["used"] == "25%"


def test_a_day_on_which_nothing_was_asked_has_a_page() -> None:
    """Zeros, and no comparison that would divide by them."""
    page = usage_page(DAY, [], [])
    assert summary(page) == "* **0.00 USD** for 0 questions on 2026-11-24."
    assert page["cost_usd"] == 0.0


def turn(minute: float, phase: str, endpoint: str = "gpt", why: str = "") -> Turn:
    return Turn(endpoint, phase, why, MIDNIGHT + timedelta(minutes=minute))


def test_a_band_begins_with_the_day_and_ends_with_now() -> None:
    """What was open at midnight is open from midnight; what is open still is open until now, or the day's end."""
    turns = [turn(-30, "open"), turn(10, "ramping"), turn(12, "closed"), turn(100, "open", "claude")]
    end = MIDNIGHT + timedelta(days=1)
    found = bands(turns, MIDNIGHT, end, MIDNIGHT + timedelta(minutes=160))
    assert next((begin, until, each.phase) for begin, until, each in found["gpt"]) == (
        MIDNIGHT,
        MIDNIGHT + timedelta(minutes=10),
        "open",
    )
    [(begin, until, _)] = found["claude"]
    assert until - begin == timedelta(minutes=60)
    assert bands([turn(-30, "open")], MIDNIGHT, end, end)["gpt"][0][:2] == (MIDNIGHT, end)


def test_health_names_who_was_left_alone_for_how_long_and_why() -> None:
    """A four-hour outage that another endpoint covered is on the page all the same."""
    lasted = bands(
        [turn(120, "open", why="62 % of 40 failed"), turn(360, "closed")],
        MIDNIGHT,
        MIDNIGHT + timedelta(days=1),
        MIDNIGHT + timedelta(days=1),
    )
    usage = [used(), used(outcome="failed", error="unavailable", attempts=10)]
    page = health_page(DAY, usage, [Percentiles(DAY, "gpt", 10, 0.5, 2.0, 7.0)], lasted)
    assert "**gpt was left alone for 240 min**, first at 02:00 UTC: 62 % of 40 failed." in summary(page)
    assert "**10 of 20 requests** were answered on 2026-11-24 (50.0% failed)." in summary(page)
    assert (page["minutes_left_alone"], page["slowest_p99_s"], page["error_rate"]) == (240.0, 7.0, 0.5)
    assert cells(page, "endpoints")[0]["left alone (min)"] == "240"
    assert cells(page, "errors_by_class") == [{"endpoint": "gpt", "error": "unavailable", "requests": "10"}]


def test_health_of_a_day_without_questions_says_so() -> None:
    """And of one on which an endpoint answered nobody, it says what is known."""
    assert summary(health_page(DAY, [], [], {})) == "* Nothing was asked on 2026-11-24."
    page = health_page(DAY, [used(outcome="failed", error="timeout", attempts=3)], [], {})
    assert cells(page, "endpoints")[0]["p99 (s)"] == "-"


def test_levels_say_how_many_how_fast_how_many_needed_a_person_and_how_right() -> None:
    """Every number a sentence, and a plot."""
    month = Month(
        DAY,
        [Verdicts(DAY, "quotes", 80, 8, 72, 6, 2, 5), Verdicts(DAY - timedelta(days=1), "quotes", 10, 5, 5, 5, 0, 0)],
        [Pace(DAY, 80, 4, 0.5, 3.0)],
        [Answering(DAY, 100, 99, 400, 398)],
        Decisions(9, 1, 0),
        [Score("quotes", 0.9, 10), Score("deals", 0.6, 20)],
    )
    page = levels_page(month)
    told = summary(page)
    assert "**80 documents** of 2026-11-24 have a verdict; 8 of them needed a person (10.0%)." in told
    assert "**5 documents have none yet**" in told
    assert "1,200 documents an hour; 99 of 100 took less than 3.0 s." in told
    assert "A model answered in 99.00% of the minutes in which one was asked (1 min without)." in told
    assert "70.0% of the values right" in told
    assert "People left 9 of the 10 records they decided on in thirty days as they were." in told
    assert (page["manual_review_rate"], page["uptime"], page["documents_per_hour"]) == (0.1, 0.99, 1200)


def test_what_was_not_measured_is_not_a_zero() -> None:
    """A day without documents has no rate, no pace and no uptime to plot."""
    page = levels_page(NOTHING)
    assert summary(page) == "* No documents arrived for 2026-11-24."
    assert not {"manual_review_rate", "uptime", "documents_per_hour", "gold_f1"} & set(page)


def test_summaries_are_short_enough_to_be_seen_at_once() -> None:
    """Dagster hides what is longer than a thousand characters behind a link."""
    many = [used(tenant=f"tenant-{number:03}", endpoint=f"endpoint-{number:03}") for number in range(50)]
    ends = [Percentiles(DAY, f"endpoint-{number:03}", 10, 0.5, 2.0, 7.0) for number in range(50)]
    turns = [turn(number, "open", f"endpoint-{number:03}", "why " * 40) for number in range(50)]
    lasted = bands(turns, MIDNIGHT, MIDNIGHT + timedelta(days=1), MIDNIGHT + timedelta(days=1))
    for page in (usage_page(DAY, many, []), health_page(DAY, many, ends, lasted)):
        assert len(page["summary"].value) < 1000
        assert max(map(len, page["summary"].value.split("\n"))) <= 44
