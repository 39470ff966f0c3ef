"""The whole engine in an outage and after it: nothing is lost that could be answered, and nobody is overrun."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.llm import errors
from resources.llm.endpoints import HedgeSettings
from resources.llm.errors import EndpointFailed
from resources.llm.returns import Returns
from tests.resources.company_stage import Company, Fault, Providers
from tests.resources.llm_parts import route
from tests.resources.quota_stage import play

WELL_FOR_S = 5.0


def down(outage_s: float) -> Fault:
    """Unavailable for so long, beginning a little after the first call."""

    def fault(at_s: float, dice: random.Random) -> type[EndpointFailed] | None:
        return errors.Unavailable if WELL_FOR_S <= at_s < WELL_FOR_S + outage_s else None

    return fault


def always(failure: type[EndpointFailed]) -> Fault:
    return lambda at_s, dice: failure


def troubled(at_s: float, dice: random.Random) -> type[EndpointFailed] | None:
    """Refuses 2 % without a reason, and fails 6 %."""
    draw = dice.random()
    return errors.RateLimited if draw < 0.02 else errors.Unavailable if draw < 0.08 else None


def asked(providers: Providers, calls_per_s: float, seconds: float) -> Company:
    """Calls at a steady pace to two endpoints."""

    async def scene() -> Company:
        company = Company(providers, route("primary", "fallback"))
        await company.steadily(calls_per_s, seconds)
        return company

    company: Company = play(scene())
    return company


def at_once(providers: Providers, calls: int) -> Company:
    async def scene() -> Company:
        company = Company(providers, route("primary", "fallback"))
        await company.together(calls)
        return company

    company: Company = play(scene())
    return company


@pytest.mark.parametrize(("outage_s", "calls_per_s"), [(3.0, 15.0), (10.0, 15.0), (25.0, 8.0)])
def test_a_provider_on_its_feet_again_is_not_overrun(outage_s: float, calls_per_s: float) -> None:
    """All who waited come back at the pace of new calls: twice the usual load, for about as long as the outage was."""
    providers = Providers({"primary": down(outage_s), "fallback": down(outage_s)}, lambda name, at_s: 0.05)
    company = asked(providers, calls_per_s, WELL_FOR_S + 2 * outage_s + 10.0)
    well_again_s = WELL_FOR_S + outage_s
    assert not company.lost
    assert providers.busiest_second(well_again_s) <= 2.5 * calls_per_s
    assert max(each.at_s + each.took_s for each in company.told) <= well_again_s + outage_s + 12.0


def test_nobody_loses_patience_with_one_that_answers_again() -> None:
    """Answers take 5 s, so that it is in full use only 15 s after the first: whoever comes late is still answered."""
    providers = Providers({"primary": down(90.0), "fallback": down(90.0)}, lambda name, at_s: 5.0)
    company = asked(providers, 2.0, 130.0)
    patience_s = 60.0
    assert company.lost
    assert max(each.at_s for each in company.lost) <= WELL_FOR_S + 90.0 - patience_s + 8.0


def test_a_fallback_with_troubles_of_its_own_loses_nothing() -> None:
    """The primary is away for all of it; what fails twice at the fallback is asked a third time."""
    providers = Providers({"primary": always(errors.Unavailable), "fallback": troubled}, lambda name, at_s: 1.0)
    company = asked(providers, 0.8, 900.0)
    assert not company.lost
    assert max(each.took_s for each in company.told) < 60.0


def test_what_was_under_way_when_an_endpoint_turned_slow_is_hedged() -> None:
    """Within what the calls before it paid in: hardly any waits for the slow answer, and never were 5 % asked twice."""
    slow_s, turned_s = 1.0, 30.0

    def takes_s(name: str, at_s: float) -> float:
        return 4.0 if name == "primary" and turned_s <= at_s < turned_s + 10.0 else 0.05

    async def scene() -> Company:
        company = Company(providers, route("primary", "fallback", hedge=HedgeSettings(after_s=slow_s)), slow_s)
        await company.steadily(15.0, 50.0)
        return company

    providers = Providers({}, takes_s)
    company = play(scene())
    took_s = sorted(each.took_s for each in company.told)
    hedged = sum(row.hedge for row in company.store.rows)
    assert took_s[int(0.99 * len(took_s))] <= 1.2 * slow_s
    assert 10 <= hedged <= 0.05 * 15.0 * turned_s


@pytest.mark.parametrize("callers", [8, 11, 32])
def test_a_first_burst_is_no_reason_to_go_elsewhere(callers: int) -> None:
    """An endpoint nobody has seen is tried with a few calls; the others wait a moment, and none is a fallback."""
    providers = Providers({}, lambda name, at_s: 6.0)
    company = at_once(providers, callers)
    assert "fallback" not in providers.asked
    assert not any(row.fallback for row in company.store.rows)
    assert max(each.took_s for each in company.told) < 10.0


def test_a_first_burst_at_a_dead_endpoint_is_answered_elsewhere() -> None:
    """As soon as the first calls have failed."""
    providers = Providers({"primary": always(errors.Unavailable)}, lambda name, at_s: 1.0)
    company = at_once(providers, 32)
    assert not company.lost
    assert max(each.took_s for each in company.told) < 5.0
    assert len(providers.asked["primary"]) <= 16


# Who looks again, and when


def test_those_who_wait_look_one_after_the_other() -> None:
    """Forty who wait, where ten a second are new: a tenth of a second apart, and new ones keep nobody from it."""
    returns = Returns()
    for number in range(40):
        returns.came("extract", 1000.0 + number * 0.1)
    moments = [returns.moment_s("extract", 1004.0, 1004.0, 1064.0) for _ in range(40)]
    gaps = [later - sooner for sooner, later in pairwise(moments)]
    assert moments[0] == 1004.0
    assert all(gap == pytest.approx(0.1) for gap in gaps)


def test_tasks_do_not_wait_for_each_other() -> None:
    """Each has endpoints of its own."""
    returns = Returns()
    for _ in range(50):
        returns.moment_s("extract", 1000.0, 1000.0, 1060.0)
    assert returns.moment_s("classify", 1000.0, 1000.0, 1060.0) == 1000.0


@given(
    st.lists(st.tuples(st.floats(0.0, 5.0), st.booleans(), st.floats(0.0, 2.0), st.floats(2.0, 60.0)), max_size=60),
)
def test_nobody_looks_too_early_or_too_late(moves: list[tuple[float, bool, float, float]]) -> None:
    """Not before its own pause is over, and not after its patience is; at least five find out in a second."""
    returns, now_s, waiting = Returns(), 1000.0, 0
    for seconds, is_new, pause_s, patience_s in moves:
        now_s += seconds
        if is_new:
            returns.came("extract", now_s)
            continue
        moment_s = returns.moment_s("extract", now_s, now_s + pause_s, now_s + patience_s)
        waiting += 1
        assert now_s + pause_s <= moment_s <= now_s + patience_s
        assert moment_s <= now_s + 2.0 + waiting * (0.2 + 2.0)
