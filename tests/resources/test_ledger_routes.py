"""A document that found its feed leaves nothing open behind it in the one it came from."""

from collections.abc import Iterator

import pytest

from resources.ledger import Ledger
from resources.ledger.connections import connect
from resources.ledger.replays import Which
from resources.ledger.routes import Route
from tests.resources.people_parts import DAY, FEED, arrive, doubted, settle


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url) as opened:
        yield opened


def route(doc_id: str = "X") -> Route:
    return Route("a", doc_id, FEED, DAY, "deals", "deals/a", "it says so", "run")


def test_its_dead_letter_is_closed(ledger: Ledger, database_url: str) -> None:
    """Left open it would stand in the way of the next one of the same document."""
    arrive(ledger, "a", "X")
    settle(ledger, "dead")
    assert ledger.routes.keep(route())
    with connect(database_url) as connection:
        rows = connection.execute("select resolution from weir.dead_letters where resolved_at is not null").fetchall()
    assert rows == [("routed",)]
    assert ledger.documents.count_by_status(DAY, FEED) == {"duplicate": 1}


def test_its_review_item_is_closed(ledger: Ledger) -> None:
    """And says why to who has it before them."""
    item = doubted(ledger)
    assert ledger.routes.keep(route())
    assert ledger.review.items() == []
    assert ledger.review.item(item).resolution == "routed"


def test_its_replay_is_done(ledger: Ledger) -> None:
    """Left open it would be told of for ever."""
    arrive(ledger, "a", "X")
    settle(ledger, "dead")
    ledger.replays.ask(ledger.replays.find(Which(ids=["a"])), "ada", "again")
    assert ledger.routes.keep(route())
    assert ledger.replays.open() == []
    [done] = ledger.replays.history(FEED, "X")
    assert done.outcome == "routed"


def test_what_holds_another_version_by_now_is_left_alone(ledger: Ledger) -> None:
    """A letter of the newer one stays open."""
    arrive(ledger, "a", "Y")
    settle(ledger, "dead")
    assert not ledger.routes.keep(route("X"))
    assert len(ledger.letters.open()) == 1
