"""From the outbox to the sink: what an event tells, and what a refusal means for its next attempt."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.ledger.outbox import Told
from resources.relay.backoff import Backoff
from resources.relay.handover import ATTEMPTS, LONGEST_WAIT_S, event, hand_to, refusal
from resources.sink import Event, Json, SinkError
from resources.sink.errors import NotAccepted, NotReachable, NotWritable, Overloaded, Unroutable

NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)


def told(seq: int = 1, feed: str = "quotes", attempts: int = 0) -> Told:
    return Told(
        seq, UUID(int=seq), feed, date(2026, 11, 19), f"{feed}/{seq}.pdf", 3, "doc", "record.updated", '{"a": 1}',
        "gpt", "abc", NOON, attempts,
    )  # fmt: skip


class Feeds:
    """A sink with trouble in some feeds."""

    batch = 10

    def __init__(self, **trouble: SinkError) -> None:
        self._trouble = trouble
        self.asked: list[str] = []

    def publish(self, feed: str, events: Sequence[Event]) -> Mapping[str, SinkError]:
        self.asked.append(feed)
        if feed in self._trouble:
            raise self._trouble[feed]
        return {}

    def close(self) -> None:
        """Nothing to let go of."""


def test_an_event_tells_which_telling_of_its_place_it_is() -> None:
    """A consumer that sees two out of order knows which is newer: `sequence` compares as text."""
    sent = event(told())
    assert (sent.event_id, sent.subject, sent.data) == (str(UUID(int=1)), "quotes/1.pdf", Json('{"a": 1}'))
    assert sent.extensions == {
        "feed": "quotes",
        "docid": "doc",
        "partitiondate": "2026-11-19",
        "sequence": "0000000003",
        "endpoint": "gpt",
        "schemaversion": "abc",
    }


def test_one_feeds_trouble_is_not_anothers() -> None:
    """What others took is kept; the broken feed's events wait without an attempt of theirs."""
    send = hand_to(Feeds(deals=NotWritable("/x", "closed")), lambda: 0.5)
    refused = send([told(1), told(2, "deals"), told(3, "orders")]) or []
    assert [(each.seq, each.counts, each.final) for each in refused] == [(2, False, False)]


def test_a_sink_that_takes_nothing_is_the_sinks_trouble() -> None:
    """Nothing is written into the outbox for an outage."""
    with pytest.raises(NotReachable):
        hand_to(Feeds(deals=NotReachable("x", "y"), quotes=NotReachable("x", "y")))([told(1), told(2, "deals")])


def test_nobody_is_called_twice_where_nobody_answers() -> None:
    """A batch of twenty feeds must not wait for twenty timeouts."""
    sink = Feeds(quotes=NotReachable("x", "y"))
    with pytest.raises(NotReachable):
        hand_to(sink)([told(1), told(2, "deals"), told(3, "orders")])
    assert sink.asked == ["quotes"]


@given(attempts=st.integers(0, 40), draw=st.floats(0, 1))
def test_waits_double_and_end(attempts: int, draw: float) -> None:
    """Fully jittered, bounded, and after the last attempt it is set aside."""
    found = refusal(told(attempts=attempts), Unroutable("e", "x", "k"), lambda: draw)
    assert 0 <= found.wait_s <= min(LONGEST_WAIT_S, 2.0**attempts)
    assert found.final == (attempts + 1 >= ATTEMPTS)


def test_what_will_never_succeed_is_set_aside_at_once() -> None:
    """No attempt is wasted on it."""
    assert refusal(told(), NotAccepted("e", "p", "400"), lambda: 1.0).final


def test_what_blames_no_event_is_never_set_aside() -> None:
    """And waits at least as long as it was asked to."""
    found = refusal(told(attempts=100), Overloaded("p", "429", 60.0), lambda: 1.0)
    assert (found.counts, found.final, found.wait_s) == (False, False, 60.0)


@given(draw=st.floats(0, 1), failures=st.integers(1, 100), asked=st.none() | st.floats(0, 600))
def test_a_sink_in_trouble_is_left_alone_longer_each_time(draw: float, failures: int, asked: float | None) -> None:
    """At least as long as it asked for, at most half a minute beyond that."""
    backoff = Backoff(lambda: draw)
    waits = [backoff.next_s(asked) for _ in range(failures)]
    assert all((asked or 0) <= wait <= max(30.0, asked or 0) for wait in waits)
    backoff.reset()
    assert backoff.next_s() <= 0.5
