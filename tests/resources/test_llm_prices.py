"""What a call cost, in Decimal, from its endpoint's own price or the dated table."""

from dataclasses import replace
from decimal import Decimal

import pytest

from resources.llm.model import Endpoint, Price, Usage
from resources.llm.prices import cost_usd, has_price, most_it_can_have_cost_usd
from tests.resources.llm_parts import endpoint

OWN = endpoint("own", price=Price(Decimal("2"), Decimal("8"), Decimal("0.5")))
LISTED = endpoint("gpt", model="gpt-4o-mini-2024-07-18", price=None, price_list="openai")
SANDBOX = endpoint("sandbox-openai", provider="sandbox", price=None, price_list=None)


def test_an_own_price_counts_what_came_from_the_cache_apart():
    """Input read from the provider's cache is cheaper."""
    usage = Usage(input_tokens=1_000_000, output_tokens=1_000_000, cached_tokens=400_000)
    assert cost_usd(OWN, usage) == Decimal("1.2") + Decimal("0.2") + Decimal("8")


def test_the_table_knows_what_has_no_price_of_its_own():
    """A price of 2024 that will not change: 0.15 and 0.60 dollars a million."""
    assert cost_usd(LISTED, Usage(input_tokens=1000, output_tokens=100)) == Decimal("0.00021")


def test_the_table_counts_the_cache_apart_too():
    """Input is all of it, and the cached part of it is cheaper, on every wire."""
    cheaper = cost_usd(LISTED, Usage(input_tokens=1000, cached_tokens=1000))
    assert cheaper == cost_usd(LISTED, Usage(input_tokens=1000)) / 2


@pytest.mark.parametrize("at", [OWN, LISTED, SANDBOX])
def test_nothing_used_cost_nothing(at: Endpoint):
    """Failed requests without tokens are free, and look nothing up."""
    assert cost_usd(at, Usage()) == 0


def test_the_sandbox_costs_nothing():
    """However much it counts."""
    assert cost_usd(SANDBOX, Usage(input_tokens=10**9)) == 0
    assert most_it_can_have_cost_usd(SANDBOX, 10**9, 10**6) == 0


def test_a_call_without_an_end_is_booked_at_its_most():
    """The prompt by its length, and every token it was allowed to write."""
    assert most_it_can_have_cost_usd(OWN, 3600, 1000) == Decimal("0.002") + Decimal("0.008")


@pytest.mark.parametrize(
    ("at", "known"),
    [(OWN, True), (LISTED, True), (SANDBOX, True), (replace(LISTED, model="no-such-model"), False)],
    ids=["own", "listed", "sandbox", "unknown"],
)
def test_what_a_model_costs_is_known_or_not(at: Endpoint, known: bool):
    """Asked before anything is spent."""
    assert has_price(at) is known
