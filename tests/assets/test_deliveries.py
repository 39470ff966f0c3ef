"""What a run of `deliveries` does about its sink: short trouble is waited out, longer said, poison set aside."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from assets.deliveries import PATIENCE_S, deliver
from assets.partitions import Partition
from resources.ledger import Ledger
from resources.sink import Event, NotAllTaken, SinkError
from resources.sink.errors import NotAccepted, NotLetIn, NotReachable, Unroutable
from resources.sink.files import FilesSink
from tests.resources.outbox_parts import DAY, FEED, told

PARTITION = Partition(DAY, FEED)


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url) as opened:
        yield opened


class Moody(FilesSink):
    """Files, after so much trouble; or always trouble with one place."""

    def __init__(
        self, folder: Path, *trouble: SinkError, poison: str = "", error: type[SinkError] = NotAccepted
    ) -> None:
        super().__init__(folder)
        self._trouble = list(trouble)
        self._poison = poison
        self._error = error

    def publish(self, feed: str, events: Sequence[Event]) -> Mapping[str, SinkError]:
        if self._trouble:
            raise self._trouble.pop(0)
        super().publish(feed, [each for each in events if each.subject != self._poison])
        bad = [each.event_id for each in events if each.subject == self._poison]
        return {event_id: self._error(event_id, "there", "422") for event_id in bad}


class Clock:
    def __init__(self) -> None:
        self.slept_s = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept_s += seconds


def run(ledger: Ledger, sink: FilesSink, clock: Clock) -> int:
    return deliver(ledger, sink, PARTITION, lambda _: None, clock.sleep)


def test_a_short_outage_is_waited_out(ledger: Ledger, tmp_path: Path) -> None:
    """The run goes on as if nothing had been."""
    told(ledger, "a", "b")
    assert run(ledger, Moody(tmp_path, *[NotReachable("x", "y")] * 3), Clock()) == 2


def test_a_long_outage_fails_the_run_with_its_sentence(ledger: Ledger, tmp_path: Path) -> None:
    """After some patience; the events stay."""
    told(ledger, "a")
    clock = Clock()
    with pytest.raises(NotReachable, match="stay in the outbox"):
        run(ledger, Moody(tmp_path, *[NotReachable("x", "y")] * 999), clock)
    assert clock.slept_s <= PATIENCE_S
    assert ledger.outbox.counts(DAY, FEED).released == 1


def test_what_only_a_person_can_mend_is_not_waited_for(ledger: Ledger, tmp_path: Path) -> None:
    """Wrong credentials stay wrong."""
    told(ledger, "a")
    clock = Clock()
    with pytest.raises(NotLetIn):
        run(ledger, Moody(tmp_path, NotLetIn("x", "y")), clock)
    assert clock.slept_s == 0


def test_a_poison_event_is_set_aside_and_fails_no_run(ledger: Ledger, tmp_path: Path) -> None:
    """The others go; a person finds it where the run shows it."""
    told(ledger, "a", "b", "c")
    assert run(ledger, Moody(tmp_path, poison="b"), Clock()) == 2
    assert ledger.outbox.counts(DAY, FEED).set_aside == 1
    assert run(ledger, FilesSink(tmp_path), Clock()) == 0


def test_what_is_still_to_be_tried_is_said(ledger: Ledger, tmp_path: Path) -> None:
    """A run is not green while released events could not go."""
    told(ledger, "a", "b")
    with pytest.raises(NotAllTaken, match=r"1 released events of 2026-11-19\|quotes .* No queue takes event"):
        run(ledger, Moody(tmp_path, poison="b", error=Unroutable), Clock())
