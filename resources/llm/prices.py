"""What a call cost, in Decimal dollars: by the endpoint's own price, else by the table, loaded late."""

from decimal import Decimal

from resources.llm.model import Endpoint, Price, Usage

FREE = Decimal(0)
_MTOK = Decimal(1_000_000)
_CHARS_PER_TOKEN = 3.6  # of the languages of business documents, over the current tokenizers


def cost_usd(endpoint: Endpoint, usage: Usage) -> Decimal:
    """What these tokens cost there."""
    if endpoint.is_sandbox or not (usage.input_tokens or usage.output_tokens):
        return FREE
    return _own(endpoint.price, usage) if endpoint.price else _listed(endpoint, usage)


def most_it_can_have_cost_usd(endpoint: Endpoint, chars: int, max_tokens: int) -> Decimal:
    """For a call of which nobody knows whether it was answered."""
    return cost_usd(endpoint, Usage(input_tokens=int(chars / _CHARS_PER_TOKEN), output_tokens=max_tokens))


def has_price(endpoint: Endpoint) -> bool:
    if endpoint.is_sandbox or endpoint.price:
        return True
    try:
        _listed(endpoint, Usage(input_tokens=1))
    except LookupError:
        return False
    return True


def _own(price: Price, usage: Usage) -> Decimal:
    uncached = usage.input_tokens - usage.cached_tokens
    return (
        uncached * price.input_usd_per_mtok
        + usage.cached_tokens * price.cached_input_usd_per_mtok
        + usage.output_tokens * price.output_usd_per_mtok
    ) / _MTOK


def _listed(endpoint: Endpoint, usage: Usage) -> Decimal:
    import genai_prices

    billed = genai_prices.Usage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cached_tokens or None,
        cache_write_tokens=usage.cache_write_tokens or None,
    )
    price = genai_prices.calc_price(billed, endpoint.model, provider_id=endpoint.price_list)
    return Decimal(price.total_price)
