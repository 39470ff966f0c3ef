"""What the cost of routes is held against: the strongest model alone, the same documents, the same rejects by type."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import pytest

from benchmarks.cost import Count, only, planned, report, spoiling, strongest_of
from benchmarks.likeness import hits
from benchmarks.provider import Provider, running
from resources.llm.config import SHIPPED, load_config
from resources.llm.messages import Usage
from resources.llm.pace import Pace
from resources.llm.prices import cost_usd
from resources.llm.suited import preferring


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running() as served:
        yield served


def count(cost: str, **types: int) -> Count:
    return Count(Decimal(cost), Counter(types), Counter(model=1), right=9, stated=9)


def test_real_models_are_asked_at_the_sandbox(provider: Provider) -> None:
    """The shipped names, and so their prices; nothing leaves the machine."""
    shipped = planned(load_config(SHIPPED), provider)
    endpoints = [step.endpoint for route in shipped.routes.values() for step in route.steps]
    assert endpoints
    assert not any(endpoint.is_sandbox for endpoint in endpoints)
    assert all(endpoint.base_url.startswith(provider.url) for endpoint in endpoints)


def test_the_shipped_routes_begin_with_the_cheapest_of_their_first_tier(provider: Provider) -> None:
    """Whoever they list first; what an answer is worth is checked, so the price decides."""
    for route in planned(load_config(SHIPPED), provider).routes.values():
        first, *others = preferring(route, route.steps, Pace(), thrifty=False).steps
        usage = Usage(input_tokens=3_000, output_tokens=1_000)
        costs = [cost_usd(step.endpoint, usage) for step in others if step.tier == first.tier]
        assert first.tier == 1
        assert cost_usd(first.endpoint, usage) < min(costs)


def test_the_strongest_is_asked_for_everything(provider: Provider) -> None:
    """One endpoint a route, the dearest, and nobody errs less than it."""
    config = load_config(SHIPPED)
    strongest = strongest_of(planned(config, provider))
    alone = planned(only(config, strongest.name), provider)
    assert {step.endpoint.name for route in alone.routes.values() for step in route.steps} == {strongest.name}
    assert strongest.model not in {rule["model"] for rule in spoiling(["weak-model-1"])}


def test_cheaper_and_the_same_is_the_bar(capsys: pytest.CaptureFixture[str]) -> None:
    """Sixty percent, and not one reject more or of another type."""
    theirs = count("1.00", **{"accepted": 9, "dead: empty": 1})
    assert report(count("0.40", **{"accepted": 9, "dead: empty": 1}), theirs) == 0
    assert report(count("0.41", **{"accepted": 9, "dead: empty": 1}), theirs) == 1
    assert report(count("0.10", **{"accepted": 9, "review: total": 1}), theirs) == 1
    assert report(count("0.10", **{"accepted": 8, "dead: empty": 2}), theirs) == 1
    assert "more with ours: 1 dead: empty" in capsys.readouterr().out


def test_a_number_is_the_same_however_it_is_written() -> None:
    """Values are counted one by one, at their places; what the truth does not state is not asked for."""
    truth = {"total": "12.50", "lines": [{"unit": "pcs", "price": "3"}], "note": None}
    assert hits({"total": "12.5", "lines": [{"unit": "kg", "price": "3.00"}], "note": "x"}, truth) == (2, 3)
    assert hits({}, truth) == (0, 3)
    assert hits({"total": "n/a"}, {"total": "n/a"}) == (1, 1)
