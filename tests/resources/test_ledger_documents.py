"""Places, versions, copies and withdrawals: what the ledger holds after each."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from resources.ledger import Ledger
from resources.ledger.documents import Arrival
from resources.ledger.places import Place
from resources.ledger.verdicts import Finding, Versions, Work

DAY, FEED = "2026-11-19", "quotes"
VERSIONS = Versions("s1", "p1", "r1")


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url) as opened:
        yield opened


def note(ledger: Ledger, *places: str, mark: str = "m") -> None:
    ledger.places.note(FEED, [Place(place, date.fromisoformat(DAY), mark) for place in places])


def arrive(ledger: Ledger, **versions: str) -> dict[str, str]:
    note(ledger, *versions)
    return ledger.documents.arrive(
        DAY, FEED, "run", [Arrival(place, doc_id, "m", 1) for place, doc_id in versions.items()]
    )


def accept_all(ledger: Ledger, record: dict[str, object], run: str = "run") -> None:
    work = Work(DAY, FEED, run, VERSIONS)
    for lease in ledger.verdicts.claim(work, "none", "", 100):
        ledger.verdicts.commit(work, lease, Finding("accepted", record, endpoint="e"))


def told(ledger: Ledger) -> list[tuple[str, str]]:
    """What waits in the outbox, released by hand and drained in order."""
    ledger.gate.open_by_hand(DAY, FEED, "test", "to look at it")
    events: list[tuple[str, str]] = []
    while ledger.outbox.publish(lambda batch: events.extend((e.place, e.type) for e in batch), 10):
        pass
    return events


def test_the_first_day_a_place_was_seen_owns_it_for_good(ledger: Ledger) -> None:
    """Seen again on another day, a place keeps its day."""
    note(ledger, "a")
    ledger.places.note(FEED, [Place("a", date(2026, 12, 1), "m2")])
    assert ledger.places.days(["a", "b"]) == {"a": date(2026, 11, 19)}


def test_the_first_look_is_remembered(ledger: Ledger) -> None:
    """Later looks do not move the moment before which modification times speak of arrival."""
    first = ledger.places.first_looked_at(FEED)
    assert ledger.places.first_looked_at(FEED) == first
    assert first <= datetime.now(UTC)


def test_the_same_bytes_at_another_place_are_a_duplicate(ledger: Ledger) -> None:
    """Of equal bytes one is the document: in one batch the first place, later the one already there."""
    assert arrive(ledger, b="X", a="X") == {"a": "pending", "b": "duplicate"}
    assert arrive(ledger, c="X") == {"c": "duplicate"}
    assert ledger.documents.current(DAY, FEED) == {"X": "a"}


def test_the_same_bytes_at_the_same_place_change_nothing(ledger: Ledger) -> None:
    """Reading a file again without a change enters no version."""
    arrive(ledger, a="X")
    assert arrive(ledger, a="X") == {}
    assert ledger.documents.count_by_status(DAY, FEED) == {"pending": 1}


def test_new_bytes_supersede_and_downstream_gets_an_update_never_a_second_create(ledger: Ledger) -> None:
    """A corrected file is one place with two versions: one create, one update."""
    arrive(ledger, a="X")
    accept_all(ledger, {"total": 1})
    assert told(ledger) == [("a", "record.created")]
    assert arrive(ledger, a="Y") == {"a": "pending"}
    accept_all(ledger, {"total": 2})
    assert told(ledger) == [("a", "record.updated")]
    assert ledger.documents.count_by_status(DAY, FEED) == {"superseded": 1, "accepted": 1}


def test_a_corrected_file_with_equal_values_tells_nobody(ledger: Ledger) -> None:
    """Equal values, no event."""
    arrive(ledger, a="X")
    accept_all(ledger, {"total": 1})
    told(ledger)
    arrive(ledger, a="Y")
    accept_all(ledger, {"total": 1})
    assert told(ledger) == []


def test_a_copy_becomes_the_document_when_its_original_goes(ledger: Ledger) -> None:
    """Nothing is lost with the file that happened to be read first."""
    arrive(ledger, a="X", b="X")
    assert ledger.documents.withdraw(FEED, ["a"]) == ["a"]
    assert ledger.documents.current(DAY, FEED) == {"X": "b"}


def test_a_withdrawn_file_is_told_to_be_gone_once_and_can_come_back(ledger: Ledger) -> None:
    """Create, tombstone, create: and a second withdrawal of nothing tells nobody."""
    arrive(ledger, a="X")
    accept_all(ledger, {"total": 1})
    assert ledger.documents.withdraw(FEED, ["a"]) == ["a"]
    assert ledger.documents.withdraw(FEED, ["a"]) == []
    assert told(ledger) == [("a", "record.created"), ("a", "record.withdrawn")]
    assert arrive(ledger, a="X") == {"a": "pending"}
    accept_all(ledger, {"total": 1}, run="next")
    assert told(ledger) == [("a", "record.created")]


def test_what_downstream_never_heard_of_is_withdrawn_in_silence(ledger: Ledger) -> None:
    """No tombstone for a record that was never created."""
    arrive(ledger, a="X")
    ledger.documents.withdraw(FEED, ["a"])
    assert told(ledger) == []


def test_an_unreadable_document_is_dead_with_its_cause_and_remedy(ledger: Ledger) -> None:
    """It counts as needing a person, and says why."""
    note(ledger, "a")
    broken = Arrival("a", "X", "m", 0, "empty", "a holds nothing.", "Send it again.")
    assert ledger.documents.arrive(DAY, FEED, "run", [broken]) == {"a": "dead"}
    [standing] = ledger.documents.standings(DAY, FEED, 10)
    assert (standing.status, standing.cause, standing.why) == ("dead", "empty", "a holds nothing.")
    assert ledger.verdicts.first_verdicts(DAY, FEED) == (1, 1)
    assert ledger.documents.unreadable(DAY, FEED) == {"X": "a"}


def test_what_a_newer_parser_reads_is_open_again(ledger: Ledger) -> None:
    """Its dead letter is resolved; that its first verdict was dead stays."""
    note(ledger, "a")
    ledger.documents.arrive(DAY, FEED, "run", [Arrival("a", "X", "m", 0, "corrupt", "a is broken.", "Mend it.")])
    ledger.documents.readable_again(FEED, ["a"])
    assert ledger.documents.count_by_status(DAY, FEED) == {"pending": 1}
    assert ledger.verdicts.first_verdicts(DAY, FEED) == (1, 1)


def test_a_tick_asks_for_each_version_of_a_file_once(ledger: Ledger) -> None:
    """A tick that died finds its own files again; a later tick only what is new."""
    note(ledger, "a", "b")
    assert [each.place for each in ledger.places.ask([FEED], 1, 1)] == ["a"]
    assert [each.place for each in ledger.places.ask([FEED], 1, 0)] == ["a"]
    assert [each.place for each in ledger.places.ask([FEED], 2, 10)] == ["b"]
    assert ledger.places.ask([FEED], 3, 10) == []
    note(ledger, "a", mark="changed")
    assert [each.place for each in ledger.places.ask([FEED], 3, 10)] == ["a"]


def test_a_file_somebody_materialized_by_hand_is_not_asked_for(ledger: Ledger) -> None:
    """What was read needs no tick, even if the mark was too fresh to be trusted."""
    arrive(ledger, a="X")
    note(ledger, "b")
    ledger.documents.arrive(DAY, FEED, "run", [Arrival("b", "Y", "m?", 1)])
    assert ledger.places.ask([FEED], 1, 10) == []
