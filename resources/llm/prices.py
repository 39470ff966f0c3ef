"""What a call cost, in Decimal dollars: by the endpoint's own price, else by the table, loaded late."""

from decimal import Decimal
from functools import cache
from typing import Any

from resources.llm.endpoints import Endpoint, Price
from resources.llm.messages import Usage

FREE = Decimal(0)
_MTOK = Decimal(1_000_000)
_CHARS_PER_TOKEN = 3.6  # of the languages of business documents, over the current tokenizers


def cost_usd(endpoint: Endpoint, usage: Usage) -> Decimal:
    """What these tokens cost there."""
    if endpoint.is_sandbox or not (usage.input_tokens or usage.output_tokens):
        return FREE
    price = endpoint.price or _flat_price(endpoint.model, endpoint.price_list)
    return _by_rate(price, usage) if price else _by_table(endpoint, usage)


def estimated_tokens(chars: int) -> int:
    return int(chars / _CHARS_PER_TOKEN)


def most_it_can_have_cost_usd(endpoint: Endpoint, chars: int, max_tokens: int) -> Decimal:
    """For a call of which nobody knows whether it was answered."""
    return cost_usd(endpoint, Usage(input_tokens=estimated_tokens(chars), output_tokens=max_tokens))


def has_price(endpoint: Endpoint) -> bool:
    if endpoint.is_sandbox or endpoint.price:
        return True
    try:
        _flat_price(endpoint.model, endpoint.price_list)
    except LookupError:
        return False
    return True


def _by_rate(price: Price, usage: Usage) -> Decimal:
    fresh = usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens
    return (
        fresh * price.input_usd_per_mtok
        + usage.cached_tokens * _or(price.cached_input_usd_per_mtok, price.input_usd_per_mtok)
        + usage.cache_write_tokens * _or(price.cache_write_usd_per_mtok, price.input_usd_per_mtok)
        + usage.output_tokens * price.output_usd_per_mtok
    ) / _MTOK


def _or(rate: Decimal | None, otherwise: Decimal) -> Decimal:
    return otherwise if rate is None else rate


@cache
def _flat_price(model: str, price_list: str | None) -> Price | None:
    """The table's rates where they do not depend on the size of a call: looking them up costs more than a call."""
    import genai_prices

    listed = genai_prices.calc_price(genai_prices.Usage(input_tokens=1), model, provider_id=price_list)
    rates = listed.model_price
    flat: list[Any] = [rates.input_mtok, rates.output_mtok or FREE, rates.cache_read_mtok, rates.cache_write_mtok]
    return Price(*flat) if all(rate is None or isinstance(rate, Decimal) for rate in flat) else None


def _by_table(endpoint: Endpoint, usage: Usage) -> Decimal:
    import genai_prices

    billed = genai_prices.Usage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cached_tokens or None,
        cache_write_tokens=usage.cache_write_tokens or None,
    )
    price = genai_prices.calc_price(billed, endpoint.model, provider_id=endpoint.price_list)
    return Decimal(price.total_price)
