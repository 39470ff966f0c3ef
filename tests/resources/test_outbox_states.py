"""The outbox under any order of its operations: what is released leaves once and in order, nothing else ever does."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from resources.ledger import Ledger
from resources.ledger.connections import connect
from resources.ledger.gate import Seen
from resources.ledger.outbox import Refusal, Told
from tests.resources.outbox_parts import DAY, accept

NAMES = st.sampled_from(["a", "b"])
FEEDS = count()
CHECKS = ("schema",)


class Lost(Exception):
    """The sink, or the process, before the batch was marked."""


class Outbox(RuleBasedStateMachine):
    """Beside the ledger, what downstream saw, and what may be told of each event."""

    ledger: Ledger

    @initialize()
    def empty(self) -> None:
        self.feed = f"feed{next(FEEDS)}"  # a past of its own, cheaper than emptying the tables
        self.versions = dict.fromkeys((f"{self.feed}/a", f"{self.feed}/b"), 0)
        self.marked: list[tuple[str, int]] = []
        self.sent: list[tuple[str, int]] = []
        self.skipped: set[tuple[str, int]] = set()
        self.aside: set[tuple[str, int]] = set()
        self.released: set[tuple[str, int]] = set()

    @rule(names=st.lists(NAMES, min_size=1, max_size=4))
    def records_change(self, names: list[str]) -> None:
        for place in (f"{self.feed}/{name}" for name in names):
            self.versions[place] += 1
            accept(self.ledger, place, feed=self.feed, version=self.versions[place])

    @rule(passed=st.sampled_from([True, True, False]))
    def a_check_looks(self, passed: bool) -> None:
        self.ledger.gate.note(DAY, self.feed, Seen("schema", passed, "said so"), CHECKS, "run")
        self.released = self._told() if passed else set(self.marked)

    @precondition(lambda self: any(self.versions.values()))
    @rule()
    def a_person_releases(self) -> None:
        self.ledger.gate.open_by_hand(DAY, self.feed, "ada", "looked")
        self.released = self._told()

    @rule(bad=st.sets(NAMES), final=st.booleans(), limit=st.integers(1, 4))
    def somebody_publishes(self, bad: set[str], final: bool, limit: int) -> None:
        """The sink refuses the first event of the places in `bad`."""

        def send(batch: Sequence[Told]) -> list[Refusal]:
            refused = {each.place: each for each in reversed(batch) if each.place[-1] in bad}
            self._see([each for each in batch if each not in refused.values()])
            self.aside |= {(each.place, each.number) for each in refused.values() if final}
            return [Refusal(each.seq, "no", 0.0, final=final) for each in refused.values()]

        before = len(self.sent)
        self.ledger.outbox.publish(send, limit, self.feed, DAY)
        self.marked += self.sent[before:]

    @rule(limit=st.integers(1, 4))
    def somebody_dies_between_sending_and_marking(self, limit: int) -> None:
        def send(batch: Sequence[Told]) -> list[Refusal]:
            self._see(batch)
            raise Lost

        try:
            self.ledger.outbox.publish(send, limit, self.feed, DAY)
        except Lost:
            return

    @rule()
    def a_person_tries_again(self) -> None:
        self.aside.clear()
        self.ledger.outbox.try_again()

    @rule()
    def a_person_skips_the_oldest(self) -> None:
        for each in self.ledger.outbox.set_aside(self.feed, DAY, limit=1):
            with connect(self.ledger._url) as connection:
                row = connection.execute(
                    "select place, number from weir.outbox where event_id = %s", [each.event_id]
                ).fetchone()
            assert row is not None
            self.skipped.add((str(row[0]), int(row[1])))
            self.ledger.outbox.skip([each.event_id], "ada", "by hand")

    @invariant()
    def what_is_marked_was_sent_once_and_in_order(self) -> None:
        assert len(set(self.marked)) == len(self.marked)
        for place in self.versions:
            numbers = [number for at, number in self.marked if at == place]
            gone = {number for at, number in self.skipped if at == place}
            expected = [number for number in range(1, self.versions[place] + 1) if number not in gone]
            assert numbers == expected[: len(numbers)]

    @invariant()
    def counts_add_up(self) -> None:
        counts = self.ledger.outbox.counts(DAY, self.feed)
        open_events = counts.released + counts.held + counts.set_aside
        assert counts.published == len(self.marked)
        assert open_events + len(self.marked) + len(self.skipped) == sum(self.versions.values())

    def teardown(self) -> None:
        """Whatever happened: once everything is released and taken, everything is there."""
        if not any(self.versions.values()):
            return
        self.a_person_releases()
        self.a_person_tries_again()
        for _ in range(sum(self.versions.values())):
            self.somebody_publishes(set(), False, 10)
        self.what_is_marked_was_sent_once_and_in_order()
        assert len(self.marked) + len(self.skipped) == sum(self.versions.values())

    def _told(self) -> set[tuple[str, int]]:
        return {(place, number) for place, last in self.versions.items() for number in range(1, last + 1)}

    def _see(self, batch: Sequence[Told]) -> None:
        for each in batch:
            event = (each.place, each.number)
            assert event in self.released, "nothing leaves that is not released"
            assert event not in self.marked, "what is marked is not sent again"
            assert event not in self.skipped | self.aside, "what was set aside or skipped stays here"
            self.sent.append(event)


@contextmanager
def machine(url: str) -> Iterator[type[Outbox]]:
    with Ledger.open(url) as ledger:
        yield type("Machine", (Outbox,), {"ledger": ledger})


def test_any_order_of_operations(database_url: str) -> None:
    """Changes, checks, releases, refusals, deaths, retries and skips, in any order."""
    with machine(database_url) as states:
        run_state_machine_as_test(
            states,
            settings=settings(
                max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
