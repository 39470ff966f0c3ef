"""A person decides once: what is approved is kept and told in one transaction; the second is told who was first."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from resources.ledger import Ledger
from resources.ledger.errors import (
    AlreadyDecided,
    ItemOutdated,
    LeaseLost,
    LedgerError,
    NoSuchItem,
    NothingProposed,
)
from resources.ledger.gate import Seen
from resources.ledger.verdicts import Finding, Versions
from tests.resources.outbox_parts import Taker
from tests.resources.people_parts import (
    AT_ITS_END,
    DAY,
    DOUBT,
    FEED,
    NOBODY,
    PATIENT,
    arrive,
    doubted,
    rows,
    settle,
    statuses,
    told,
    work,
)

PROPOSED, CORRECTED = {"total": "12.00"}, {"total": "21.00"}
NEWER = Versions("s1", "p2", "r1")


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url) as opened:
        yield opened


def test_an_item_holds_all_that_is_needed_to_decide(ledger: Ledger) -> None:
    """The proposal, where its values stand, and why nobody should trust it yet."""
    item = ledger.review.item(doubted(ledger))
    assert (item.place, item.record, item.reasons) == ("a", PROPOSED, DOUBT)
    assert item.evidence == [{"path": "total", "value": "12.00"}]
    assert item.endpoint == "gpt"


def test_items_are_listed_by_feed_and_day_page_by_page(ledger: Ledger) -> None:
    """Oldest first; what was decided is listed no more."""
    first, second = doubted(ledger), doubted(ledger, "b", "Y")
    assert [each.item_id for each in ledger.review.items(FEED, DAY)] == [first, second]
    assert [each.item_id for each in ledger.review.items(after=first, limit=1)] == [second]
    assert ledger.review.items("deals") == ledger.review.items(FEED, "2026-11-20") == []
    ledger.review.approve(first, "ada")
    assert [each.item_id for each in ledger.review.items()] == [second]


def test_what_is_approved_is_told_at_once_whatever_the_gate(ledger: Ledger) -> None:
    """Also when the gate closes afterwards."""
    settled = ledger.review.approve(doubted(ledger), "ada")
    assert (settled.status, settled.told) == ("accepted", True)
    assert told(ledger) == [("record.created", PROPOSED, "review")]
    ledger.gate.note(DAY, FEED, Seen("rate", False, "too many"), ["rate"], "run")
    taker = Taker()
    assert ledger.outbox.publish(taker, 10).published == 1
    assert statuses(ledger) == {"accepted": 1}


def test_what_is_corrected_is_told_as_corrected_and_joins_the_gold(ledger: Ledger) -> None:
    """An approval as proposed is a label, too, for those who ask for them."""
    ledger.review.approve(doubted(ledger), "ada", CORRECTED)
    ledger.review.approve(doubted(ledger, "b", "Y"), "bob")
    assert [each[1] for each in told(ledger)] == [CORRECTED, PROPOSED]
    assert [(each.doc_id, each.record, each.by) for each in ledger.review.labels(FEED)] == [("X", CORRECTED, "ada")]
    assert [each.doc_id for each in ledger.review.labels(FEED, approved=True)] == ["X", "Y"]
    assert rows(ledger, "select resolution, resolved_by from review_items order by item_id") == [
        ("corrected", "ada"),
        ("approved", "bob"),
    ]


def test_the_second_to_press_is_told_who_was_first(ledger: Ledger) -> None:
    """Many at once: one approves, all others change nothing."""
    item_id = doubted(ledger)

    def press(name: str) -> str:
        try:
            ledger.review.approve(item_id, name)
        except AlreadyDecided as second:
            return str(second)
        return name

    with ThreadPoolExecutor(6) as people:
        said = list(people.map(press, [f"person{number}" for number in range(12)]))
    [first] = [each for each in said if each.startswith("person")]
    assert all(f"was approved by {first} at" in each for each in said if each != first)
    assert len(told(ledger)) == 1


def test_a_document_corrected_at_its_source_meanwhile_is_refused(ledger: Ledger) -> None:
    """Nobody approves a version that is gone."""
    item_id = doubted(ledger)
    arrive(ledger, "a", "Y", "m2")
    with pytest.raises(ItemOutdated, match="its file was corrected or withdrawn"):
        ledger.review.approve(item_id, "ada")
    assert told(ledger) == []


def test_a_document_extracted_again_meanwhile_is_refused(ledger: Ledger) -> None:
    """Its new item counts, or none."""
    item_id = doubted(ledger)
    settle(ledger, "accepted", PROPOSED, "later", refresh="failed")
    with pytest.raises(ItemOutdated, match="was extracted again"):
        ledger.review.reject(item_id, "ada", "no quote")


def test_a_run_at_work_on_it_loses_against_the_person(ledger: Ledger) -> None:
    """Whatever a model says later, it says it to nobody."""
    item_id = doubted(ledger)
    [lease] = ledger.verdicts.claim(work("later"), "failed", "", 10)
    ledger.review.approve(item_id, "ada")
    with pytest.raises(LeaseLost, match="ended by a person"):
        ledger.verdicts.commit(work("later"), lease, Finding("dead", cause="c", message="m", remedy="r"))
    assert statuses(ledger) == {"accepted": 1}


def test_what_is_rejected_is_dead_with_the_persons_reason(ledger: Ledger) -> None:
    """Nothing is told; the item says who and why."""
    assert ledger.review.reject(doubted(ledger), "ada", "this is no quote").status == "dead"
    assert told(ledger) == []
    assert rows(ledger, "select cause, message from dead_letters where resolved_at is null") == [
        ("rejected", "ada rejected it: this is no quote")
    ]
    assert rows(ledger, "select resolution, resolved_by, note from review_items") == [
        ("rejected", "ada", "this is no quote")
    ]
    assert ledger.verdicts.claim(work("next"), "none", "", 10) == []


def test_a_rejected_proposal_leaves_the_record_a_person_approved(ledger: Ledger) -> None:
    """Another model's other answer is dropped."""
    ledger.review.approve(doubted(ledger), "ada")
    settle(ledger, "accepted", CORRECTED, "later", NEWER)
    [again] = ledger.review.items()
    assert ledger.review.item(again.item_id).approved_record == PROPOSED
    assert ledger.review.reject(again.item_id, "bob", "the first was right").status == "accepted"
    assert len(told(ledger)) == 1
    assert rows(ledger, "select record, approved_by from extractions") == [(PROPOSED, "ada")]


def test_a_model_that_agrees_with_the_person_asks_nobody(ledger: Ledger) -> None:
    """Equal values: no item, no event."""
    ledger.review.approve(doubted(ledger), "ada")
    settle(ledger, "accepted", PROPOSED, "later", NEWER)
    assert ledger.review.items() == []
    assert (statuses(ledger), len(told(ledger))) == ({"accepted": 1}, 1)


def test_what_was_approved_and_gives_no_record_any_more_is_for_a_person(ledger: Ledger) -> None:
    """No dead letter for a document that has a record; there is nothing to approve, but to reject or to correct."""
    ledger.review.approve(doubted(ledger), "ada")
    settle(ledger, "dead", None, "later", NEWER)
    [again] = ledger.review.items()
    assert "gave no record any more" in again.reasons[0]["why"]
    with pytest.raises(NothingProposed):
        ledger.review.approve(again.item_id, "bob")
    assert rows(ledger, "select count(*) from dead_letters") == [(0,)]


def test_a_held_event_that_is_not_so_any_more_is_never_told(ledger: Ledger) -> None:
    """The gate kept a record back; the one a person approved takes its place, as the first."""
    arrive(ledger, "a", "X")
    settle(ledger, "accepted", {"total": "1.00"})
    settle(ledger, "review", PROPOSED, "later", NEWER)
    ledger.review.approve(ledger.review.items()[0].item_id, "ada")
    assert told(ledger) == [("record.created", PROPOSED, "review")]


def test_an_event_that_may_have_left_goes_before_the_approved_one(ledger: Ledger) -> None:
    """It was released and taken back: a relay may have died between sending and noting it."""
    arrive(ledger, "a", "X")
    settle(ledger, "accepted", {"total": "1.00"})
    ledger.gate.open_by_hand(DAY, FEED, "ada", "for now")
    ledger.gate.note(DAY, FEED, Seen("rate", False, "too many"), ["rate"], "run")
    settle(ledger, "review", PROPOSED, "later", NEWER)
    ledger.review.approve(ledger.review.items()[0].item_id, "ada")
    assert told(ledger) == [
        ("record.created", {"total": "1.00"}, "review"),
        ("record.updated", PROPOSED, "review"),
    ]


def test_a_decision_makes_no_gate_check_look_again(ledger: Ledger) -> None:
    """Otherwise a person who approves during a run would close the gate of all the others."""
    item_id = doubted(ledger)
    for name in ("one", "two"):
        ledger.gate.note(DAY, FEED, Seen(name, True, "fine"), ["one", "two"], "run")
        if name == "one":
            ledger.review.approve(item_id, "ada")
    release = ledger.gate.state(DAY, FEED)
    assert release is not None
    assert release.state == "open"


def test_the_rate_of_first_verdicts_does_not_move_with_peoples_work(ledger: Ledger) -> None:
    """It tells of the pipeline."""
    ledger.review.approve(doubted(ledger), "ada")
    assert ledger.verdicts.first_verdicts(DAY, FEED) == (1, 1)


def test_an_outage_takes_no_item_away(ledger: Ledger) -> None:
    """A document asked about again keeps its item while it waits, and is in review again when the patience ends."""
    item_id = doubted(ledger)
    [lease] = ledger.verdicts.claim(work("b"), "failed", "", 10)
    assert ledger.verdicts.let_wait(work("b"), lease, NOBODY, PATIENT) == "waiting"
    assert [each.item_id for each in ledger.review.items()] == [item_id]
    [lease] = ledger.verdicts.claim(work("c"), "none", "", 10)
    assert ledger.verdicts.let_wait(work("c"), lease, NOBODY, AT_ITS_END) == "review"
    assert ledger.review.approve(item_id, "ada").told


def test_an_accepted_record_outlives_an_outage(ledger: Ledger) -> None:
    """Its document is accepted again, not dead of a provider."""
    arrive(ledger, "a", "X")
    settle(ledger, "accepted", PROPOSED)
    [lease] = ledger.verdicts.claim(work("b"), "all", "", 10)
    assert ledger.verdicts.let_wait(work("b"), lease, NOBODY, AT_ITS_END) == "accepted"
    assert rows(ledger, "select count(*) from dead_letters") == [(0,)]


def test_what_died_of_an_outage_is_asked_again_as_its_remedy_says(ledger: Ledger) -> None:
    """refresh: failed finds it."""
    arrive(ledger, "a", "X")
    [lease] = ledger.verdicts.claim(work("b"), "none", "", 10)
    assert ledger.verdicts.let_wait(work("b"), lease, NOBODY, AT_ITS_END) == "dead"
    settle(ledger, "accepted", PROPOSED, "later", refresh="failed")
    assert statuses(ledger) == {"accepted": 1}
    assert rows(ledger, "select resolution from dead_letters") == [("extracted again",)]


@pytest.mark.parametrize("decide", ["approve", "reject"])
def test_an_item_that_there_is_not_is_refused(ledger: Ledger, decide: str) -> None:
    """In a sentence."""
    with pytest.raises(NoSuchItem, match="no review item 7"):
        ledger.review.approve(7, "ada") if decide == "approve" else ledger.review.reject(7, "ada", "why")
    assert issubclass(NoSuchItem, LedgerError)


def test_last_words_are_kept_for_who_has_to_look_and_no_longer(ledger: Ledger) -> None:
    """What was asked and answered last."""
    item_id = doubted(ledger)
    assert rows(ledger, "select asked, answered from last_words") == [("what does it cost?", "12.00")]
    ledger.review.approve(item_id, "ada")
    assert rows(ledger, "select count(*) from last_words") == [(0,)]
