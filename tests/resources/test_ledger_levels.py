"""What the service achieved, read from real rows; and every turn of a breaker, kept by the database itself."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from resources.ledger import Ledger
from resources.ledger.board import Board
from resources.ledger.connections import connect
from resources.ledger.levels import Answering, Decisions, Score, Turn, Verdicts
from resources.ledger.scores import GoldScore, GoldVersion
from tests.resources.people_parts import arrive, doubted
from tests.resources.test_ledger_figures import attempt

DAY = date(2026, 11, 19)


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url) as opened:
        yield opened


def test_verdicts_of_days_are_those_that_count(ledger: Ledger) -> None:
    """By feed and day; what is not decided is counted apart, and a feed that was not asked for is not there."""
    doubted(ledger)
    arrive(ledger, "b", "Y")
    assert ledger.levels.verdicts(["quotes"], DAY, DAY) == [Verdicts(DAY, "quotes", 1, 1, 0, 1, 0, 1)]
    assert ledger.levels.verdicts(["deals"], DAY, DAY) == []
    assert ledger.levels.verdicts(["quotes"], DAY + timedelta(days=1), DAY + timedelta(days=9)) == []


def test_peoples_work_moves_no_first_verdict(ledger: Ledger) -> None:
    """The rate of manual review stays what it was; the document is accepted."""
    ledger.review.approve(doubted(ledger), "ada")
    assert ledger.levels.verdicts(["quotes"], DAY, DAY) == [Verdicts(DAY, "quotes", 1, 1, 1, 0, 0, 0)]


def test_decisions_are_counted_by_what_was_decided(ledger: Ledger) -> None:
    """What was left as proposed tells how right it was."""
    today = datetime.now(UTC).date()
    ledger.review.approve(doubted(ledger, "a", "X"), "ada")
    ledger.review.approve(doubted(ledger, "b", "Y"), "ada", {"total": "13.00"})
    ledger.review.reject(doubted(ledger, "c", "Z"), "ada", "not ours")
    doubted(ledger, "d", "W")
    assert ledger.levels.decisions(today, today) == Decisions(1, 1, 1)
    assert ledger.levels.decisions(today - timedelta(days=9), today - timedelta(days=1)).total == 0


def test_the_pace_is_of_the_minutes_in_which_something_was_decided(ledger: Ledger) -> None:
    """Somebody's later replay does not make the night look slow."""
    doubted(ledger)
    [pace] = ledger.levels.paces(["quotes"], DAY, DAY)
    assert (pace.day, pace.documents, pace.minutes, pace.documents_per_hour) == (DAY, 1, 1, 60)


def test_a_minute_in_which_nobody_answered_is_no_uptime(ledger: Ledger) -> None:
    """A question counts as answered if any attempt of its call was; the minute is that of the first attempt."""
    noon = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)

    def at(minute: int, call: str, outcome: str, number: int = 1) -> dict[str, Any]:
        moment = (noon + timedelta(minutes=minute)).isoformat()
        return attempt(call_id=call, attempt=number, outcome=outcome, started_at=moment)

    ledger.answers.keep_attempts(
        [at(0, "a", "failed"), at(0, "a", "ok", 2), at(1, "b", "failed"), at(2, "c", "ok"), at(2, "d", "failed")]
    )
    [found] = ledger.levels.answering(DAY, DAY)
    assert found == Answering(DAY, 3, 2, 4, 2)
    assert found.uptime == 2 / 3


def test_the_newest_score_of_a_feed_is_its_score(ledger: Ledger) -> None:
    """Whatever older versions reached."""
    for prompt, f1 in (("old", 0.5), ("new", 0.9)):
        ledger.scores.keep(GoldVersion("quotes", "s", prompt, "r", "g"), GoldScore(f1, 12, []), "run")
    assert ledger.levels.scores(["quotes", "deals"]) == [Score("quotes", 0.9, 12)]


def _be(board: Board, phase: str, why: str = "") -> None:
    board.change({"llm_breakers": ["gpt"]}, lambda rows, now_s: {"llm_breakers": {"gpt": {"phase": phase, "why": why}}})


def test_every_turn_of_a_breaker_is_kept_and_nothing_else(ledger: Ledger, database_url: str) -> None:
    """A process writes the row every second; only another phase is a turn. A swept row that comes back open is one."""
    for phase, why in (
        ("closed", ""),
        ("open", "62 % failed"),
        ("open", "63 % failed"),
        ("ramping", ""),
        ("closed", ""),
    ):
        _be(ledger.board, phase, why)
    with connect(database_url) as connection:
        connection.execute("delete from llm_breakers")
    _be(ledger.board, "open", "again")
    now = datetime.now(UTC)
    turns = ledger.levels.turns(now - timedelta(hours=1), now + timedelta(hours=1))
    told = [("open", "62 % failed"), ("ramping", ""), ("closed", ""), ("open", "again")]
    assert [(each.phase, each.why) for each in turns] == told
    later = ledger.levels.turns(now + timedelta(hours=1), now + timedelta(hours=2))
    assert later == [Turn("gpt", "open", "again", turns[-1].at)]
