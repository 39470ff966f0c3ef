"""Rows that processes change together: none overwrites another, none waits for ever, all read one clock."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from resources.ledger import Ledger
from resources.ledger.board import TABLES, Board, Rows
from resources.ledger.connections import connect


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url) as opened:
        yield opened


def read(board: Board, **wanted: list[str]) -> Rows:
    seen: list[Rows] = []

    def look(rows: Rows, _: float) -> Rows:
        seen.append(rows)
        return {}

    board.change(wanted, look)
    return seen[0]


@pytest.mark.parametrize("table", TABLES)
def test_what_is_written_is_found(ledger: Ledger, table: str) -> None:
    """A row that holds nothing yet is not found; one that was written is, by its name and no other."""
    assert read(ledger.board, **{table: ["a", "b"]}) == {table: {}}
    ledger.board.change({table: ["a"]}, lambda *_: {table: {"a": {"count": 1.5, "why": "it's «so»"}}})
    assert read(ledger.board, **{table: ["a", "b"]}) == {table: {"a": {"count": 1.5, "why": "it's «so»"}}}
    assert read(ledger.board, **{table: ["b"]}) == {table: {}}


def test_the_money_of_a_budget_can_be_read_in_sql(ledger: Ledger, database_url: str) -> None:
    """Reports do not have to look into the state."""
    state = {"limit_usd": "12.5", "spent_usd": "0.000000001"}
    ledger.board.change({"llm_budgets": ["all 2026-11"]}, lambda *_: {"llm_budgets": {"all 2026-11": state}})
    with connect(database_url) as connection:
        row = connection.execute("select limit_usd::text, spent_usd::text from weir.llm_budgets").fetchone()
    assert row == ("12.500000000", "0.000000001")


def test_nobodys_change_is_lost(ledger: Ledger) -> None:
    """Four at once on the same rows, named in different orders: every one of their steps counts, none deadlocks."""

    def add(rows: Rows, _: float) -> Rows:
        return {
            table: {name: {"n": rows[table].get(name, {}).get("n", 0) + 1} for name in ("a", "b")} for table in rows
        }

    def work(turn: int) -> None:
        names = ["a", "b"] if turn % 2 else ["b", "a"]
        tables = TABLES if turn % 2 else tuple(reversed(TABLES))
        for _ in range(10):
            Board(ledger.board._connections).change(dict.fromkeys(tables, names), add)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))
    expected = {table: {"a": {"n": 40}, "b": {"n": 40}} for table in TABLES}
    assert read(ledger.board, **{table: ["a", "b"] for table in TABLES}) == expected


def test_a_change_that_fails_writes_nothing(ledger: Ledger) -> None:
    """Tables change together or not at all."""
    with pytest.raises(psycopg.Error):
        ledger.board.change(
            {"llm_breakers": ["a"], "llm_limits": ["a"]},
            lambda *_: {"llm_breakers": {"a": {"n": 1}}, "llm_limits": {"a": {"n": float("nan")}}},
        )
    assert read(ledger.board, llm_breakers=["a"]) == {"llm_breakers": {}}


def test_a_row_swept_away_comes_back(ledger: Ledger, database_url: str) -> None:
    """Somebody who empties a table by hand resets what was known, and breaks nothing."""
    ledger.board.change({"llm_breakers": ["a"]}, lambda *_: {"llm_breakers": {"a": {"n": 1}}})
    with connect(database_url) as connection:
        connection.execute("delete from weir.llm_breakers")
    assert read(ledger.board, llm_breakers=["a"]) == {"llm_breakers": {}}
    ledger.board.change({"llm_breakers": ["a"]}, lambda *_: {"llm_breakers": {"a": {"n": 2}}})
    assert read(ledger.board, llm_breakers=["a"]) == {"llm_breakers": {"a": {"n": 2}}}


def test_the_clock_is_read_under_the_locks(ledger: Ledger) -> None:
    """So that times in a row follow each other as the changes do, however long one waited for another."""
    entered, go = threading.Event(), threading.Event()
    times: list[float] = []

    def first(_: Rows, now_s: float) -> Rows:
        times.append(now_s)
        entered.set()
        assert go.wait(10)
        return {"llm_breakers": {"a": {"left_at": time.time()}}}

    def second(rows: Rows, now_s: float) -> Rows:
        times.extend([rows["llm_breakers"]["a"]["left_at"], now_s])
        return {}

    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(ledger.board.change, {"llm_breakers": ["a"]}, first)
        assert entered.wait(10)
        two = threads.submit(ledger.board.change, {"llm_breakers": ["a"]}, second)
        go.set()
        one.result(), two.result()
    assert times == sorted(times)


def test_a_holder_that_stands_still_is_not_waited_for(ledger: Ledger, database_url: str) -> None:
    """A process stopped in the middle of a change delays the others by a second; then they go on alone."""
    ledger.board.change({"llm_breakers": ["a"]}, lambda *_: {"llm_breakers": {"a": {"n": 1}}})
    with connect(database_url) as stopped, stopped.transaction():
        stopped.execute("select * from weir.llm_breakers for update")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            ledger.board.change({"llm_breakers": ["a"]}, lambda *_: {})
    assert read(ledger.board, llm_breakers=["a"]) == {"llm_breakers": {"a": {"n": 1}}}


def test_who_thinks_too_long_under_the_locks_loses_them(ledger: Ledger) -> None:
    """The database lets go of the rows of a process that stopped; nothing of its change is written."""
    shown = "show idle_in_transaction_session_timeout"
    with ledger.board._connections.connection() as connection:
        with connection.transaction():
            ledger.board._run(connection, "bound_waiting", {})
            within = connection.execute(shown).fetchone()
        assert within == ("3s",) != connection.execute(shown).fetchone()


def test_a_database_that_restarted_is_found_again(ledger: Ledger, database_url: str) -> None:
    """Connections that were cut meanwhile are replaced; nothing has to be started anew."""
    ledger.board.change({"llm_breakers": ["a"]}, lambda *_: {"llm_breakers": {"a": {"n": 1}}})
    with connect(database_url) as admin:
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    assert read(ledger.board, llm_breakers=["a"]) == {"llm_breakers": {"a": {"n": 1}}}
