"""What both adapters hold alike, through the real SDKs, against a provider on the loopback."""

import asyncio
from typing import Any

import pytest

from resources.llm.adapters import connect
from resources.llm.endpoints import Wire
from resources.llm.errors import (
    BadRequest,
    Connection,
    EndpointFailed,
    Malformed,
    TimeoutAfterSend,
    TimeoutBeforeSend,
)
from resources.llm.messages import Allowance, Completion, Message, Prompt
from tests.resources.llm_parts import SCHEMA, endpoint, terms
from tests.resources.llm_wire import LoopbackProvider, Reply, anthropic_answer, openai_answer, provider

KEY = "sk-secret-of-the-test"
PROMPT = Prompt("Be exact.", (Message("user", "12"),), SCHEMA, "quote")
ANSWERS: dict[Wire, Any] = {
    "openai": openai_answer('{"total": 12}'),
    "anthropic": anthropic_answer({"type": "text", "text": '{"total": 12}'}),
}
WIRES: list[Wire] = ["openai", "anthropic"]


async def ask(wire: Wire, url: str, prompt: Prompt = PROMPT, **changes: Any) -> Completion:
    """One request through a client of its own."""
    at = endpoint("gpt", wire=wire, base_url=url, api_key=KEY, **changes)
    adapter = connect(at)
    try:
        return await adapter.complete(at, prompt, terms(at))
    finally:
        await adapter.close()


async def failure(wire: Wire, *replies: Reply, **changes: Any) -> tuple[EndpointFailed, LoopbackProvider]:
    async with provider(*replies) as it:
        with pytest.raises(EndpointFailed) as raised:
            await ask(wire, it.url, **changes)
    return raised.value, it


@pytest.mark.parametrize("wire", WIRES)
async def test_an_answer_comes_back_with_what_it_used(wire: Wire) -> None:
    """Text, the model that served it, why it stopped, and every kind of token that is billed."""
    async with provider(Reply(ANSWERS[wire])) as it:
        answer = await ask(wire, it.url)
    assert (answer.text, answer.model) == ('{"total": 12}', "served-1")
    assert answer.stop_reason in ("stop", "end_turn")
    assert answer.usage.cached_tokens == 100
    assert answer.usage.output_tokens == 30
    assert answer.usage.input_tokens > answer.usage.cached_tokens
    assert answer.usage.reasoning_tokens in (12, 7)


LIMITS: dict[Wire, dict[str, str]] = {
    "openai": {
        "x-ratelimit-limit-requests": "500",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "1.5s",
    },
    "anthropic": {
        "date": "Thu, 19 Nov 2026 09:00:00 GMT",
        "anthropic-ratelimit-requests-limit": "500",
        "anthropic-ratelimit-requests-remaining": "0",
        "anthropic-ratelimit-requests-reset": "2026-11-19T09:00:01.5Z",
    },
}
STANDING = (Allowance("requests", 500, 0, 1.5),)


@pytest.mark.parametrize("wire", WIRES)
async def test_where_we_stand_comes_with_answers_and_with_refusals(wire: Wire) -> None:
    """Limits are told in headers of both, and of answers that cannot be read."""
    async with provider(Reply(ANSWERS[wire], headers=LIMITS[wire])) as it:
        assert (await ask(wire, it.url)).allowances == STANDING
    for reply in (Reply({}, 429, LIMITS[wire]), Reply({}, 500, LIMITS[wire]), Reply(b"{", headers=LIMITS[wire])):
        error, _ = await failure(wire, reply)
        assert error.allowances == STANDING


@pytest.mark.parametrize("wire", WIRES)
async def test_a_provider_that_says_not_to_retry_is_not_retried(wire: Wire) -> None:
    """Both send `x-should-retry` with what their statuses do not tell; only a no is news."""
    told = {}
    for said in ("false", "true"):
        error, _ = await failure(wire, Reply({}, 500, {"x-should-retry": said}))
        told[said] = (error.again, error.then, error.transient)
    assert told == {"false": (False, "go_elsewhere", True), "true": (True, "retry_here", True)}
    refused, _ = await failure(wire, Reply({}, 401, {"x-should-retry": "true"}))
    assert not refused.again


@pytest.mark.parametrize("wire", WIRES)
async def test_a_connection_that_breaks_is_one_failed_request(wire: Wire) -> None:
    """The SDK's own retries are off; and as the request was out, it may have cost something."""
    error, it = await failure(wire, Reply(cut=True))
    assert isinstance(error, Connection)
    assert error.spend == "ambiguous"
    assert len(it.received) == 1


@pytest.mark.parametrize("wire", WIRES)
async def test_a_body_that_is_cut_is_no_answer(wire: Wire) -> None:
    """Fewer bytes than were promised are a broken connection, never a short answer."""
    promised = {"content-length": "100000"}
    async with provider(Reply(ANSWERS[wire], headers=promised), Reply(cut=True)) as it:
        with pytest.raises(EndpointFailed) as raised:
            await ask(wire, it.url, attempt_timeout_s=0.3)
    assert isinstance(raised.value, TimeoutAfterSend | Connection)


@pytest.mark.parametrize("wire", WIRES)
async def test_nobody_at_the_address_cost_nothing(wire: Wire) -> None:
    """A refused connection was never a request."""
    async with provider(Reply()) as it:
        gone = it.url
    with pytest.raises(Connection) as raised:
        await ask(wire, gone)
    assert raised.value.spend == "nothing"


@pytest.mark.parametrize("wire", WIRES)
async def test_silence_after_the_request_may_have_been_billed(wire: Wire) -> None:
    """Nobody knows whether the answer was made, so the error says so."""
    error, _ = await failure(wire, Reply(hang=True), attempt_timeout_s=0.05)
    assert isinstance(error, TimeoutAfterSend)
    assert error.spend == "ambiguous"


@pytest.mark.parametrize("wire", WIRES)
async def test_a_connection_that_does_not_come_about_cost_nothing(wire: Wire) -> None:
    """A server that accepts nobody is told apart from one that does not answer."""
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, backlog=1)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    with pytest.raises((TimeoutBeforeSend, Connection)) as raised:
        await ask(wire, url, connect_timeout_s=0.05)
    assert raised.value.spend == "nothing"


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"<html>login</html>", content_type="text/html"),
        Reply(b'{"choices": [', content_type="application/json"),
        Reply({"hello": "world"}),
        Reply([1, 2, 3]),
        Reply(b"null"),
    ],
    ids=["a page", "half a JSON", "another object", "a list", "null"],
)
async def test_a_body_of_another_kind_is_malformed(wire: Wire, reply: Reply) -> None:
    """A 200 is no answer by itself."""
    error, _ = await failure(wire, reply)
    assert isinstance(error, Malformed)


@pytest.mark.parametrize("wire", WIRES)
async def test_what_cannot_be_sent_is_the_requests_fault(wire: Wire) -> None:
    """Half a character has no bytes; asking again does not give it any."""
    async with provider(Reply()) as it:
        with pytest.raises(BadRequest):
            await ask(wire, it.url, Prompt("", (Message("user", "\ud800"),), SCHEMA, "quote"))


@pytest.mark.parametrize("wire", WIRES)
async def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sandbox is reached also where all else goes through a proxy."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with provider(Reply(ANSWERS[wire])) as it:
        assert (await ask(wire, it.url)).model == "served-1"


@pytest.mark.parametrize("wire", WIRES)
async def test_a_server_that_counts_nothing_is_still_understood(wire: Wire) -> None:
    """Usage is left out by some servers; it is then not known, not an error."""
    body = {key: value for key, value in ANSWERS[wire].items() if key not in ("usage", "model")}
    async with provider(Reply(body)) as it:
        answer = await ask(wire, it.url)
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (0, 0)
    assert answer.model == "gpt-model-1"


async def test_counts_that_cannot_be_are_cut_to_what_can() -> None:
    """A server that counts more from its cache than it read must not make a call cost less than nothing."""
    usage = {"prompt_tokens": 10, "completion_tokens": -5, "prompt_tokens_details": {"cached_tokens": 50}}
    async with provider(Reply(openai_answer("{}", usage=usage))) as it:
        counted = (await ask("openai", it.url)).usage
    assert (counted.input_tokens, counted.output_tokens, counted.cached_tokens) == (10, 0, 10)
