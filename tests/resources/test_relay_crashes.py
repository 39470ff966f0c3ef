"""kill -9 at the boundaries of every statement of the relay, alone and beside another: nothing is lost, order holds."""

import json
from collections.abc import Iterator
from itertools import pairwise

import pytest

from resources.ledger import Ledger
from tests.broker import Broker
from tests.crashing import Zygote, sample
from tests.resources.outbox_parts import DAY, FEED, told

PLACES, VERSIONS = 40, 2
BOUNDARIES = 32  # two batches and a little more: connection checked, begin, claim, send, confirm, mark, commit
MODULE = "tests.resources.relay_child"


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url) as opened:
        for version in range(1, VERSIONS + 1):
            told(opened, *(f"p{number}" for number in range(PLACES)), version=version)
        yield opened


def received(broker: Broker) -> list[tuple[str, str, int]]:
    events = [json.loads(message.body) for message in broker.take(broker.queue(FEED))]
    return [(event["id"], event["subject"], int(event["sequence"])) for event in events]


def check(broker: Broker, ledger: Ledger) -> int:
    """All is there, the first arrivals of a place in order; how many came twice."""
    events = received(broker)
    first = list(dict.fromkeys(events))
    assert len(first) == PLACES * VERSIONS
    for place in {place for _, place, _ in first}:
        numbers = [number for _, at, number in first if at == place]
        assert all(earlier < later for earlier, later in pairwise(numbers))
    assert ledger.outbox.counts(DAY, FEED).published == PLACES * VERSIONS
    return len(events) - len(first)


def test_killed_at_statement_after_statement(broker: Broker, database_url: str, ledger: Ledger) -> None:
    """Each death leaves what the next one needs; only what was confirmed and not marked comes twice, under its id."""
    broker.queue(FEED)
    with Zygote.start(MODULE, database_url, broker.url()) as zygote:
        ends = [zygote.run(number)[0] for number in range(BOUNDARIES)]
        assert zygote.run(-1) == [0]
    assert ends == [-9] * BOUNDARIES
    assert check(broker, ledger) <= 3 * BOUNDARIES, "a batch is three events"


def test_two_at_once_both_killed_again_and_again(broker: Broker, database_url: str, ledger: Ledger) -> None:
    """Relays that die in each other's way neither lose nor overtake."""
    broker.queue(FEED)
    deaths = sample(2, BOUNDARIES, 16) + sample(3, BOUNDARIES, 16)
    with Zygote.start(MODULE, database_url, broker.url()) as zygote:
        ends = [end for pair in zip(deaths[::2], deaths[1::2], strict=True) for end in zygote.run(*pair)]
        assert zygote.run(-1) == [0]
    assert -9 in ends
    check(broker, ledger)


def test_files_hold_each_event_once_whatever_died(
    database_url: str, ledger: Ledger, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The files sink knows what it holds: not even a repeated batch shows."""
    folder = tmp_path_factory.mktemp("delivered")
    with Zygote.start(MODULE, database_url, str(folder)) as zygote:
        for number in sample(3, BOUNDARIES, 24):
            assert zygote.run(number) == [-9]
        assert zygote.run(-1) == [0]
    lines = [json.loads(line) for line in (folder / f"{FEED}.jsonl").read_text().splitlines()]
    assert len({line["id"] for line in lines}) == len(lines) == PLACES * VERSIONS
