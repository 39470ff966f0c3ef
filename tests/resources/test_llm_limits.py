"""Limits as the engine meets them: nobody is sent what would be refused, nothing allowed is wasted, nothing leaks."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.llm.limits import Limits, LimitSettings, Reserved, Short, Tokens, Turn
from resources.llm.messages import Allowance
from sandbox.quota import Quota
from tests.resources.llm_parts import ManualTime
from tests.resources.quota_stage import (
    ENDPOINT,
    ClockedBoard,
    Load,
    Process,
    Provider,
    Saturated,
    play,
    process,
    saturate,
)

TURN = Turn("acme", "quotes")
TOKENS = Tokens(100, 50)
ONE_A_MINUTE = LimitSettings(requests_per_minute=1, shape="window")


def alone(settings: LimitSettings | None = None, time: ManualTime | None = None) -> Limits:
    named = {} if settings is None else {ENDPOINT: settings}
    return Limits(named, "p", (time or ManualTime()).world())


async def admitted(limits: Limits, count: int, turn: Turn = TURN, tokens: Tokens = TOKENS) -> list[Reserved]:
    """So many requests that wait for nothing; those that were admitted."""
    now_s = limits._world.monotonic()
    asked = [await limits.admit(ENDPOINT, tokens, turn, now_s, now_s) for _ in range(count)]
    return [one for one in asked if isinstance(one, Reserved)]


def told(left: int, limit: int = 40, full_in_s: float = 9.5, what: Any = "requests") -> tuple[Allowance, ...]:
    return (Allowance(what, limit, left, full_in_s),)


async def test_an_endpoint_without_limits_is_not_limited_once_it_answered() -> None:
    """Before the first answer a handful, so that an unknown limit does little harm; then everything."""
    limits = alone()
    first = await admitted(limits, 32)
    assert len(first) == 8
    limits.settle(first[0], TOKENS, (), 1000.0)
    assert len(await admitted(limits, 500)) == 500


async def test_what_headers_say_is_the_limit() -> None:
    """Though nobody configured one."""
    time = ManualTime()
    limits = alone(time=time)
    (first,) = await admitted(limits, 1)
    time.now_s += 0.5
    limits.settle(first, TOKENS, told(12), time.now_s)
    assert len(await admitted(limits, 32)) == 12


async def test_a_short_answer_says_when_there_is_more() -> None:
    """The router goes elsewhere, or comes back then."""
    time = ManualTime()
    limits = alone(ONE_A_MINUTE, time)
    assert len(await admitted(limits, 1)) == 1
    short = await limits.admit(ENDPOINT, TOKENS, TURN, time.now_s, time.now_s)
    assert short == Short(time.now_s + 60.0, "gpt: its limits are used up for now")


async def test_input_and_output_have_limits_of_their_own() -> None:
    """Anthropic counts them apart; the scarcer decides."""
    limits = alone(LimitSettings(input_tokens_per_minute=10_000, output_tokens_per_minute=120, shape="window"))
    assert len(await admitted(limits, 10)) == 2


async def test_an_answer_gives_back_what_it_did_not_use() -> None:
    """And is expected to be as long as answers lately were."""
    limits = alone(LimitSettings(tokens_per_minute=10_000, shape="window"))
    for _ in range(60):
        (one,) = await admitted(limits, 1, tokens=Tokens(10, 4000))
        limits.settle(one, Tokens(10, 40), (), 1000.0)
    assert len(await admitted(limits, 32, tokens=Tokens(10, 4000))) >= 16


async def test_failures_teach_nothing_of_how_long_answers_are() -> None:
    """An hour of timeouts without a token must not make the first answers after it overrun the limit."""
    limits = alone(LimitSettings(tokens_per_minute=1_000_000, shape="window"))
    for _ in range(60):
        (one,) = await admitted(limits, 1, tokens=Tokens(10, 400))
        limits.settle(one, Tokens(10, 0), (), 1000.0)
    assert limits._doors[ENDPOINT].price(Tokens(10, 400))[1] == 410


async def test_a_request_larger_than_the_limit_goes_when_all_of_it_is_there() -> None:
    """It would wait for ever otherwise."""
    limits = alone(LimitSettings(tokens_per_minute=1000, shape="window"))
    assert len(await admitted(limits, 2, tokens=Tokens(5000, 0))) == 1


async def test_a_refusal_closes_the_door_until_it_said() -> None:
    """For everybody, whatever was thought to be left; a request that was never sent costs nothing."""
    time = ManualTime()
    limits = alone(LimitSettings(requests_per_minute=600, shape="bucket"), time)
    one, other = await admitted(limits, 2)
    limits.cancel(other, time.now_s)
    limits.refuse(one, (), 7.0, time.now_s)
    short = await limits.admit(ENDPOINT, TOKENS, TURN, time.now_s, time.now_s)
    assert isinstance(short, Short)
    assert (short.until_s, short.why) == (time.now_s + 7.0, "gpt: it said to come back later")
    time.now_s += 7.1
    assert len(await admitted(limits, 1)) == 1


async def test_a_provider_that_counts_what_an_answer_may_have_is_believed() -> None:
    """A 429 although our estimate would have fitted: from now on the most is set aside."""
    limits = alone(LimitSettings(tokens_per_minute=10_000, shape="window"))
    for _ in range(60):
        (one,) = await admitted(limits, 1, tokens=Tokens(10, 400))
        limits.settle(one, Tokens(10, 4), (), 1000.0)
    door = limits._doors[ENDPOINT]
    assert door.price(Tokens(10, 400))[1] < 100
    (one,) = await admitted(limits, 1, tokens=Tokens(10, 400))
    limits.refuse(one, told(300, 10_000, what="tokens"), 1.0, 1000.0)
    assert door.price(Tokens(10, 400))[1] == 410


async def test_reserved_is_given_back_once() -> None:
    """Settling, refusing or cancelling twice changes nothing."""
    limits = alone(LimitSettings(requests_per_minute=2, shape="window"))
    one, other = await admitted(limits, 2)
    for _ in range(3):
        limits.cancel(one, 1000.0)
    limits.settle(other, TOKENS, (), 1000.0)
    limits.cancel(other, 1000.0)
    assert len(await admitted(limits, 3)) == 1


def test_who_waits_is_served_in_turn_and_not_past_its_time() -> None:
    """Deadlines are kept to the moment, and who is gone is gone."""

    async def scene() -> tuple[list[str], list[float]]:
        loop = asyncio.get_running_loop()
        one = process(LimitSettings(requests_per_minute=60, shape="bucket", burst_s=1.0), None, "p")
        served: list[str] = []
        gone: list[float] = []

        async def caller(tenant: str, until_s: float) -> None:
            got = await one.limits.admit(ENDPOINT, TOKENS, Turn(tenant, "f"), loop.time(), until_s)
            if isinstance(got, Reserved):
                served.append(tenant)
            else:
                gone.append(loop.time() - begun_s)

        begun_s = loop.time()
        far_s = begun_s + 100
        callers = [caller("a", far_s), caller("a", far_s), caller("a", far_s), caller("b", far_s)]
        callers += [caller("c", begun_s + 1.5), caller("c", begun_s + 1.7)]
        await asyncio.gather(*callers)
        return served, gone

    served, gone = play(scene())
    assert served == ["a", "b", "a", "a"]
    assert gone == [pytest.approx(1.5), pytest.approx(1.7)]


def test_a_cancelled_wait_leaves_no_trace() -> None:
    """Neither in the queue nor in the sums, not even if it was served in the same moment."""

    async def scene() -> tuple[Limits, int]:
        one = process(LimitSettings(requests_per_minute=2, shape="window"), None, "p")
        loop = asyncio.get_running_loop()
        held = await admitted(one.limits, 2)
        waiting = [
            asyncio.ensure_future(one.limits.admit(ENDPOINT, TOKENS, TURN, loop.time(), loop.time() + 50))
            for _ in range(3)
        ]
        await asyncio.sleep(1)
        waiting[0].cancel()
        one.limits.cancel(held[0], loop.time())  # serves the second
        waiting[1].cancel()
        waiting[2].cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.sleep(1)
        return one.limits, len(await admitted(one.limits, 3))

    limits, more = play(scene())
    assert more == 1
    assert limits._asking == {}


@given(st.lists(st.tuples(st.sampled_from(["ask", "settle", "refuse", "cancel", "later"]), st.integers(0, 40))))
def test_reserve_and_settle_never_leak(moves: list[tuple[str, int]]) -> None:
    """Whatever happens in whatever order: what is spent is what was used, and what is under way nothing."""

    limits, used = asyncio.run(played(moves))
    if ENDPOINT in limits._doors:
        door = limits._doors[ENDPOINT]
        assert not door.under_way
        if door.holdings[0].epoch == 0:  # no window gives back what was spent in another
            assert door.holdings[1].spent == pytest.approx(used)


async def played(moves: Sequence[tuple[str, int]]) -> tuple[Limits, int]:
    """All moves, and in the end nothing under way; how many tokens were used."""
    time = ManualTime()
    limits = alone(LimitSettings(requests_per_minute=30, tokens_per_minute=3000), time)
    under_way: list[Reserved] = []
    used = 0
    for move, amount in moves:
        if move == "ask":
            under_way += await admitted(limits, 1 + amount % 4)
        elif move == "later":
            time.now_s += float(amount)
        elif under_way:
            used += over(limits, under_way.pop(amount % len(under_way)), move, amount, time.now_s)
    for one in under_way:
        limits.cancel(one, time.now_s)
    return limits, used


def over(limits: Limits, one: Reserved, how: str, amount: int, now_s: float) -> int:
    if how == "settle":
        limits.settle(one, Tokens(90, amount), told(amount), now_s)
        return 90 + amount
    if how == "refuse":
        limits.refuse(one, told(0), None, now_s)
    else:
        limits.cancel(one, now_s)
    return 0


# A provider's quota, used up and not exceeded


def used_up(shape: Any, processes: int, shared: bool = True, **more: Any) -> Saturated:
    """What became of 40 requests in 10 s while everybody asks all the time."""
    provider = Provider(Quota(40, None, 10.0, shape), **more)
    result: Saturated = play(
        saturate(provider, LimitSettings(), processes=processes, shared=shared, window_s=10.0, windows=6)
    )
    return result


@pytest.mark.parametrize("shape", ["window", "bucket"])
@pytest.mark.parametrize("processes", [1, 4])
@pytest.mark.parametrize("looks", ["arrival", "end"])
def test_all_of_a_quota_is_used_and_hardly_anything_refused(shape: Any, processes: int, looks: Any) -> None:
    """At least 95 % of what is published, at most 1 % of requests refused, without knowing limit or shape before."""
    result = used_up(shape, processes, looks=looks)
    assert result.use >= 0.95
    assert result.refused_share <= 0.01


@pytest.mark.parametrize("shape", ["window", "bucket"])
def test_whole_seconds_are_good_enough(shape: Any) -> None:
    """Anthropic tells dates."""
    result = used_up(shape, 4, told="seconds")
    assert result.use >= 0.95
    assert result.refused_share <= 0.01


@pytest.mark.parametrize("shape", ["window", "bucket"])
def test_a_process_without_a_board_does_as_well(shape: Any) -> None:
    """Whoever runs a single process needs no ledger for it."""
    result = used_up(shape, 1, shared=False)
    assert result.use >= 0.95
    assert result.refused_share <= 0.01


@pytest.mark.parametrize("shape", ["window", "bucket"])
def test_a_configured_limit_holds_without_any_header(shape: Any) -> None:
    """And wastes no more than its twentieth."""
    provider = Provider(Quota(300, None, 60.0, shape), told="never")
    settings = LimitSettings(requests_per_minute=300)
    result: Saturated = play(saturate(provider, settings, processes=2, window_s=60.0, windows=2))
    assert result.refused == 0
    assert result.used >= 0.95 * 300 * 2


@pytest.mark.parametrize("what", ["requests", "tokens"])
def test_tokens_are_as_well_used_as_requests(what: Any) -> None:
    """Answers shorter than they may be cost no quota."""
    provider = Provider(Quota(100_000, 6000, 10.0, "window"), latency_s=0.2)
    asked = Tokens(100, 200)
    result: Saturated = play(saturate(provider, LimitSettings(), window_s=10.0, windows=6, tokens=asked, what="tokens"))
    assert result.use >= 0.95
    assert result.refused_share <= 0.01


def test_an_operator_who_configured_too_much_is_taught() -> None:
    """Headers that say less win at once; where there are none, a 429 teaches."""
    for form, most in (("exact", 0.01), ("never", 0.06)):
        provider = Provider(Quota(40, None, 10.0, "bucket"), told=form)  # type: ignore[arg-type]
        settings = LimitSettings(requests_per_minute=2400, window_s=10.0)
        result: Saturated = play(saturate(provider, settings, window_s=10.0, windows=8))
        assert result.refused_share <= most + 12 / result.sent
        assert result.use >= (0.95 if form == "exact" else 0.6)


async def test_a_limit_that_is_told_late_is_kept_at_once() -> None:
    """An endpoint answered without a word of limits, and was thought to have none; then it names one."""
    time = ManualTime()
    limits = alone(time=time)
    (first,) = await admitted(limits, 1)
    limits.settle(first, TOKENS, (), time.now_s)
    second, *_ = await admitted(limits, 1)
    time.now_s += 0.1
    limits.settle(second, TOKENS, told(12), time.now_s)
    assert len(await admitted(limits, 32)) == 12


async def test_after_a_refusal_without_a_word_half_as_many_go_ahead() -> None:
    """Until one is answered: where there is a limit, all who waited for the pause to end would run into it."""
    time = ManualTime()
    limits = alone(time=time)
    (first,) = await admitted(limits, 1)
    limits.settle(first, TOKENS, (), time.now_s)
    under_way = await admitted(limits, 8)
    time.now_s += 0.5
    for one in under_way:
        limits.refuse(one, (), None, time.now_s)
    time.now_s += 1.1
    ahead = await admitted(limits, 8)
    assert len(ahead) == 3
    time.now_s += 0.5
    limits.settle(ahead[0], TOKENS, (), time.now_s)
    assert len(await admitted(limits, 30)) == 30


# Limits that no header tells, and refusals that are none


def met(load: Load) -> Load:
    """What became of calls that come whether others are answered or not."""
    play(load.run())
    return load


@pytest.mark.parametrize(("calls_per_s", "minutes"), [(0.8, 20), (5.0, 4)])
@pytest.mark.parametrize("share", [0.01, 0.02])
def test_refusals_strewn_over_any_load_make_nobody_wait(calls_per_s: float, minutes: int, share: float) -> None:
    """A busy provider refuses one in a hundred without a reason: that is paused for, and no limit is learnt."""
    load = met(Load(Provider(None, latency_s=1.2, told="never", strewn=share), calls_per_s, minutes))
    assert load.late == 0
    assert load.longest_wait_s < 60.0


@pytest.mark.parametrize("shape", ["window", "bucket"])
@pytest.mark.parametrize("limit", [60, 300])
def test_a_limit_that_shows_only_in_refusals_is_found_and_used(shape: Any, limit: int) -> None:
    """Asked for a fifth more than there is: little is refused, and little is left."""
    provider = Provider(Quota(limit, None, 60.0, shape), latency_s=1.2, told="never")
    load = met(Load(provider, calls_per_s=limit / 60.0 * 1.2, minutes=6))
    assert load.refused_share <= 0.03
    assert load.answered_in_time >= 0.8 * limit * 6


@pytest.mark.parametrize("shape", ["window", "bucket"])
def test_refusals_strewn_below_a_limit_do_not_lower_it(shape: Any) -> None:
    """Nineteen twentieths of what is allowed, and one in a hundred refused: nobody is late."""
    provider = Provider(Quota(60, None, 60.0, shape), latency_s=1.2, told="never", strewn=0.01)
    assert met(Load(provider, calls_per_s=0.95, minutes=15)).late == 0


# Together


async def crew_of(count: int, settings: LimitSettings) -> tuple[ClockedBoard, list[Process]]:
    board = ClockedBoard(loop=asyncio.get_running_loop())
    return board, [process(settings, board, f"p{number}") for number in range(count)]


def test_a_process_that_stopped_calling_gives_back_what_it_holds() -> None:
    """Nobody waits for the requests of an idle one."""

    async def scene() -> int:
        _, (idle, busy) = await crew_of(2, LimitSettings(requests_per_minute=40, shape="window"))
        running = [asyncio.ensure_future(one.exchange.run()) for one in (idle, busy) if one.exchange]
        for one in await admitted(idle.limits, 1):
            idle.limits.settle(one, TOKENS, (), 0.0)
        await asyncio.sleep(6)
        got = len(await admitted(busy.limits, 60))
        for task in running:
            task.cancel()
        return got

    assert play(scene()) == 39


def test_what_a_dead_process_held_comes_back_with_the_next_window() -> None:
    """Until then it counts as spent."""

    async def scene() -> tuple[int, int]:
        _, (dead, alive) = await crew_of(2, LimitSettings(requests_per_minute=40, shape="window"))
        assert len(await admitted(dead.limits, 1)) == 1
        held = dead.limits._doors[ENDPOINT].holdings[0].held
        assert held > 0
        await asyncio.sleep(20)
        soon = len(await admitted(alive.limits, 60))
        assert soon == int(39 - held)
        await asyncio.sleep(61)
        return soon, len(await admitted(alive.limits, 60))

    soon, later = play(scene())
    assert (soon < 39, later) == (True, 40)


def test_a_refusal_is_everybodys_business() -> None:
    """One process is told to come back in 30 s; within a moment no other asks."""

    async def scene() -> tuple[int, int]:
        loop = asyncio.get_running_loop()
        _, (one, other) = await crew_of(2, LimitSettings(requests_per_minute=600))
        running = [asyncio.ensure_future(each.exchange.run()) for each in (one, other) if each.exchange]
        first, _ = await admitted(one.limits, 1), await admitted(other.limits, 1)
        one.limits.refuse(first[0], (), 30.0, loop.time())
        await asyncio.sleep(1.1)
        closed = len(await admitted(other.limits, 5))
        await asyncio.sleep(30)
        opened = len(await admitted(other.limits, 5))
        for task in running:
            task.cancel()
        return closed, opened

    assert play(scene()) == (0, 5)


def test_without_the_board_each_process_takes_its_part_of_what_was_shared() -> None:
    """Four that cannot hear each other use no more than the one limit together."""

    async def scene() -> int:
        board, crew = await crew_of(4, LimitSettings(requests_per_minute=400, shape="window"))
        running = [asyncio.ensure_future(one.exchange.run()) for one in crew if one.exchange]
        for _ in range(3):
            for one in crew:
                await admitted(one.limits, 2)
            await asyncio.sleep(1)
        board.away = True
        await asyncio.sleep(3)
        sent = 24
        for _ in range(20):
            for one in crew:
                sent += len(await admitted(one.limits, 50))
            await asyncio.sleep(1)
        for task in running:
            task.cancel()
        return sent

    assert 200 <= play(scene()) <= 420


def test_a_large_request_is_not_starved_by_small_ones_of_other_processes() -> None:
    """Whoever waits longest is set aside what it waits for."""

    async def scene() -> float:
        loop = asyncio.get_running_loop()
        _, (large, small) = await crew_of(2, LimitSettings(tokens_per_minute=6000, shape="bucket"))
        running = [asyncio.ensure_future(each.exchange.run()) for each in (large, small) if each.exchange]

        async def many() -> None:
            while True:
                got = await small.limits.admit(ENDPOINT, Tokens(50, 0), TURN, loop.time(), loop.time() + 100)
                if isinstance(got, Reserved):
                    small.limits.settle(got, Tokens(50, 0), (), loop.time())

        callers = [asyncio.ensure_future(many()) for _ in range(8)]
        await asyncio.sleep(20)
        begun_s = loop.time()
        got = await large.limits.admit(ENDPOINT, Tokens(900, 0), TURN, begun_s, begun_s + 100)
        assert isinstance(got, Reserved)
        for task in [*running, *callers]:
            task.cancel()
        return loop.time() - begun_s

    assert play(scene()) < 15


def test_the_board_is_asked_about_once_a_second() -> None:
    """Not once a call: thousands of calls cost a handful of transactions."""

    async def scene() -> tuple[int, int]:
        loop = asyncio.get_running_loop()
        board, (one,) = await crew_of(1, LimitSettings(requests_per_minute=60_000, shape="bucket"))
        assert one.exchange is not None
        running = asyncio.ensure_future(one.exchange.run())
        sent = 0
        for _ in range(500):
            for got in await admitted(one.limits, 10):
                one.limits.settle(got, TOKENS, (), loop.time())
                sent += 1
            await asyncio.sleep(0.02)
        running.cancel()
        return sent, board.changes

    sent, changes = play(scene())
    assert sent > 4500
    assert changes <= 30
