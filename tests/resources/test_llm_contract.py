"""The contract of all adapters: every recorded response is the leaf of the tree it means, and tells no key."""

from collections.abc import Iterator

import pytest

from resources.llm.adapters import connect
from resources.llm.errors import EndpointFailed
from resources.llm.messages import Message, Prompt
from tests.resources.llm_bodies import WIRE_OF, Recorded, recorded
from tests.resources.llm_parts import SCHEMA, endpoint, terms
from tests.resources.llm_wire import LoopbackProvider, provider

KEY = "sk-secret-of-the-test"
PROMPT = Prompt("Be exact.", (Message("user", "12"),), SCHEMA, "quote")
ALL = [pytest.param(it, id=f"{it.provider}: {it.label}") for it in recorded()]
DEFAULT_SPEND = {leaf.name: leaf.spend for leaf in EndpointFailed.__subclasses__()}


async def failure(it: Recorded, server: LoopbackProvider, *, stream: bool) -> EndpointFailed:
    url = f"{server.url}/v1" if it.wire == "openai" else server.url
    at = endpoint("it", provider=it.provider, wire=it.wire, base_url=url, api_key=KEY, region="eu-central-1")
    adapter = connect(at)
    try:
        with pytest.raises(EndpointFailed) as raised:
            await adapter.complete(at, PROMPT, terms(at, stream=stream))
        return raised.value
    finally:
        await adapter.close()


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("it", ALL)
async def test_every_recorded_response_is_the_leaf_it_means(it: Recorded, stream: bool) -> None:
    """Its body decides before its status does, it is asked for once, and it says when to come back and what it cost."""
    async with provider(it.reply) as server:
        error = await failure(it, server, stream=stream)
    assert (error.name, error.retry_after_s) == (it.means, it.retry_after_s)
    assert error.spend == (it.spend or DEFAULT_SPEND[it.means])
    assert len(server.received) == 1
    if it.status != 200:
        assert str(it.status) in str(error)
    assert all(KEY not in told for told in everything_told(error))


def everything_told(error: BaseException | None) -> Iterator[str]:
    """What a traceback prints of an error and its causes."""
    while error is not None:
        yield f"{error} {error!r} {error.args} {error.__dict__}"
        error = error.__cause__ or error.__context__


def test_every_leaf_but_those_of_the_network_is_recorded() -> None:
    """A leaf that no provider's documentation leads to would be a guess."""
    network = {"connection", "timeout_before_send"}
    assert {it.means for it in recorded()} | network == set(DEFAULT_SPEND)


def test_every_recording_names_its_page() -> None:
    """Title and public address, for whoever checks it later."""
    assert {it.provider for it in recorded()} == set(WIRE_OF)
    assert all(", https://" in it.source for it in recorded())
