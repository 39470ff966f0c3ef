"""What the adapters' channel leans on in both SDKs; a release that changes it is to be noticed here."""

from typing import Any

import anthropic
import httpx2
import openai
import pytest

from tests.resources.llm_wire import Reply, provider

CLIENTS = {
    "openai": (openai.AsyncOpenAI, openai.APIStatusError, "/chat/completions"),
    "anthropic": (anthropic.AsyncAnthropic, anthropic.APIStatusError, "/v1/messages"),
}


@pytest.fixture(params=list(CLIENTS))
def sdk(request: pytest.FixtureRequest) -> tuple[Any, Any, str]:
    found: tuple[Any, Any, str] = CLIENTS[request.param]
    return found


async def test_the_raw_door_leaves_bodies_as_they_came(sdk: tuple[Any, Any, str]) -> None:
    """Neither read into models nor, of a stream, read at all; the key goes along."""
    make, _, path = sdk
    async with provider(Reply(b'{"of": "no model"}')) as it, make(api_key="made-up", base_url=it.url) as client:
        whole = await client.post(path, cast_to=httpx2.Response, body={"model": "m"})
        streamed = await client.post(path, cast_to=httpx2.Response, body={"model": "m"}, stream=True)
        assert whole.json() == {"of": "no model"}
        assert not streamed.is_stream_consumed
        assert b"".join([chunk async for chunk in streamed.aiter_bytes()]) == whole.content
    assert "made-up" in f"{it.received[0].headers}"


async def test_without_retries_a_request_is_sent_once(sdk: tuple[Any, Any, str]) -> None:
    """Also where the provider asks for more; its refusal comes with response and body."""
    make, refusal, path = sdk
    reply = Reply({"error": {"message": "no"}}, 500, {"x-should-retry": "true", "retry-after-ms": "1"})
    async with provider(reply) as it, make(api_key="made-up", base_url=it.url, max_retries=0) as client:
        with pytest.raises(refusal) as raised:
            await client.post(path, cast_to=httpx2.Response, body={})
    assert len(it.received) == 1
    assert raised.value.response.status_code == 500
    assert "no" in str(raised.value.body)


async def test_what_breaks_before_an_answer_is_wrapped_and_its_cause_kept(sdk: tuple[Any, Any, str]) -> None:
    """The cause tells what was sent; in the middle of a body it comes as it is."""
    make, _, path = sdk
    async with provider(Reply(cut=True)) as it, make(api_key="made-up", base_url=it.url, max_retries=0) as client:
        with pytest.raises((openai.APIConnectionError, anthropic.APIConnectionError)) as raised:
            await client.post(path, cast_to=httpx2.Response, body={})
    assert isinstance(raised.value.__cause__, httpx2.TransportError)
