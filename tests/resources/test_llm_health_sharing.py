"""Processes that tell each other through rows: whatever the order, the clocks and what else stands in the table."""

import asyncio
import random
from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.llm.errors import EndpointFailed, RateLimited, Unavailable
from resources.llm.health import BreakerSettings, Health, Pass, Shut
from resources.llm.health.breaker import Breaker
from resources.llm.health.merging import HealthView
from resources.llm.health.rows import as_row, from_row
from resources.llm.sharing import Exchange, Rows
from resources.llm.world import World
from tests.resources.sharing_parts import MemoryBoard

PROBE_AFTER_S = 24.1


class Two:
    """Processes with one board; time is moved by the test, the board's besides on its own."""

    def __init__(self, count: int = 2, **settings: Any) -> None:
        self.now_s = 5000.0
        self.board = MemoryBoard()
        dice = random.Random(7)
        world = World(monotonic=lambda: self.now_s, random=dice.random)
        known = {"a": BreakerSettings(**settings)}
        self.told: list[str] = []
        self.processes = [Health(known, f"p{number}", world, self.told.append) for number in range(count)]

    def later(self, seconds: float, jump_s: float = 0.0) -> None:
        self.now_s += seconds
        self.board.now_s += seconds + jump_s

    def exchange(self, *processes: Health) -> None:
        for process in processes or self.processes:
            self._exchange(process)

    def _exchange(self, process: Health) -> None:
        news = process.take_news(last=False)
        views: list[HealthView] = []

        def change(rows: Rows, board_now_s: float) -> Rows:
            written, view = process.merge(news, rows.get(process.table, {}), board_now_s)
            views.append(view)
            return {process.table: written}

        self.board.change({process.table: news.rows}, change)
        process.adopt(views[-1], self.now_s)

    def enter(self, process: Health, **how: bool) -> Pass | Shut:
        """As a call does: if a lease has to be fetched, it is, once."""
        entered = process.enter("a", self.now_s, **how)
        if isinstance(entered, Shut) and entered.ask_board:
            self.exchange(process)
            entered = process.enter("a", self.now_s, **how)
        return entered

    def call(self, process: Health, error: EndpointFailed | None = None) -> None:
        entered = self.enter(process)
        assert isinstance(entered, Pass)
        self.later(0.01)
        process.leave(entered, self.now_s, error)

    def fail(self, process: Health, times: int = 1) -> None:
        for _ in range(times):
            self.call(process, Unavailable("a"))

    def state(self, process: Health) -> str:
        return process.look("a", self.now_s).state

    @property
    def row(self) -> Breaker:
        return from_row(self.board.rows["llm_breakers"].get("a"))


def test_failures_are_counted_over_all_processes() -> None:
    """One here and one there are two in a row, and everybody knows."""
    two = Two()
    mine, yours = two.processes
    two.exchange()
    two.fail(mine)
    two.exchange(mine)
    two.fail(yours)
    two.exchange(yours, mine)
    assert (two.state(mine), two.state(yours)) == ("open", "open")


def test_two_that_open_at_once_open_once() -> None:
    """The second opening is no reopening: nothing grows, nothing is told twice."""
    two = Two()
    for process in two.processes:
        two.fail(process, 2)
    two.exchange(*two.processes, *two.processes)
    assert (two.row.number, two.row.rounds) == (1, 0)
    assert len(two.told) == 2


def test_one_lease_goes_to_one_of_two_processes() -> None:
    """The other is told to come later, without having to ask the board again."""
    two = Two()
    mine, yours = two.processes
    two.fail(mine, 2)
    two.exchange()
    two.later(PROBE_AFTER_S)
    assert isinstance(two.enter(mine), Pass)
    answer = two.enter(yours)
    assert isinstance(answer, Shut)
    assert not answer.ask_board


async def test_32_callers_at_once_and_one_lease() -> None:
    """One of them gets it, with one exchange; the others go elsewhere without waiting for the board."""
    two = Two(1)
    health = two.processes[0]
    two.fail(health, 2)
    line = Exchange(two.board, two.processes, World(monotonic=lambda: two.now_s), lambda _: None)
    await line.now()
    two.later(PROBE_AFTER_S)
    before, asked = two.board.changes, 0

    async def caller() -> Pass | Shut:
        nonlocal asked
        entered = health.enter("a", two.now_s)
        if isinstance(entered, Shut) and entered.ask_board:
            asked += 1
            await line.now()
            entered = health.enter("a", two.now_s)
        return entered

    entered = await asyncio.gather(*(caller() for _ in range(32)))
    assert sum(isinstance(each, Pass) for each in entered) == 1
    assert (asked, two.board.changes - before) == (1, 1)
    await line.close()


def test_a_lease_that_nobody_used_is_given_back() -> None:
    """The caller it was fetched for was cancelled: within seconds another process may have it."""
    two = Two()
    mine, yours = two.processes
    two.fail(mine, 2)
    two.exchange()
    two.later(PROBE_AFTER_S)
    mine.enter("a", two.now_s)
    two.exchange(mine)
    two.later(2.5)
    two.exchange(mine, yours)
    assert isinstance(two.enter(yours), Pass)


def test_a_process_that_ends_gives_back_its_probes() -> None:
    """Whoever is shut down in order leaves nothing for others to wait for."""
    two = Two()
    mine, yours = two.processes
    two.fail(mine, 2)
    two.exchange()
    two.later(PROBE_AFTER_S)
    assert isinstance(two.enter(mine), Pass)
    news = mine.take_news(last=True)
    written, _ = mine.merge(news, two.board.rows["llm_breakers"], two.board.now_s)
    two.board.rows["llm_breakers"].update(written)
    two.exchange(yours)
    assert isinstance(two.enter(yours), Pass)


def test_a_cooldown_holds_for_all_and_is_not_shortened_by_anyone() -> None:
    """Neither by a process that heard of a shorter one, nor by a board whose clock jumps ahead."""
    two = Two()
    mine, yours = two.processes
    two.call(mine, RateLimited("a", retry_after_s=60.0))
    two.call(yours, RateLimited("a", retry_after_s=5.0))
    two.exchange(*two.processes, *two.processes)
    until = [process.look("a", two.now_s).until_s for process in two.processes]
    assert min(until) >= two.now_s + 59.0
    two.later(1.0, jump_s=3600.0)
    two.exchange()
    assert [process.look("a", two.now_s).until_s for process in two.processes] == until


@pytest.mark.parametrize(
    "row", [{"model": 2, "mood": "fine"}, {"model": 1, "phase": "ajar"}, {"model": 1, "leases": 7}]
)
def test_a_row_of_another_model_is_an_unknown_endpoint(row: dict[str, Any]) -> None:
    """A version that thinks otherwise of breakers costs what was known, and no call."""
    two = Two()
    two.board.rows["llm_breakers"] = {"a": row}
    two.exchange()
    assert two.state(two.processes[0]) == "closed"
    two.fail(two.processes[0], 2)
    two.exchange()
    assert two.state(two.processes[1]) == "open"


def test_endpoints_of_other_configurations_are_left_alone() -> None:
    """Their rows are neither read nor written."""
    two = Two()
    theirs = {"model": 9, "of": "another configuration"}
    two.board.rows["llm_breakers"] = {"theirs": dict(theirs)}
    two.exchange()
    assert two.board.rows["llm_breakers"]["theirs"] == theirs


def test_other_stages_of_a_ramp_are_no_crash() -> None:
    """Another process may know of more stages than this one, while a configuration is rolled out."""
    long, short = Two(1, ramp=(1, 2, 3, 4)), Two(1, ramp=(1,))
    short.board = long.board
    long.fail(long.processes[0], 2)
    long.exchange()
    long.later(PROBE_AFTER_S)
    for _ in range(7):
        long.call(long.processes[0])
    long.exchange()
    assert long.row.stage == 3
    short.exchange()
    short.call(short.processes[0])
    short.exchange()
    assert short.row.phase == "closed"


def test_a_row_survives_being_written() -> None:
    """What is read is what was known, leases, counts and all."""
    two = Two()
    mine, yours = two.processes
    two.call(mine, RateLimited("a"))
    two.later(2.0)
    two.fail(mine, 2)
    two.exchange()
    two.later(PROBE_AFTER_S)
    assert isinstance(two.enter(yours), Pass)
    assert two.row.leases
    assert from_row(as_row(two.row)) == two.row


CALLS = st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=1, max_size=40)


@given(CALLS, st.permutations([0, 1, 2]), st.sets(st.integers(0, 39)))
def test_no_order_of_telling_loses_an_opening(
    calls: Sequence[tuple[int, bool]], order: Sequence[int], exchanges: set[int]
) -> None:
    """If one process found that it must be left alone, then so do all, whoever tells first, and whatever they saw."""
    three = Two(3)
    opened = False
    for number, (who, good) in enumerate(calls):
        process = three.processes[who]
        entered = process.enter("a", three.now_s)
        three.later(0.01)
        if isinstance(entered, Pass):
            process.leave(entered, three.now_s, None if good else Unavailable("a"))
        opened = opened or three.state(process) == "open"
        if number in exchanges:
            three.exchange(process)
    three.exchange(*[three.processes[number] for number in order])
    three.exchange()
    if opened:
        assert [three.state(process) for process in three.processes] == ["open"] * 3


def test_every_order_of_three_openings_is_one_opening() -> None:
    """Found by three at once, told in any order."""
    for order in permutations(range(3)):
        three = Two(3)
        for process in three.processes:
            three.fail(process, 2)
        three.exchange(*[three.processes[number] for number in order])
        assert (three.row.phase, three.row.number, three.row.rounds) == ("open", 1, 0)


JUMPS = st.floats(-1e6, 1e6)
STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["good", "bad", "429", "slow", "lost", "cancelled"]),
        st.floats(0.0, 30.0),
        st.sampled_from([0.0, 0.0, 0.0, -3600.0, -5.0, 5.0, 3600.0]),
        st.booleans(),
    ),
    max_size=30,
)


def play(two: Two, steps: Sequence[tuple[int, str, float, float, bool]]) -> None:
    """Anything that may happen: calls of all kinds, clocks that jump, probes that are lost."""
    for who, what, seconds, jump_s, last_resort in steps:
        two.later(seconds, jump_s)
        process = two.processes[who]
        entered = two.enter(process, last_resort=last_resort)
        if not isinstance(entered, Pass):
            continue
        two.later(0.1)
        if what == "slow":
            process.slow(entered, two.now_s)
        if what == "cancelled":
            process.abandon(entered, two.now_s)
        elif what != "lost":
            error = {"bad": Unavailable("a"), "429": RateLimited("a", retry_after_s=seconds)}.get(what)
            process.leave(entered, two.now_s, error)
        if jump_s or last_resort:
            two.exchange(process)


def well_again(two: Two, jump_s: float) -> float:
    """From here on every call is good: after how long is the endpoint in full use?"""
    start_s = two.now_s
    for second in range(1000):
        two.later(1.0, jump_s if second % 7 == 3 else 0.0)
        two.exchange()
        for process in two.processes:
            entered = two.enter(process)
            if isinstance(entered, Pass):
                process.leave(entered, two.now_s)
        two.exchange()
        if all(two.state(process) == "closed" for process in two.processes):
            return two.now_s - start_s
    return 1e9


@given(STEPS, st.sampled_from([0.0, -3600.0, 3600.0, -2.0]))
def test_a_breaker_can_always_reach_closed(steps: Sequence[tuple[int, str, float, float, bool]], jump_s: float) -> None:
    """From wherever it came to, within a minute or two, also if probes were lost and clocks jump all the while."""
    two = Two()
    play(two, steps)
    assert well_again(two, jump_s) <= 130.0 + 30.0 + 60.0


@given(st.sampled_from([0.0, -1e6, -3600.0, -5.0, 5.0, 3600.0, 1e6]), st.floats(0.0, 20.0))
def test_no_jump_of_a_clock_lengthens_or_shortens_a_closure(jump_s: float, after_s: float) -> None:
    """Who saw it begin knows when it is over, by a clock that does not jump."""
    two = Two(1)
    process = two.processes[0]
    two.fail(process, 2)
    two.exchange()
    opened_s = two.now_s
    two.later(after_s, jump_s)
    two.exchange()
    two.later(23.9 - after_s)
    assert isinstance(two.enter(process), Shut)
    two.later(0.15)
    assert isinstance(two.enter(process), Pass)
    assert two.now_s - opened_s <= PROBE_AFTER_S


@given(st.lists(st.tuples(st.floats(0.0, 3.0), st.none() | st.floats(0.0, 2000.0), st.booleans()), max_size=20))
def test_a_cooldown_never_shortens(refusals: Sequence[tuple[float, float | None, bool]]) -> None:
    """Whatever is refused meanwhile, here or elsewhere, and whatever clocks do: the end only moves away."""
    two = Two()
    mine, yours = two.processes
    waiting = [entered for _ in refusals if isinstance(entered := two.enter(mine), Pass)]
    until_s = 0.0
    for passed, (seconds, retry_after_s, jumps) in zip(waiting, refusals, strict=True):
        two.later(seconds, 3600.0 if jumps else 0.0)
        mine.leave(passed, two.now_s, RateLimited("a", retry_after_s=retry_after_s))
        two.exchange(yours, mine)
        look = mine.look("a", two.now_s)
        if look.state == "cooling":
            assert look.until_s >= until_s
            until_s = look.until_s
        else:
            assert until_s <= two.now_s


@given(st.integers(0, 2), st.floats(0.0, 1.0))
def test_a_lost_probe_is_free_again(stage: int, share: float) -> None:
    """At every stage: a process that died with some or all of the probes is waited for ten seconds, no longer."""
    two = Two()
    dead, alive = two.processes
    two.fail(dead, 2)
    two.exchange()
    two.later(PROBE_AFTER_S)
    for _ in range((0, 1, 6)[stage]):
        two.call(dead)
    permits = (1, 5, 10)[stage]
    taken = max(1, round(share * permits))
    assert all(isinstance(two.enter(dead), Pass) for _ in range(taken))
    two.exchange(alive)
    free = sum(isinstance(two.enter(alive), Pass) for _ in range(permits + 1))
    assert free == permits - taken
    two.later(10.1)
    two.exchange(alive)
    assert isinstance(two.enter(alive), Pass)
