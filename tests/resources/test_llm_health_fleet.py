"""What the primary has to bear and what it gives, over outages, for one process and for four that share a board."""

import random

import pytest

from resources.llm.errors import Auth, RateLimited
from resources.llm.health import BreakerSettings
from tests.resources.health_fleet import PRIMARY, Fleet, Server, every

DOWN_S, UP_S = 1030.0, 1040.0


def outage(start_s: float = DOWN_S, end_s: float = UP_S, **how: float) -> Server:
    return Server(lambda now_s: start_s <= now_s < end_s, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize(("processes", "most"), [(1, 7), (4, 10)])
@pytest.mark.parametrize(("latency_s", "down_latency_s"), [(0.05, 0.05), (2.0, 0.05), (1.0, 1.0), (0.5, 5.0)])
def test_a_dead_primary_is_left_after_few_calls(
    processes: int, most: int, latency_s: float, down_latency_s: float
) -> None:
    """At 15 requests a second in all, whether it fails fast or slowly, and also if it ends what it had begun."""
    for seed in range(3):
        fleet = Fleet(outage(latency_s=latency_s, down_latency_s=down_latency_s), processes, seed=seed)
        fleet.requests(every(1 / 15, 1000.2, 1080.0, random.Random(seed)))
        fleet.run(1080.0)
        assert fleet.failing_calls() <= most
        assert min(fleet.successes_since(UP_S)) <= UP_S + 30.0


@pytest.mark.parametrize("processes", [1, 4])
@pytest.mark.parametrize("healthy_before_s", [0.0, 60.0])
@pytest.mark.parametrize(("gap_s", "most"), [(3.0, 0.3), (4.0, 0.3), (5.0, 0.37)])
def test_few_calls_are_few_probes(processes: int, healthy_before_s: float, gap_s: float, most: float) -> None:
    """Down for a minute, a request every three to five seconds: hardly one in three is tried, and none waits long.

    Every five seconds it is a bit more: the first request is tried twice, and a probe every 25 s is the least.
    """
    down_s = 1000.0 + healthy_before_s
    for seed in range(6):
        fleet = Fleet(outage(down_s, down_s + 60.0), processes, seed=seed)
        times = every(gap_s, 1000.2, down_s + 100.0, random.Random(seed))
        fleet.requests(times)
        fleet.run(down_s + 110.0)
        asked = sum(down_s <= time_s < down_s + 60.0 for time_s in times)
        assert len(fleet.failures) <= most * asked
        assert min(fleet.successes_since(down_s + 60.0)) <= down_s + 90.0


@pytest.mark.parametrize("rate", [0.2, 1.0])
def test_four_hours_are_four_hours_of_few_probes(rate: float) -> None:
    """A long outage costs a probe now and then, is told once, and is over when it is over."""
    end_s = DOWN_S + 4 * 3600.0
    fleet = Fleet(outage(DOWN_S, end_s), 2)
    fleet.requests(every(1 / rate, 1000.2, end_s + 100.0))
    fleet.run(end_s + 110.0)
    assert len(fleet.failures) <= min(0.3 * rate * 4 * 3600.0, 4 * 3600.0 / 20)
    assert min(fleet.successes_since(end_s)) <= end_s + 30.0
    told = fleet.processes[0].told
    assert ["is left alone" in told[0], "in full use again" in told[-1], len(told)] == [True, True, 4]


def test_everybody_comes_back_one_after_the_other() -> None:
    """When nobody else answers and 128 requests a second wait, the primary gets one call, then 5, then 10."""
    fleet = Fleet(outage(1005.0, 1065.0, latency_s=1.0), 4, last_resort=True)
    fleet.requests(every(1 / 128, 1000.2, 1075.0))
    fleet.run(1080.0)
    probes = [attempt for attempt in fleet.failures if attempt.started_s > 1007.0]
    assert len(probes) <= 60 / 2 + 1
    back = sorted(fleet.successes_since(1065.0))
    assert back[0] <= 1065.0 + 3.0
    assert [sum(time_s < back[0] + second for time_s in back) for second in (0.99, 1.99, 2.99)] == [1, 6, 16]


@pytest.mark.parametrize("errors", [0.01, 0.05])
def test_an_occasional_error_is_no_outage(errors: float) -> None:
    """Where calls fail now and then, a few in a row are luck: the endpoint stays in use."""
    dice = random.Random(1)
    fleet = Fleet(Server(lambda now_s: now_s > 1010.0 and dice.random() < errors), 2)
    fleet.requests(every(1 / 15, 1000.2, 1600.0, random.Random(2)))
    fleet.run(1600.0)
    assert len(fleet.turned_away) <= 0.02 * len(fleet.attempts)


def test_a_brownout_is_left_before_its_calls_are_over() -> None:
    """Slow calls are counted as they become slow: those already under way are all it costs."""
    fleet = Fleet(Server(latency_s=0.05, expected_s=1.0))
    fleet.requests(every(1 / 15, 1000.2, 1070.0))
    fleet.at(DOWN_S, lambda: setattr(fleet.server, "latency_s", 4.0))
    fleet.at(UP_S, lambda: setattr(fleet.server, "latency_s", 0.05))
    fleet.run(1075.0)
    assert sum(DOWN_S <= attempt.started_s < UP_S for attempt in fleet.attempts) <= 25
    assert min(fleet.successes_since(UP_S)) <= UP_S + 30.0


def test_a_flapping_primary_never_gets_far() -> None:
    """Up for five seconds, down for five: fewer calls fail than half of half, and it is used again in the end."""
    fleet = Fleet(Server(lambda now_s: now_s < 1400.0 and (now_s // 5) % 2 == 0), 4)
    fleet.requests(every(1 / 15, 1000.2, 1440.0))
    fleet.run(1450.0)
    assert len(fleet.failures) <= 0.02 * 15 * 400
    assert len(fleet.successes_since(1430.0)) >= 100


def test_who_dies_with_the_probes_blocks_nobody() -> None:
    """The leases of a killed process are free again in seconds, however long a call may take."""
    fleet = Fleet(outage(1030.0, 1045.0, latency_s=100.0, expected_s=1e9), 4)
    fleet.requests(every(1 / 15, 1000.2, 1100.0))
    fleet.run(1075.0)
    probing = fleet.successes_since(1045.0)
    holder = next(attempt.process for attempt in fleet.attempts if attempt.started_s == probing[0])
    fleet.processes[holder].killed = True
    fleet.run(1100.0)
    assert len(probing) == 1
    again = fleet.successes_since(1075.0)
    assert len(again) == 1
    assert again[0] <= 1075.0 + 12.0


def test_a_board_that_goes_away_changes_little() -> None:
    """Each process decides alone, tells what it saw when the board is back, and keeps no more than it needs."""
    fleet = Fleet(outage(1100.0, 1200.0), 4)
    fleet.requests(every(1 / 15, 1000.2, 1300.0))
    fleet.at(1050.0, lambda: setattr(fleet.board, "away", True))
    fleet.at(1190.0, lambda: setattr(fleet.board, "away", False))
    fleet.run(1189.0)
    assert len(fleet.failures) <= 4 * (4 + 90 / 10)
    kept = [len(process.health._doors[PRIMARY].events) for process in fleet.processes]
    assert max(kept) <= 400
    fleet.run(1192.0)
    assert fleet.board.rows["llm_breakers"][PRIMARY]["phase"] == "open"
    fleet.run(1310.0)
    assert min(fleet.successes_since(1200.0)) <= 1230.0
    assert fleet.board.rows["llm_breakers"][PRIMARY]["phase"] == "closed"


def test_an_opening_found_alone_is_not_lost() -> None:
    """Whoever was cut off when it found the primary down tells the others when it is back."""
    fleet = Fleet(outage(1030.0, 1060.0), 2)
    fleet.board.away = True
    fleet.at(1030.0, lambda: setattr(fleet.processes[1], "killed", True))
    fleet.requests(every(0.5, 1029.0, 1034.0))
    fleet.run(1034.0)
    fleet.board.away = False
    fleet.run(1036.0)
    assert fleet.board.rows["llm_breakers"][PRIMARY]["phase"] == "open"


def test_a_rate_limited_primary_cools_and_stays_closed() -> None:
    """A 429 is no illness: two or three for each pause, for all processes together, and nothing ever opens."""
    fleet = Fleet(outage(1030.0, 1060.0), 4)
    fleet.server.fails_with = lambda name: RateLimited(name, retry_after_s=6.0)
    fleet.requests(every(1 / 15, 1000.2, 1080.0))
    fleet.run(1080.0)
    assert len(fleet.failures) <= 3 * (30 / 6)
    assert all("left to cool" in sentence for process in fleet.processes for sentence in process.told)
    assert min(fleet.successes_since(1060.0)) <= 1060.0 + 7.0


def test_a_refused_key_is_tried_once_in_a_quarter_of_an_hour() -> None:
    """By one process for all; and a process with another key does not wait for it."""
    fleet = Fleet(outage(1030.0, 9000.0), 4)
    fleet.server.fails_with = Auth
    fleet.requests(every(1.0, 1000.2, 1000.0 + 3600.0))
    fleet.run(1000.0 + 3600.0)
    assert 4 <= len(fleet.failures) <= 6
    assert "check the key" in fleet.processes[0].told[0]
    newcomer = Fleet(settings=BreakerSettings(identity="another key"))
    newcomer.board = fleet.board
    newcomer.requests([1002.0])
    newcomer.run(1005.0)
    assert len(newcomer.attempts) == 1
