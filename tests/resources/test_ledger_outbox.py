"""The outbox: each event once and in its place's order, whoever publishes; a bad one holds up its place only."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from resources.ledger import Ledger
from resources.ledger.connections import connect
from resources.ledger.outbox import Told
from tests.resources.outbox_parts import DAY, FEED, Taker, accept, release, told


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url) as opened:
        yield opened


def publish(ledger: Ledger, taker: Taker, limit: int = 10) -> list[tuple[str, int]]:
    """Until nothing is due; what was taken."""
    while ledger.outbox.publish(taker, limit):
        pass
    return taker.taken


def test_of_each_place_only_the_oldest_event_is_handed_over(ledger: Ledger) -> None:
    """Two events of a place are never in one batch, nor in two at once."""
    told(ledger, "a", "b")
    told(ledger, "a", version=2)
    batches: list[list[tuple[str, int]]] = []

    def send(batch: Sequence[Told]) -> None:
        batches.append([(each.place, each.number) for each in batch])

    while ledger.outbox.publish(send, 10):
        pass
    assert batches == [[("a", 1), ("b", 1)], [("a", 2)]]


def test_a_refused_event_is_tried_again_when_its_wait_is_over(ledger: Ledger) -> None:
    """Not before; and what it said of itself is kept until it went."""
    told(ledger, "a", "b")
    assert publish(ledger, Taker("a")) == [("b", 1)]
    assert publish(ledger, Taker()) == []
    assert ledger.outbox.refusals(DAY, FEED, 10) == [("a", "record.created", 1, "not today")]
    assert ledger.outbox.counts(DAY, FEED).refused == 1
    ledger.outbox.publish(Taker("a", wait_s=0.0), 10)
    with connect_to(ledger) as connection:
        connection.execute("update outbox set next_attempt_at = now() where place = 'a'")
    assert publish(ledger, Taker()) == [("a", 1)]
    assert ledger.outbox.refusals(DAY, FEED, 10) == []


def connect_to(ledger: Ledger) -> psycopg.Connection:
    connection = connect(ledger._url)
    connection.execute("set search_path to weir")
    return connection


def test_what_is_set_aside_blocks_its_place_and_no_other(ledger: Ledger) -> None:
    """Later events of the place wait, so that downstream never sees them out of order; all others go."""
    told(ledger, "a", "b")
    told(ledger, "a", "b", version=2)
    assert publish(ledger, Taker("a", final=True)) == [("b", 1), ("b", 2)]
    assert publish(ledger, Taker()) == []
    [found] = ledger.outbox.set_aside()
    assert (found.place, found.attempts, found.error, found.behind) == ("a", 1, "not today", 1)
    assert (ledger.outbox.counts(DAY, FEED).set_aside, ledger.outbox.counts(DAY, FEED).released) == (1, 1)


def test_a_person_tries_again_what_was_set_aside(ledger: Ledger) -> None:
    """With all its attempts again, and the place in order."""
    told(ledger, "a")
    told(ledger, "a", version=2)
    publish(ledger, Taker("a", final=True))
    assert ledger.outbox.try_again() == 1
    assert publish(ledger, Taker()) == [("a", 1), ("a", 2)]
    assert ledger.outbox.try_again() == 0


def test_a_person_lets_a_place_go_on_without_an_event(ledger: Ledger) -> None:
    """Only one that was set aside can be skipped, and who did it and why is kept."""
    told(ledger, "a", "b")
    told(ledger, "a", version=2)
    publish(ledger, Taker("a", final=True))
    [found] = ledger.outbox.set_aside()
    assert ledger.outbox.skip([found.event_id], "ada", "they entered it by hand") == 1
    assert ledger.outbox.skip([found.event_id], "bob", "again") == 0
    assert publish(ledger, Taker()) == [("a", 2)]
    assert ledger.outbox.set_aside() == []
    with connect_to(ledger) as connection:
        rows = connection.execute("select skipped_by, skip_reason from outbox where skipped_at is not null").fetchall()
    assert rows == [("ada", "they entered it by hand")]


def test_what_is_not_the_events_fault_is_no_attempt_of_it(ledger: Ledger) -> None:
    """An overloaded endpoint must not use up the patience for an event."""
    told(ledger, "a")
    ledger.outbox.publish(Taker("a", wait_s=0.0, counts=False), 10)
    assert ledger.outbox.refusals(DAY, FEED, 1)[0][2] == 0


def test_a_place_waits_for_its_earlier_event_that_the_gate_holds(ledger: Ledger) -> None:
    """What a person approved goes whatever the gate, but not before what comes before it."""
    accept(ledger, "a")
    accept(ledger, "a", version=2)
    with connect_to(ledger) as connection:
        connection.execute("update outbox set released_at = now(), released_by = 'review' where number = 2")
    assert publish(ledger, Taker()) == []
    release(ledger)
    assert publish(ledger, Taker()) == [("a", 1), ("a", 2)]


def test_publishers_at_the_same_time_never_take_the_same_event(ledger: Ledger) -> None:
    """Each event once, each place in order, although four hands grab at once."""
    places = [f"p{number:02}" for number in range(30)]
    for version in (1, 2, 3):
        told(ledger, *places, version=version)
    taken: list[tuple[str, int]] = []
    one = threading.Lock()

    def send(batch: Sequence[Told]) -> None:
        with one:
            taken.extend((each.place, each.number) for each in batch)

    def work(_: int) -> None:
        while ledger.outbox.publish(send, 4):
            pass

    with ThreadPoolExecutor(4) as hands:
        list(hands.map(work, range(4)))
    work(0)
    assert sorted(taken) == sorted((place, number) for place in places for number in (1, 2, 3))
    assert all([number for at, number in taken if at == place] == [1, 2, 3] for place in places)


def test_an_event_in_somebodys_hands_is_passed_over_at_once(ledger: Ledger) -> None:
    """Nobody waits for a slow sink of another's; the gate's order per place holds all the same."""
    told(ledger, "a", "b")
    told(ledger, "a", version=2)
    inside: list[list[tuple[str, int]]] = []

    def slow(batch: Sequence[Told]) -> None:
        inside.append(publish(ledger, Taker()))

    ledger.outbox.publish(slow, 1)
    assert inside == [[("b", 1)]]
    assert publish(ledger, Taker()) == [("a", 2)]


def test_a_release_is_heard_the_moment_it_is_committed(ledger: Ledger) -> None:
    """Who listens need not poll; what is held, and what was published, is not news."""
    with ledger.listen() as released:
        accept(ledger, "a")
        assert not released(0.0)
        release(ledger)
        assert released(5.0)
        publish(ledger, Taker("a", final=True))
        assert not released(0.0)
        ledger.outbox.try_again()
        assert released(5.0)


def test_an_event_that_is_born_released_is_heard(ledger: Ledger) -> None:
    """An approval writes its event with its release."""
    accept(ledger, "a")
    with ledger.listen() as released, connect_to(ledger) as connection:
        connection.execute(
            "insert into outbox (event_id, feed, date, place, number, doc_id, type, released_at, released_by) "
            "select gen_random_uuid(), feed, date, place, 2, doc_id, 'record.updated', now(), 'review' from outbox"
        )
        assert released(5.0)


@pytest.mark.parametrize("scope", [(None, None), (FEED, DAY)])
def test_the_past_lies_not_in_the_way_of_a_claim(ledger: Ledger, scope: tuple[str | None, str | None]) -> None:
    """Also where the planner was never told that the outbox grew: only what is due is read."""
    told(ledger, "a")
    with connect_to(ledger) as connection:
        connection.execute("alter table outbox set (autovacuum_enabled = false)")
        connection.execute(
            "insert into outbox (event_id, feed, date, place, number, doc_id, type, released_at, released_by,"
            " published_at) select gen_random_uuid(), feed, date, 'old' || n, 1, doc_id, type, now(), 'gate', now()"
            " from outbox, generate_series(1, 20000) n"
        )
        values = {"feed": scope[0], "date": scope[1], "limit": 500}
        plan = connection.execute(
            f"explain (analyze, format json) {ledger.outbox._sql['claim_events']}".encode(), values
        ).fetchone()
    assert plan is not None
    scans = list(_scans(plan[0][0]["Plan"]))
    assert {"outbox_due", "outbox_open_of_place"} >= {scan["Index Name"] for scan in scans}
    assert sum(scan.get("Rows Removed by Filter", 0) for scan in scans) == 0


def _scans(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "Scan" in str(node["Node Type"]):
        yield node
    for child in node.get("Plans", []):
        yield from _scans(child)


def test_published_tells_when_it_was_confirmed(ledger: Ledger) -> None:
    """Not when its batch began: what a person reads there is when downstream had it."""
    told(ledger, "a")
    moments = []

    def send(_: Sequence[Told]) -> None:
        with connect_to(ledger) as connection:
            moments.append(connection.execute("select clock_timestamp()").fetchone())

    ledger.outbox.publish(send, 1)
    with connect_to(ledger) as connection:
        [published] = connection.execute("select published_at from outbox").fetchall()
    assert published > moments[0]  # type: ignore[operator]
