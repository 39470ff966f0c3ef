"""Claude on Bedrock: how requests are signed, where they go, and what happens when they cannot be signed."""

from pathlib import Path

import pytest

from resources.llm.adapters import connect
from resources.llm.connections import Connections
from resources.llm.endpoints import Endpoint
from resources.llm.errors import Auth, RateLimited
from resources.llm.messages import Completion, Message, Prompt
from resources.llm.providers import DUMMY_KEY, PROVIDERS
from tests.resources.llm_parts import SCHEMA, endpoint, terms
from tests.resources.llm_wire import LoopbackProvider, Received, Reply, anthropic_answer, provider

PROMPT = Prompt("Be exact.", (Message("user", "12"),), SCHEMA, "quote")
MODEL = "eu.anthropic.claude-haiku-4-5-20251001-v1:0"
ANSWER = Reply(anthropic_answer({"type": "text", "text": '{"total": 12}'}))


def bedrock(url: str, **changes: str | None) -> Endpoint:
    plain = {"provider": "bedrock", "wire": "anthropic", "model": MODEL, "api_key": DUMMY_KEY, "region": "eu-central-1"}
    return endpoint("it", base_url=url, **{**plain, **changes})


async def ask(it: LoopbackProvider, **changes: str | None) -> Completion:
    at = bedrock(it.url, **changes)
    adapter = connect(at)
    try:
        return await adapter.complete(at, PROMPT, terms(at))
    finally:
        await adapter.close()


async def sent(**changes: str | None) -> Received:
    async with provider(ANSWER) as it:
        assert (await ask(it, **changes)).text == '{"total": 12}'
    return it.received[0]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """No credentials but those a test sets."""
    for name in PROVIDERS["bedrock"].chain_variables:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    return monkeypatch


async def test_a_request_is_an_invocation_of_the_model() -> None:
    """The model in the path, Anthropic's body without it, and the shape as it is held there."""
    request = await sent(api_key="a-token-of-the-test")
    assert request.path == f"/model/{MODEL}/invoke"
    assert request.headers["authorization"] == "Bearer a-token-of-the-test"
    assert request.body["anthropic_version"]
    assert request.body["output_config"]["format"]["type"] == "json_schema"
    assert "model" not in request.body


async def test_without_a_token_the_usual_chain_signs(aws: pytest.MonkeyPatch) -> None:
    """For the endpoint's region, whatever AWS_REGION says."""
    aws.setenv("AWS_REGION", "us-east-1")
    aws.setenv("AWS_ACCESS_KEY_ID", "AKIAMADEUPFORTHETEST")
    aws.setenv("AWS_SECRET_ACCESS_KEY", "made-up-for-the-test")
    request = await sent(region="ap-south-1")
    assert "Credential=AKIAMADEUPFORTHETEST/" in request.headers["authorization"]
    assert "/ap-south-1/bedrock/aws4_request" in request.headers["authorization"]


async def test_without_credentials_the_door_is_shut(aws: pytest.MonkeyPatch) -> None:
    """Nothing is sent; other endpoints may let us in."""
    async with provider(ANSWER) as it:
        with pytest.raises(Auth, match="credentials") as raised:
            await ask(it, region="xx-nowhere-1")
    assert (it.received, raised.value.spend) == ([], "nothing")


def test_no_region_is_guessed() -> None:
    """A request must not go to another country than its data may."""
    with pytest.raises(Auth, match="no region"):
        connect(bedrock("http://127.0.0.1:1", region=None))


async def test_each_region_has_a_client_of_its_own() -> None:
    """They sign differently, also behind one address."""
    connections = Connections()
    one, other = bedrock("http://127.0.0.1:1"), bedrock("http://127.0.0.1:1", region="us-east-1")
    assert connections.to(one) is connections.to(one)
    assert connections.to(one) is not connections.to(other)
    await connections.close()


async def test_a_throttled_region_leaves_the_other_callable() -> None:
    """Two endpoints, one refused: nothing is shared between them."""
    throttled = Reply({"message": "Too many requests"}, 429, {"x-amzn-errortype": "ThrottlingException"})
    async with provider(throttled) as here, provider(ANSWER) as there:
        with pytest.raises(RateLimited):
            await ask(here, api_key="a-token-of-the-test")
        assert (await ask(there, api_key="a-token-of-the-test", region="us-east-1")).model == "served-1"
