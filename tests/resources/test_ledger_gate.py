"""The gate: what opens it, what closes it, and what goes through."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.ledger import Ledger
from resources.ledger.documents import Arrival
from resources.ledger.errors import NoSuchPartition
from resources.ledger.gate import Seen, decide
from resources.ledger.places import Place
from resources.ledger.verdicts import Finding, Versions, Work

DAY, FEED, CHECKS = "2026-11-19", "quotes", ("schema", "review")
WORK = Work(DAY, FEED, "run", Versions("s", "p", "r"))


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url) as opened:
        accept(opened, "a")
        yield opened


def accept(ledger: Ledger, place: str) -> None:
    ledger.places.note(FEED, [Place(place, date.fromisoformat(DAY), "m")])
    ledger.documents.arrive(DAY, FEED, "run", [Arrival(place, place, "m", 1)])
    for lease in ledger.verdicts.claim(WORK, "none", "", 10):
        ledger.verdicts.commit(WORK, lease, Finding("accepted", {"place": place}))


def look(ledger: Ledger, name: str, passed: bool) -> str:
    return ledger.gate.note(DAY, FEED, Seen(name, passed, f"{name} says so"), CHECKS, "run")


def publish(ledger: Ledger) -> list[str]:
    places: list[str] = []
    ledger.outbox.publish(lambda batch: places.extend(event.place for event in batch), 10)
    return places


def test_nothing_leaves_before_a_check_has_looked(ledger: Ledger) -> None:
    """A partition without a verdict of its checks is closed."""
    assert publish(ledger) == []
    assert ledger.gate.state(DAY, FEED) is None


def test_every_check_must_pass_before_anything_leaves(ledger: Ledger) -> None:
    """One of two is not enough."""
    assert look(ledger, "schema", True) == "closed"
    assert publish(ledger) == []
    assert look(ledger, "review", True) == "open"
    assert publish(ledger) == ["a"]


def test_a_failing_check_closes_the_gate_for_what_is_not_yet_published(ledger: Ledger) -> None:
    """What went is gone; what comes later stays."""
    look(ledger, "schema", True)
    look(ledger, "review", True)
    publish(ledger)
    accept(ledger, "b")
    look(ledger, "schema", True)
    assert look(ledger, "review", False) == "closed"
    assert publish(ledger) == []
    assert ledger.outbox.counts(DAY, FEED).held == 1


def test_released_but_not_yet_published_is_held_back_again(ledger: Ledger) -> None:
    """Between the opening and the relay, a check may still say no."""
    look(ledger, "schema", True)
    look(ledger, "review", True)
    look(ledger, "review", False)
    assert publish(ledger) == []


def test_what_a_check_said_before_the_last_verdict_counts_for_nothing(ledger: Ledger) -> None:
    """An old pass beside a new one does not open the gate for documents it never saw."""
    look(ledger, "schema", True)
    look(ledger, "review", True)
    accept(ledger, "b")
    assert look(ledger, "schema", True) == "closed"
    assert look(ledger, "review", True) == "open"
    assert publish(ledger) == ["a", "b"]


def test_a_person_releases_with_a_reason_that_is_kept(ledger: Ledger) -> None:
    """The gate says who opened it and why, also when it turns again."""
    look(ledger, "schema", False)
    assert ledger.gate.open_by_hand(DAY, FEED, "ada", "checked by hand") == 1
    state = ledger.gate.state(DAY, FEED)
    assert state is not None
    assert (state.state, state.by, state.reason) == ("open", "ada", "checked by hand")
    assert publish(ledger) == ["a"]
    look(ledger, "schema", False)
    with ledger.outbox._connections.connection() as connection:
        rows = connection.execute("select state, by from release_history order by turn").fetchall()
    assert rows == [("closed", "checks"), ("open", "ada"), ("closed", "checks")]


def test_a_partition_that_never_held_a_document_cannot_be_released(ledger: Ledger) -> None:
    """A typing error in a partition's name opens nothing."""
    with pytest.raises(NoSuchPartition, match=r"2026-01-01\|quotes holds no documents"):
        ledger.gate.open_by_hand("2026-01-01", FEED, "ada", "by mistake")


def test_a_failed_delivery_leaves_the_events_for_the_next(ledger: Ledger) -> None:
    """What the sink did not take is not marked."""
    ledger.gate.open_by_hand(DAY, FEED, "ada", "checked by hand")

    def refuse(_: object) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        ledger.outbox.publish(refuse, 10)
    assert publish(ledger) == ["a"]


def test_an_event_keeps_its_id_and_another_telling_gets_another(ledger: Ledger) -> None:
    """Consumers recognise a repeated event by its id alone."""
    ids: list[object] = []

    def remember(batch: object) -> None:
        ids.append(batch[0].event_id)  # type: ignore[index]
        raise OSError("lost")

    ledger.gate.open_by_hand(DAY, FEED, "ada", "checked by hand")
    for _ in range(2):
        with pytest.raises(OSError, match="lost"):
            ledger.outbox.publish(remember, 10)
    assert ids[0] == ids[1]


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c", "other"]), st.booleans()), max_size=6))
def test_the_gate_is_open_only_if_every_expected_check_passed(seen: list[tuple[str, bool]]) -> None:
    """By whatever else was seen."""
    last = dict(seen)
    state, reason = decide(("a", "b", "c"), [Seen(name, passed, name) for name, passed in last.items()])
    assert (state == "open") == all(last.get(name, False) for name in ("a", "b", "c"))
    assert reason
