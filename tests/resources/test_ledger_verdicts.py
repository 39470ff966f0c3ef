"""One transaction a document: leases, verdicts, what waits, and what is current."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from resources.ledger import Ledger
from resources.ledger.documents import Arrival
from resources.ledger.errors import LeaseLost
from resources.ledger.places import Place
from resources.ledger.verdicts import Finding, Lease, Versions, Work

DAY, FEED = "2026-11-19", "quotes"
FIRST = Versions("s1", "p1", "r1")
PATIENT, AT_ITS_END = timedelta(hours=1), timedelta(seconds=-1)
ATTEMPT = {
    "call_id": "c1",
    "attempt": 1,
    "run_id": "run",
    "asset": "extractions",
    "partition": f"{DAY}|{FEED}",
    "feed": FEED,
    "tenant": "t",
    "doc_id": "X",
    "endpoint": "e",
    "model": "m",
    "task": "extract",
    "prompt_version": "p1",
    "outcome": "failed",
    "error": "unavailable",
    "stop_reason": None,
    "input_tokens": 3,
    "output_tokens": 0,
    "cached_tokens": 0,
    "reasoning_tokens": 0,
    "cost_usd": "0.25",
    "latency_s": 1.5,
    "first_token_s": None,
    "cache_hit": False,
    "fallback": False,
    "started_at": "2026-11-19T10:00:00+00:00",
}


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url) as opened:
        opened.places.note(FEED, [Place("a", date.fromisoformat(DAY), "m")])
        opened.documents.arrive(DAY, FEED, "run", [Arrival("a", "X", "m", 1)])
        yield opened


def work(run: str = "run", versions: Versions = FIRST) -> Work:
    return Work(DAY, FEED, run, versions)


def claim(ledger: Ledger, run: str = "run", versions: Versions = FIRST) -> Lease:
    [lease] = ledger.verdicts.claim(work(run, versions), "none", "", 10)
    return lease


def statuses(ledger: Ledger) -> dict[str, int]:
    return ledger.documents.count_by_status(DAY, FEED)


def test_a_document_in_work_is_not_handed_out_twice(ledger: Ledger) -> None:
    """A run that claims again gets what it does not hold yet: nothing."""
    claim(ledger)
    assert ledger.verdicts.claim(work(), "none", "", 10) == []


def test_a_lease_that_was_taken_over_changes_nothing(ledger: Ledger) -> None:
    """A run that lost its partition cannot write over the run that took it."""
    old = claim(ledger, "gone")
    new = claim(ledger, "here")
    with pytest.raises(LeaseLost, match="taken over by another run"):
        ledger.verdicts.commit(work("gone"), old, Finding("accepted", {"x": 1}))
    assert ledger.outbox.counts(DAY, FEED).held == 0
    ledger.verdicts.commit(work("here"), new, Finding("accepted", {"x": 2}))
    assert statuses(ledger) == {"accepted": 1}


def test_a_verdict_is_committed_once(ledger: Ledger) -> None:
    """The lease ends with the verdict."""
    lease = claim(ledger)
    ledger.verdicts.commit(work(), lease, Finding("accepted", {"x": 1}))
    with pytest.raises(LeaseLost):
        ledger.verdicts.commit(work(), lease, Finding("accepted", {"x": 1}))
    assert ledger.outbox.counts(DAY, FEED).held == 1


def test_a_version_superseded_while_it_was_asked_about_gets_no_verdict(ledger: Ledger) -> None:
    """A correction that arrives during the call wins."""
    lease = claim(ledger)
    ledger.documents.arrive(DAY, FEED, "other", [Arrival("a", "Y", "m2", 1)])
    with pytest.raises(LeaseLost):
        ledger.verdicts.commit(work(), lease, Finding("accepted", {"x": 1}))
    assert statuses(ledger) == {"superseded": 1, "pending": 1}


@pytest.mark.parametrize("verdict", ["accepted", "review", "dead"])
def test_a_document_is_a_record_with_an_event_or_a_review_item_or_a_dead_letter(ledger: Ledger, verdict: str) -> None:
    """Never two of them and never none."""
    finding = Finding(verdict, {"x": 1}, cause="never_validates", message="m", remedy="r")  # type: ignore[arg-type]
    ledger.verdicts.commit(work(), claim(ledger), finding)
    counted = {
        "accepted": ledger.outbox.counts(DAY, FEED).held,
        "review": count(ledger, "review_items"),
        "dead": count(ledger, "dead_letters"),
    }
    assert counted == {name: int(name == verdict) for name in counted}


def count(ledger: Ledger, table: str) -> int:
    with ledger.outbox._connections.connection() as connection:
        row = connection.execute(f"select count(*) from {table} where resolved_at is null").fetchone()
    assert row is not None
    return int(row[0])


def test_what_was_answered_stays_answered_until_its_version_changes(ledger: Ledger) -> None:
    """Schema, prompt or route: another of any of them, and the document is to do again."""
    ledger.verdicts.commit(work(), claim(ledger), Finding("accepted", {"x": 1}))
    assert ledger.verdicts.to_do(work(), "none") == (0, 1)
    assert ledger.verdicts.claim(work(), "none", "", 10) == []
    for changed in (Versions("s2", "p1", "r1"), Versions("s1", "p2", "r1"), Versions("s1", "p1", "r2")):
        assert ledger.verdicts.to_do(work(versions=changed), "none") == (1, 0)


def test_refresh_asks_again_for_what_failed_or_for_all(ledger: Ledger) -> None:
    """`failed` leaves accepted records alone; `all` does not."""
    ledger.verdicts.commit(work(), claim(ledger), Finding("accepted", {"x": 1}))
    assert ledger.verdicts.claim(work("again"), "failed", "", 10) == []
    [lease] = ledger.verdicts.claim(work("again"), "all", "", 10)
    ledger.verdicts.commit(work("again"), lease, Finding("review", {"x": 1}, reasons=[{"field": "x", "why": "?"}]))
    assert [each.place for each in ledger.verdicts.claim(work("third"), "failed", "", 10)] == ["a"]


def test_the_first_verdict_is_that_of_the_last_making(ledger: Ledger) -> None:
    """A mended prompt may open the gate again; the review item of the older making is closed."""
    doubt = Finding("review", {"x": 1}, reasons=[{"field": "x", "why": "odd"}])
    ledger.verdicts.commit(work(), claim(ledger), doubt)
    assert ledger.verdicts.first_verdicts(DAY, FEED) == (1, 1)
    assert ledger.verdicts.offenders(DAY, FEED, 10) == [("a", "review", "review", "x: odd")]
    later = claim(ledger, "later", Versions("s2", "p1", "r1"))
    ledger.verdicts.commit(work("later", Versions("s2", "p1", "r1")), later, Finding("accepted", {"x": 1}))
    assert ledger.verdicts.first_verdicts(DAY, FEED) == (0, 1)
    assert count(ledger, "review_items") == 0


def test_what_is_made_anew_keeps_its_history(ledger: Ledger) -> None:
    """The extraction that was replaced can still be read."""
    ledger.verdicts.commit(work(), claim(ledger), Finding("accepted", {"x": 1}))
    newer = Versions("s1", "p2", "r1")
    ledger.verdicts.commit(work("b", newer), claim(ledger, "b", newer), Finding("accepted", {"x": 2}))
    with ledger.outbox._connections.connection() as connection:
        row = connection.execute("select extraction -> 'record' from extraction_history").fetchone()
    assert row == ({"x": 1},)


def test_a_document_nobody_could_answer_waits_and_is_dead_after_the_patience(ledger: Ledger) -> None:
    """Waiting has no verdict; the end of patience is a verdict with a cause."""
    unanswered = Finding("dead", cause="provider_unavailable", message="nobody answers", remedy="wait")
    assert ledger.verdicts.let_wait(work(), claim(ledger), unanswered, PATIENT) == "waiting"
    assert ledger.verdicts.first_verdicts(DAY, FEED) == (0, 0)
    [waiting] = ledger.verdicts.waiting()
    assert (waiting.feed, waiting.documents) == (FEED, 1)
    assert ledger.verdicts.let_wait(work("later"), claim(ledger, "later"), unanswered, AT_ITS_END) == "dead"
    assert ledger.verdicts.first_verdicts(DAY, FEED) == (1, 1)
    assert ledger.verdicts.waiting() == []


def test_a_document_that_waited_is_claimed_again(ledger: Ledger) -> None:
    """Nothing has to be reset by hand."""
    unanswered = Finding("dead", cause="provider_unavailable", message="m", remedy="r")
    ledger.verdicts.let_wait(work(), claim(ledger), unanswered, PATIENT)
    ledger.verdicts.commit(work("later"), claim(ledger, "later"), Finding("accepted", {"x": 1}))
    assert statuses(ledger) == {"accepted": 1}


def test_attempts_come_with_the_verdict_that_paid_for_them(ledger: Ledger) -> None:
    """A verdict that is not written leaves no attempts either."""
    lease = claim(ledger)
    with pytest.raises(LeaseLost):
        ledger.verdicts.commit(work("other"), lease, Finding("accepted", {"x": 1}, attempts=[ATTEMPT]))
    assert ledger.reports.calls(["run"]).calls == 0
    ledger.verdicts.commit(work(), lease, Finding("accepted", {"x": 1}, attempts=[ATTEMPT]))
    calls = ledger.reports.calls(["run"])
    assert (calls.calls, calls.failed, str(calls.cost_usd)) == (1, 1, "0.250000000")


def test_a_record_a_person_approved_is_never_overwritten(ledger: Ledger) -> None:
    """A newer model's answer comes back as a review item beside it."""
    ledger.verdicts.commit(work(), claim(ledger), Finding("accepted", {"x": 1}))
    with ledger.outbox._connections.connection() as connection:
        connection.execute("update extractions set approved_by = 'ada'")
    newer = Versions("s1", "p2", "r1")
    lease = claim(ledger, "b", newer)
    assert lease.approved
    ledger.verdicts.commit(work("b", newer), lease, Finding("accepted", {"x": 2}))
    assert ledger.verdicts.to_do(work(versions=newer), "none") == (0, 1)
    assert count(ledger, "review_items") == 1
    assert [row[2] for row in ledger.reports.recent_records(DAY, FEED, 5)] == [{"x": 1}]
    assert ledger.outbox.counts(DAY, FEED).held == 1


def test_answers_are_kept_with_their_attempts_and_recalled(ledger: Ledger) -> None:
    """The same key, the same answer; a newer answer replaces it."""
    answer = {
        "text": "{}",
        "endpoint": "e",
        "model": "m",
        "stop_reason": "stop",
        "input_tokens": 1,
        "output_tokens": 2,
        "degraded": False,
    }
    assert ledger.answers.recall("k") is None
    ledger.answers.keep("k", answer, [ATTEMPT])
    ledger.answers.keep("k", {**answer, "text": "[]"}, [])
    assert ledger.answers.recall("k") == {**answer, "text": "[]"}
    assert ledger.reports.calls(["run"]).calls == 1
