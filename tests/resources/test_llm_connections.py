"""Clients: one an address and key, made late, closed once."""

from dataclasses import replace

import pytest

from resources.llm.adapters import connect
from resources.llm.adapters.transport import direct_client
from resources.llm.connections import Connections
from resources.llm.endpoints import Endpoint
from resources.llm.messages import Adapter
from tests.resources.llm_parts import ScriptedAdapter, endpoint

GPT = endpoint("gpt")


class Made:
    """Counts the clients that are made."""

    def __init__(self) -> None:
        self.adapters: list[ScriptedAdapter] = []

    def __call__(self, at: Endpoint) -> Adapter:
        self.adapters.append(ScriptedAdapter({}))
        return self.adapters[-1]


def test_nothing_is_made_before_it_is_needed() -> None:
    """An engine that asks nobody opens nothing."""
    made = Made()
    Connections(made)
    assert made.adapters == []


def test_models_at_one_address_share_a_client() -> None:
    """And with it its connections."""
    made = Made()
    connections = Connections(made)
    other = replace(GPT, name="mini", model="mini-1")
    assert connections.to(GPT) is connections.to(other)
    assert len(made.adapters) == 1


@pytest.mark.parametrize(
    "other",
    [replace(GPT, api_key="sk-other"), replace(GPT, base_url="http://127.0.0.1:2"), replace(GPT, wire="anthropic")],
    ids=["key", "address", "wire"],
)
def test_another_key_address_or_wire_is_another_client(other: Endpoint) -> None:
    """No key travels to where it does not belong."""
    connections = Connections(Made())
    assert connections.to(GPT) is not connections.to(other)


async def test_closing_closes_every_client_once() -> None:
    """Also when it is done twice."""
    made = Made()
    connections = Connections(made)
    connections.to(GPT)
    connections.to(replace(GPT, api_key="sk-other"))
    await connections.close()
    await connections.close()
    assert [adapter.closed for adapter in made.adapters] == [1, 1]


async def test_the_wire_decides_which_sdk_it_is() -> None:
    """Whatever the provider is called."""
    for wire, name in (("openai", "OpenAIAdapter"), ("anthropic", "AnthropicAdapter")):
        adapter = connect(endpoint("x", provider="sandbox", wire=wire))
        assert type(adapter).__name__ == name
        await adapter.close()


@pytest.mark.parametrize(
    ("url", "direct"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://localhost:8000", True),
        ("http://[::1]:8000", True),
        ("https://api.openai.com/v1", False),
        ("http://10.0.0.1:8000", False),
        ("http://localhost.example.com", False),
    ],
)
async def test_only_this_machine_is_reached_past_a_proxy(url: str, direct: bool) -> None:
    """Everything else goes the way the environment says."""
    client = direct_client(url)
    assert (client is not None) is direct
    if client:
        await client.aclose()
