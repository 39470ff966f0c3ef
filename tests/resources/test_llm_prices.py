"""What a call cost, in Decimal, from its endpoint's own price or the dated table."""

from dataclasses import replace
from decimal import Decimal

import genai_prices
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.llm.endpoints import Endpoint, Price
from resources.llm.messages import Usage
from resources.llm.prices import cost_usd, has_price, most_it_can_have_cost_usd
from tests.resources.llm_parts import endpoint

OWN = endpoint("own", price=Price(Decimal("2"), Decimal("8"), Decimal("0.5")))
TIERED = endpoint("haiku", model="claude-haiku-5-5", price=None, price_list="anthropic")
LISTED = endpoint("gpt", model="gpt-4o-mini-2024-07-18", price=None, price_list="openai")
SANDBOX = endpoint("sandbox-openai", provider="sandbox", price=None, price_list=None)


def test_an_own_price_counts_what_came_from_the_cache_apart() -> None:
    """Input read from the provider's cache is cheaper."""
    usage = Usage(input_tokens=1_000_000, output_tokens=1_000_000, cached_tokens=400_000)
    assert cost_usd(OWN, usage) == Decimal("1.2") + Decimal("0.2") + Decimal("8")


def test_the_table_knows_what_has_no_price_of_its_own() -> None:
    """A price of 2024 that will not change: 0.15 and 0.60 dollars a million."""
    assert cost_usd(LISTED, Usage(input_tokens=1000, output_tokens=100)) == Decimal("0.00021")


def test_the_table_counts_the_cache_apart_too() -> None:
    """Input is all of it, and the cached part of it is cheaper, on every wire."""
    cheaper = cost_usd(LISTED, Usage(input_tokens=1000, cached_tokens=1000))
    assert cheaper == cost_usd(LISTED, Usage(input_tokens=1000)) / 2


def test_what_is_not_said_about_the_cache_is_input() -> None:
    """A server of one's own has one price for what it reads."""
    plain = endpoint("plain", price=Price(Decimal(3), Decimal(5)))
    usage = Usage(input_tokens=1_000_000, cached_tokens=300_000, cache_write_tokens=300_000)
    assert cost_usd(plain, usage) == 3


def test_a_price_that_grows_with_the_prompt_is_looked_up_by_its_size() -> None:
    """Some models cost more a token in long calls."""
    short, long = (cost_usd(TIERED, Usage(input_tokens=tokens)) for tokens in (1000, 200_000))
    assert long > 200 * short


@given(
    st.sampled_from(["gpt-5.4-mini-2026-03-17", "gpt-4o-mini-2024-07-18"]),
    *[st.integers(0, 100_000)] * 3,
)
def test_rates_taken_from_the_table_are_the_table(model: str, fresh: int, cached: int, output: int) -> None:
    """The short way to a price and the table's own sum are the same."""
    at = replace(LISTED, model=model)
    usage = Usage(input_tokens=fresh + cached, output_tokens=output, cached_tokens=cached)
    billed = genai_prices.Usage(input_tokens=fresh + cached, output_tokens=output, cache_read_tokens=cached)
    table = genai_prices.calc_price(billed, model, provider_id="openai").total_price
    assert cost_usd(at, usage) == table


@pytest.mark.parametrize("at", [OWN, LISTED, SANDBOX])
def test_nothing_used_cost_nothing(at: Endpoint) -> None:
    """Failed requests without tokens are free, and look nothing up."""
    assert cost_usd(at, Usage()) == 0


def test_the_sandbox_costs_nothing() -> None:
    """However much it counts."""
    assert cost_usd(SANDBOX, Usage(input_tokens=10**9)) == 0
    assert most_it_can_have_cost_usd(SANDBOX, 10**9, 10**6) == 0


def test_a_call_without_an_end_is_booked_at_its_most() -> None:
    """The prompt by its length, and every token it was allowed to write."""
    assert most_it_can_have_cost_usd(OWN, 3600, 1000) == Decimal("0.002") + Decimal("0.008")


@pytest.mark.parametrize(
    ("at", "known"),
    [(OWN, True), (LISTED, True), (SANDBOX, True), (replace(LISTED, model="no-such-model"), False)],
    ids=["own", "listed", "sandbox", "unknown"],
)
def test_what_a_model_costs_is_known_or_not(at: Endpoint, known: bool) -> None:
    """Asked before anything is spent."""
    assert has_price(at) is known
