"""Figures over days: they agree with the calls themselves, are never late, and stay when the calls are purged."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resources.ledger import Ledger
from resources.ledger.connections import connect
from resources.ledger.figures import BOUNDS_S, Usage
from resources.ledger.gate import Seen
from resources.ledger.migrate import shipped
from tests.resources.outbox_parts import accept, told
from tests.resources.people_parts import AT_ITS_END, NOBODY, PATIENT, arrive, doubted, work

MONDAY = datetime(2026, 11, 16, 23, 30, tzinfo=UTC)


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url) as opened:
        yield opened


def attempt(**changed: Any) -> dict[str, Any]:
    """A row as the pipeline hands it over."""
    row = {
        **{"call_id": "c1", "attempt": 1, "run_id": "run", "asset": "extractions", "partition": "2026-11-16|quotes"},
        **{"feed": "quotes", "tenant": "acme", "doc_id": "X", "endpoint": "gpt", "model": "gpt-1", "task": "extract"},
        **{"prompt_version": "p", "outcome": "ok", "error": None, "stop_reason": "stop", "input_tokens": 100},
        **{"output_tokens": 10, "cached_tokens": 0, "reasoning_tokens": 0, "cost_usd": "0.001", "latency_s": 0.7},
        **{"first_token_s": None, "cache_hit": False, "fallback": False, "started_at": MONDAY.isoformat()},
    }
    return row | changed


def totals(usage: Sequence[Usage]) -> tuple[int, int, Decimal]:
    return (
        sum(each.attempts for each in usage),
        sum(each.input_tokens for each in usage),
        sum((each.cost_usd for each in usage), Decimal(0)),
    )


def test_what_was_just_written_is_counted_before_anybody_gathers(ledger: Ledger) -> None:
    """A figure is never late: news are added to what is known."""
    ledger.answers.keep_attempts([attempt(), attempt(attempt=2, outcome="failed", error="rate_limited")])
    before = ledger.figures.usage()
    assert [(each.outcome, each.error, each.attempts, each.calls) for each in before] == [
        ("failed", "rate_limited", 1, 0),
        ("ok", "", 1, 1),
    ]
    assert ledger.figures.gather() == 2
    assert ledger.figures.usage() == before
    assert ledger.figures.gather() == 0


def test_gathering_again_and_again_adds_up(ledger: Ledger) -> None:
    """News of a kind that is known are added to its row."""
    for _ in range(3):
        ledger.answers.keep_attempts([attempt(), attempt()])
        ledger.figures.gather()
    [found] = ledger.figures.usage()
    assert (found.attempts, found.input_tokens, found.cost_usd) == (6, 600, Decimal("0.006"))


def test_days_are_utc_and_can_be_chosen(ledger: Ledger) -> None:
    """A call half an hour before midnight and one half an hour after are of two days."""
    ledger.answers.keep_attempts([attempt(), attempt(started_at=(MONDAY + timedelta(hours=1)).isoformat())])
    monday, tuesday = date(2026, 11, 16), date(2026, 11, 17)
    assert [each.day for each in ledger.figures.usage()] == [monday, tuesday]
    assert [each.day for each in ledger.figures.usage(since=tuesday)] == [tuesday]
    assert [each.day for each in ledger.figures.usage(until=monday)] == [monday]
    assert [(each.day, each.attempts) for each in ledger.figures.usage(by_day=False)] == [(None, 2)]


def test_figures_stay_when_the_calls_are_purged(ledger: Ledger, database_url: str) -> None:
    """A counter that fell would tell Prometheus of calls that never were."""
    ledger.answers.keep_attempts([attempt(), attempt(outcome="cached", cache_hit=True, latency_s=0.0)])
    before = ledger.figures.usage()
    with connect(database_url) as connection:
        connection.execute("delete from weir.llm_calls")
    assert ledger.figures.usage() == before
    assert sum(each.attempts for each in ledger.figures.latencies()) == 1  # what was not sent took no time


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(
        st.lists(
            st.tuples(
                st.sampled_from(["quotes", "deals"]),
                st.sampled_from(["gpt", "claude"]),
                st.sampled_from([("ok", None), ("rejected", None), ("failed", "timeout"), ("cached", None)]),
                st.integers(0, 3),
                st.floats(0, 300),
                st.integers(0, 10_000),
            ),
            max_size=5,
        ),
        max_size=6,
    ),
    gather_after=st.sets(st.integers(0, 5)),
)
def test_figures_agree_with_the_calls(
    ledger: Ledger, database_url: str, batches: list[list[tuple[Any, ...]]], gather_after: set[int]
) -> None:
    """Whatever was written in whichever statements, and whenever somebody gathered."""
    with connect(database_url) as connection:
        connection.execute("truncate weir.llm_calls, weir.llm_usage, weir.llm_usage_news")
    for number, batch in enumerate(batches):
        ledger.answers.keep_attempts(
            [
                attempt(
                    feed=feed,
                    endpoint=endpoint,
                    outcome=outcome,
                    error=error,
                    latency_s=seconds,
                    input_tokens=tokens,
                    started_at=(MONDAY + timedelta(days=day)).isoformat(),
                )
                for feed, endpoint, (outcome, error), day, seconds, tokens in batch
            ]
        )
        if number in gather_after:
            ledger.figures.gather()
    with connect(database_url) as connection:
        rows = connection.execute(
            "select feed, endpoint, outcome, coalesce(error, ''), weir.llm_usage_of_a_day(started_at), count(*),"
            " sum(input_tokens), sum(cost_usd) from weir.llm_calls group by 1, 2, 3, 4, 5"
        ).fetchall()
    found = [
        (each.feed, each.endpoint, each.outcome, each.error, each.day, each.attempts, each.input_tokens, each.cost_usd)
        for each in ledger.figures.usage()
    ]
    assert sorted(found) == sorted(rows)


def test_many_writers_and_gatherers_lose_nothing(ledger: Ledger) -> None:
    """At any moment a reader sees every call that was committed, and none twice."""

    def write(number: int) -> None:
        ledger.answers.keep_attempts([attempt(call_id=f"c{number}", feed=f"feed-{number % 3}")])
        if number % 4 == 0:
            ledger.figures.gather()
        seen.append(totals(ledger.figures.usage())[0])

    seen: list[int] = []
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(60)))
    assert totals(ledger.figures.usage())[0] == 60
    assert max(seen) <= 60


def test_classes_of_latency_are_those_of_the_ledger(ledger: Ledger) -> None:
    """The bounds stand in a migration and here; a histogram needs both to agree."""
    ledger.answers.keep_attempts([attempt(latency_s=bound) for bound in (0.0, *BOUNDS_S)])
    assert [(each.latency_class, each.attempts) for each in ledger.figures.latencies()] == [
        (number, 1) for number in range(len(BOUNDS_S) + 1)
    ]


def test_percentiles_are_those_of_the_answers(ledger: Ledger) -> None:
    """Failures and kept answers say nothing of how fast an endpoint answers."""
    rows = [attempt(latency_s=float(second)) for second in range(1, 101)]
    rows += [attempt(outcome="failed", error="timeout", latency_s=900.0)]
    ledger.answers.keep_attempts(rows)
    [found] = ledger.figures.percentiles(date(2026, 11, 16), date(2026, 11, 16))
    assert (found.answers, found.p50_s, round(found.p99_s, 2)) == (100, 50.5, 99.01)


def test_a_ledger_from_before_brings_its_figures_along(database_url: str) -> None:
    """Calls written by an older version count."""
    with connect(database_url) as connection:
        connection.execute("create schema weir; set search_path to weir")
        before, after = [[each for each in shipped() if (each.name == "llm_usage") is new] for new in (False, True)]
        for each in (step for step in before if step.number < after[0].number):
            connection.execute(each.text.encode())
        connection.execute(
            "insert into llm_calls (call_id, attempt, run_id, asset, partition, feed, tenant, endpoint, model, task,"
            " prompt_version, outcome, latency_s, started_at)"
            " values ('c', 1, 'r', 'extractions', 'p', 'quotes', 'acme', 'gpt', 'm', 'extract', 'p', 'ok', 1, now())"
        )
        connection.execute(after[0].text.encode())
        row = connection.execute("select feed, attempts, calls from llm_usage").fetchone()
    assert row == ("quotes", 1, 1)


def test_the_standing_names_what_waits(ledger: Ledger) -> None:
    """What a person or a provider has to do something about, with its age."""
    doubted(ledger, "a", "A")
    arrive(ledger, "b", "B", cause="corrupt")
    arrive(ledger, "c", "C")
    [lease] = ledger.verdicts.claim(work("r2"), "none", "", 10)
    ledger.verdicts.let_wait(work("r2"), lease, NOBODY, PATIENT)
    told(ledger, "d", feed="deals")
    accept(ledger, "e", feed="deals")
    found = ledger.figures.standing()
    assert [(each.feed, each.status, each.cause, each.count) for each in found.documents] == [
        ("deals", "accepted", "", 2),
        ("quotes", "dead", "corrupt", 1),
        ("quotes", "review", "", 1),
        ("quotes", "waiting", "provider_unavailable", 1),
    ]
    assert [(each.feed, each.count) for each in found.reviews] == [("quotes", 1)]
    assert [(each.feed, each.kind, each.count) for each in found.letters] == [("quotes", "corrupt", 1)]
    assert [(each.feed, each.count) for each in found.waiting] == [("quotes", 1)]
    assert [(each.kind, each.count) for each in found.events] == [("due", 1), ("held", 1)]
    assert [(each.feed, each.gate, each.gates_closed) for each in found.nights] == [("deals", "open", 0)]


def test_gates_that_hold_something_back_are_counted(ledger: Ledger) -> None:
    """One that closed over nothing asks for nobody."""
    accept(ledger, "e", feed="deals")
    for feed in ("deals", "quotes"):
        ledger.gate.note("2026-11-19", feed, Seen("look", False, "no"), ["look"], "run")
    found = ledger.figures.standing().nights
    assert [(each.feed, each.gate, each.gates_closed) for each in found] == [
        ("deals", "closed", 1),
        ("quotes", "closed", 0),
    ]


def test_published_events_are_counted_by_feed(ledger: Ledger) -> None:
    """What is downstream, and since when."""
    told(ledger, "a", "b")
    ledger.outbox.publish(lambda batch: None, 10)
    [found] = ledger.figures.standing().published
    assert (found.feed, found.events) == ("quotes", 2)
    assert ledger.figures.standing().events == []


def test_what_waited_in_vain_waits_no_more(ledger: Ledger) -> None:
    """A document whose patience is over is a dead letter and nothing else."""
    arrive(ledger, "c", "C")
    [lease] = ledger.verdicts.claim(work(), "none", "", 10)
    ledger.verdicts.let_wait(work(), lease, NOBODY, AT_ITS_END)
    found = ledger.figures.standing()
    assert (found.waiting, [each.kind for each in found.letters]) == ([], ["provider_unavailable"])
