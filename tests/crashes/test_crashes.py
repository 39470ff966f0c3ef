"""kill -9 at every statement and at any instant, two at once: nothing is lost, nothing happens twice.

About 40 deaths in `make test`; `make test-crash` asks for 1,000 with CRASH_KILLS and prints what it counted.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from resources.ledger import Ledger
from resources.ledger.connections import connect
from tests.broker import Broker, until
from tests.crashes.audit import Audit, audit
from tests.crashes.programs import AT_AN_INSTANT, NAMES, TO_THE_END, UNIT, prepare
from tests.crashes.story import DAY, FEED, Inbox
from tests.crashing import Zygote

KILLS = int(os.environ.get("CRASH_KILLS", "40"))
SEED = int(os.environ.get("CRASH_SEED", "5"))
BOUNDARIES = {
    "arrive": 44,
    "run": 90,
    "run without its lock": 90,
    "review": 60,
    "gate": 24,
    "relay": 32,
    "consume": 26,
}
LONGEST_MS = 60
FIRST_FILES = 5


def packed(program: str, number: int) -> int:
    return NAMES.index(program) * UNIT + number


@dataclass
class Harness:
    """Lets processes loose on one ledger, two at a time, and kills them."""

    zygote: Zygote
    inbox: Inbox
    programs: tuple[str, ...]
    dice: random.Random
    killed: Counter[str] = field(default_factory=Counter)
    places: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._deck: list[tuple[str, int]] = []

    def kill(self, wanted: int) -> None:
        while sum(self.killed.values()) < wanted:
            self.inbox.change(self.dice)
            pair = [self._next(), self._next()]
            ends = self.zygote.run(*(packed(*each) for each in pair))
            for (program, number), end in zip(pair, ends, strict=True):
                assert end in (0, -9), f"{program} at {number} ended with {end}"
                if end == -9:
                    self.killed[program] += 1
                    self.places.add((program, number))

    def _next(self) -> tuple[str, int]:
        """Every boundary of every program once in each round, in any order; between them random instants, and none."""
        turn = self.dice.random()
        if turn < 0.1:
            return self.dice.choice(self.programs), TO_THE_END
        if turn < 0.3:
            return self.dice.choice(self.programs), AT_AN_INSTANT + self.dice.randint(0, LONGEST_MS)
        if not self._deck:
            self._deck = [(name, number) for name in self.programs for number in range(BOUNDARIES[name])]
            self.dice.shuffle(self._deck)
        return self._deck.pop()

    def come_to_rest(self, url: str) -> None:
        """Everything to its end, and the gate open."""
        for program in ("arrive", "run"):
            assert self.zygote.run(packed(program, TO_THE_END)) == [0]
        with Ledger.open(url, 1) as ledger:
            ledger.gate.open_by_hand(DAY, FEED, "ada", "looked at it")
        until(lambda: self._all_relayed(url), 60)

    def _all_relayed(self, url: str) -> bool:
        """Whether all is published; what waits for its next try is tried now."""
        self.zygote.run(packed("relay", TO_THE_END))
        with connect(url) as connection:
            return not connection.execute(
                "update weir.outbox set next_attempt_at = now() where published_at is null"
            ).rowcount

    def consume_all(self, url: str) -> None:
        def took_effect() -> bool:
            self.zygote.run(packed("consume", TO_THE_END))
            with connect(url) as connection:
                row = connection.execute(
                    "select (select count(*) from weir.outbox) - (select count(distinct event_id) from effects)"
                ).fetchone()
            return row == (0,)

        until(took_effect, 60)

    def __str__(self) -> str:
        by_program = ", ".join(f"{self.killed[name]} in {name!r}" for name in self.programs)
        at = len([number for _, number in self.places if number < AT_AN_INSTANT])
        return f"{sum(self.killed.values())} kills ({by_program}) at {at} different boundaries and at random instants"


@pytest.mark.timeout(1800)
def test_nothing_is_lost_and_nothing_happens_twice(broker: Broker, database_url: str, tmp_path: Path) -> None:
    """Files come, change and go; runs, reviewers, gate, relays and consumers die over them; then all adds up."""
    harness_audit(broker, database_url, tmp_path, KILLS, NAMES)


@pytest.mark.timeout(1800)
def test_without_a_broker_the_ledger_adds_up(database_url: str, tmp_path: Path) -> None:
    """The same into files, which hold each event once."""
    programs = tuple(name for name in NAMES if name != "consume")
    found = harness_audit(None, database_url, tmp_path, KILLS // 2, programs)
    lines = (tmp_path / "delivered" / f"{FEED}.jsonl").read_text().splitlines()
    assert len(set(lines)) == len(lines) == found.events


@contextmanager
def start(
    delivery: str,
    broker: Broker | None,
    url: str,
    inbox: Inbox,
    programs: tuple[str, ...],
    dice: random.Random,
) -> Iterator[Harness]:
    """A ledger, an inbox with its first files, a queue, and a process that has imported everything."""
    with Ledger.open(url, 1):
        prepare(url)
    consumer = (broker.base_url, broker.queue(FEED)) if broker else ("", "")
    files = (str(inbox.file), str(inbox.file.with_name("asked.log")))
    target = broker.url() if broker else delivery
    with Zygote.start("tests.crashes.programs", url, target, *consumer, *files) as zygote:
        harness = Harness(zygote, inbox, programs, dice)
        while len(inbox.versions) < FIRST_FILES:
            inbox.change(harness.dice)
        for program in ("arrive", "run", "gate", "review", "relay"):
            zygote.run(packed(program, TO_THE_END))
        yield harness


def harness_audit(broker: Broker | None, url: str, folder: Path, kills: int, programs: tuple[str, ...]) -> Audit:
    inbox = Inbox(folder / "inbox.json")
    with start(str(folder / "delivered"), broker, url, inbox, programs, random.Random(SEED)) as harness:
        harness.kill(kills)
        harness.come_to_rest(url)
        if broker:
            harness.consume_all(url)
    found = audit(url, inbox.file, broker is not None)
    print(f"\n{harness}\n{found}\n{_asked(folder)}")  # noqa: T201 - what `make test-crash` is asked for
    assert found.wrong == {}
    return found


def _asked(folder: Path) -> str:
    asked = Counter((folder / "asked.log").read_text().split())
    again = asked.total() - len(asked)
    return f"{asked.total():8} questions, {again} of them again: somebody died before the answer was kept"
