"""A comparison in small: real client processes against the real sandbox, each side asked the same at the same pace."""

from collections.abc import Iterator

import pytest

from benchmarks.arena import crew
from benchmarks.arena.measures import Times
from benchmarks.arena.scenarios import SCENARIOS
from benchmarks.provider import Provider, running
from benchmarks.resilience import tasks

SHORT = Times(0.8, 0.4, 0.2)


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running() as served:
        yield served


@pytest.mark.slow
@pytest.mark.parametrize("side", ["weir", "sdk", "tenacity"])
def test_each_side_rides_out_an_outage(provider: Provider, side: str) -> None:
    """Every call is answered, by whomever, and the provider saw what it cost."""
    scenario = SCENARIOS["outage"]
    provider.strike([])
    told = crew.run(side, tasks(provider, scenario, SHORT, side), lambda: provider.strike(scenario.rules(SHORT)), 20)
    assert told is not None
    assert len(told.calls) == 21
    assert {call.who for call in told.calls} <= {"primary-model-1", "fallback-model-1"}
    assert {each.status for each in provider.seen("primary")} == {200, 503}
    assert told.cpu_s > 0


@pytest.mark.slow
def test_four_processes_share_the_pace(provider: Provider) -> None:
    """All of them together ask as often as one would, at evenly spaced moments and never the same."""
    scenario = SCENARIOS["outage-4"]
    provider.strike([])
    told = crew.run("weir", tasks(provider, scenario, Times(1, 0, 0), "weir"), lambda: provider.strike([]), 20)
    assert told is not None
    assert len(told.calls) == 12  # three whole calls each
    assert len({call.sent_s for call in told.calls}) == 12
    assert len(provider.seen()) == 12
