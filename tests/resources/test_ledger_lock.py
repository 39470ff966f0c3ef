"""One run at a time in a partition: a second waits, says so, and goes on when the first is gone, however it went."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from resources.ledger import Ledger
from resources.ledger.connections import connect


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url) as opened:
        yield opened


def second_run(ledger: Ledger, told: threading.Event, entered: threading.Event) -> threading.Thread:
    def run() -> None:
        with ledger.partition_lock("2026-11-19", "quotes", told.set):
            entered.set()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_second_run_waits_for_the_first_and_says_so(ledger: Ledger) -> None:
    """It never works on half of what the first makes."""
    told, entered = threading.Event(), threading.Event()
    with ledger.partition_lock("2026-11-19", "quotes", lambda: None):
        thread = second_run(ledger, told, entered)
        assert told.wait(10)
        assert not entered.is_set()
    assert entered.wait(10)
    thread.join()


def test_partitions_do_not_wait_for_each_other(ledger: Ledger) -> None:
    """Another feed, another day: another lock."""
    waited: list[str] = []
    with ExitStack() as stack:
        for date, feed in (("2026-11-19", "quotes"), ("2026-11-19", "deals"), ("2026-11-20", "quotes")):
            stack.enter_context(ledger.partition_lock(date, feed, lambda: waited.append("waited")))
    assert waited == []


def test_a_run_whose_connection_is_cut_lets_go(ledger: Ledger, database_url: str) -> None:
    """A crashed run, or a database that restarted, blocks nobody."""
    told, entered = threading.Event(), threading.Event()
    with ledger.partition_lock("2026-11-19", "quotes", lambda: None):
        thread = second_run(ledger, told, entered)
        assert told.wait(10)
        with connect(database_url) as admin:
            admin.execute(
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted"
                " and database = (select oid from pg_database where datname = current_database())"
            )
        assert entered.wait(10)
    thread.join()
