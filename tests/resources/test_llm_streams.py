"""Streams through the real SDKs against the sandbox: whole answers or clean errors, and silence noticed early."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from resources.llm.adapters import connect
from resources.llm.endpoints import Endpoint
from resources.llm.errors import (
    Connection,
    ContentRefused,
    EndpointFailed,
    Malformed,
    Overloaded,
    RateLimited,
    TimeoutAfterSend,
    Truncated,
    Unavailable,
)
from resources.llm.messages import Completion, Message, Prompt
from resources.llm.providers import DUMMY_KEY
from sandbox.rules import RULES
from sandbox.server import Sandbox, Settings
from tests.resources.llm_parts import endpoint, terms
from tests.resources.llm_wire import Reply, provider
from tests.sandbox_served import DOCUMENT, FIXED, SCHEMA

PROMPT = Prompt("Be exact.", (Message("user", DOCUMENT),), SCHEMA, "record")
WIRES = ["openai", "anthropic", "bedrock"]


class House:
    """A sandbox in this process, and what its journal says of the requests it got."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.journal = sandbox.provider.journal

    def breaks(self, kind: str, **rule: Any) -> None:
        rules = RULES.validate_python([{"kind": kind, **rule}])
        self.sandbox.provider.faults.add(rules, time.monotonic())

    def at(self, wire: str, **changes: Any) -> Endpoint:
        facts = {"model": "sandbox-rules-large", "base_url": self.sandbox.url, "wire": "anthropic"}
        own: dict[str, dict[str, Any]] = {
            "openai": {"wire": "openai", "base_url": f"{self.sandbox.url}/v1"},
            "anthropic": {"provider": "sandbox"},
            "bedrock": {"provider": "bedrock", "region": "eu-central-1", "api_key": DUMMY_KEY},
        }
        return endpoint("it", **{**facts, **own[wire], **changes})

    async def ask(self, wire: str, shape: Any = "json_schema", **changes: Any) -> Completion:
        at = self.at(wire)
        adapter = connect(at)
        try:
            how = {"stream": True, "structured_output": shape, "timeout_s": 10.0, **changes}
            return await adapter.complete(at, PROMPT, terms(at, **how))
        finally:
            await adapter.close()

    async def comes_to(self, *, requests: int, connections: int) -> None:
        """Return when the server has seen so much; it takes some turns of the loop."""
        for _ in range(5000):
            seen = (self.sandbox.provider.journal.stats(0)["requests"], len(self.sandbox._open))
            if seen == (requests, connections):
                return
            await asyncio.sleep(0.001)
        raise AssertionError(f"requests and open connections: {seen}")

    async def failure(self, wire: str, **changes: Any) -> EndpointFailed:
        with pytest.raises(EndpointFailed) as raised:
            await self.ask(wire, **changes)
        return raised.value


@pytest.fixture
async def house(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "made-up-for-the-test")
    sandbox = Sandbox(Settings(), time.monotonic)
    await sandbox.start()
    yield House(sandbox)
    sandbox.stop()


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("shape", ["json_schema", "tool", "json_object", "text"])
async def test_a_stream_is_the_same_answer_as_a_whole_one(house: House, wire: str, shape: str) -> None:
    """Text, model, reason and usage; and when its first token came."""
    streamed = await house.ask(wire, shape)
    whole = await house.ask(wire, shape, stream=False)
    for name in ("model", "stop_reason", "usage"):
        assert getattr(streamed, name) == getattr(whole, name)
    assert json.loads(streamed.text) == json.loads(whole.text) == FIXED
    assert streamed.usage.output_tokens > 0
    assert streamed.first_token_s is not None
    assert whole.first_token_s is None


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("how", ["close", "reset", "end"])
@pytest.mark.parametrize("at", [0.0, 0.5, 1.0])
async def test_a_cut_stream_is_never_an_answer(house: House, wire: str, how: str, at: float) -> None:
    """Closed, reset, or ended as if it were complete: it may have been billed, and nothing of it leaks."""
    house.breaks("cut", how=how, at=at)
    error = await house.failure(wire)
    assert isinstance(error, Connection)
    assert error.spend == "ambiguous"
    assert "fixed value" not in str(error)


@pytest.mark.parametrize("wire", WIRES)
async def test_an_event_that_cannot_be_read_ends_the_answer(house: House, wire: str) -> None:
    """What is missing cannot be known, so nothing of it is used, nor told."""
    house.breaks("malformed_chunk")
    error = await house.failure(wire)
    assert (type(error), error.spend) == (Malformed, "ambiguous")
    assert "fixed value" not in str(error)


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("hold", [False, True])
async def test_without_its_sentinel_a_whole_answer_is_whole(house: House, wire: str, hold: bool) -> None:
    """It ends promptly, with its usage, also if the connection stays open."""
    house.breaks("no_sentinel", hold_open=hold)
    began_s = time.monotonic()
    answer = await house.ask(wire, timeout_s=30.0)
    assert time.monotonic() - began_s < 5
    assert answer.usage.output_tokens > 0


@pytest.mark.parametrize("wire", WIRES)
async def test_silence_before_the_first_token_is_noticed(house: House, wire: str) -> None:
    """Headers alone, and pings, are silence."""
    house.breaks("slow_first_token", delay_s=20)
    error = await house.failure(wire, first_token_s=0.05)
    assert isinstance(error, TimeoutAfterSend)
    assert "no token within 0.05 s" in str(error)
    assert error.first_token_s is None


@pytest.mark.parametrize("wire", WIRES)
async def test_no_header_at_all_is_silence_as_well(house: House, wire: str) -> None:
    """A request that is accepted and never answered."""
    house.breaks("silence")
    assert isinstance(await house.failure(wire, first_token_s=0.05), TimeoutAfterSend)


@pytest.mark.parametrize("wire", WIRES)
async def test_silence_in_the_middle_is_noticed(house: House, wire: str) -> None:
    """It says so, and that the answer had begun."""
    house.breaks("stall")
    error = await house.failure(wire, stall_s=0.05)
    assert isinstance(error, TimeoutAfterSend)
    assert "silent for 0.05 s" in str(error)
    assert error.first_token_s is not None


@pytest.mark.parametrize("wire", WIRES)
async def test_tokens_that_come_slowly_are_no_silence(house: House, wire: str) -> None:
    """Each one starts the wait anew; only the attempt's own time bounds them all."""
    house.breaks("latency", per_token_s=0.002)
    answer = await house.ask(wire, first_token_s=0.5, stall_s=0.2)
    assert answer.usage.output_tokens > 60
    error = await house.failure(wire, first_token_s=0.5, stall_s=0.2, timeout_s=0.15)
    assert "no whole answer within 0.15 s" in str(error)


@pytest.mark.parametrize(("status", "leaf"), [(529, Overloaded), (500, Unavailable), (429, RateLimited)])
@pytest.mark.parametrize("wire", WIRES)
async def test_an_error_in_the_middle_means_what_it_means_at_the_start(
    house: House, wire: str, status: int, leaf: type[EndpointFailed]
) -> None:
    """By the same table; only that something may have been billed by then."""
    house.breaks("stream_error", status=status)
    error = await house.failure(wire)
    assert isinstance(error, leaf)
    assert error.spend == "ambiguous"


@pytest.mark.parametrize("wire", WIRES)
async def test_a_refusal_before_the_stream_is_a_refusal(house: House, wire: str) -> None:
    """It has a status, and cost nothing."""
    house.breaks("rate_limited", retry_after_s=7)
    error = await house.failure(wire)
    assert isinstance(error, RateLimited)
    assert (error.retry_after_s, error.spend) == (7.0, "nothing")


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(
    ("fault", "leaf"),
    [({"kind": "truncated_json"}, Truncated), ({"kind": "refusal"}, ContentRefused)],
    ids=["truncated", "refused"],
)
async def test_a_stream_that_did_not_end_well_says_what_it_used(
    house: House, wire: str, fault: dict[str, Any], leaf: type[EndpointFailed]
) -> None:
    """Its usage came with it."""
    house.breaks(**fault)
    error = await house.failure(wire)
    assert isinstance(error, leaf)
    assert error.usage.input_tokens > 0


@pytest.mark.parametrize("wire", ["openai", "anthropic"])
async def test_limits_come_with_streams(house: House, wire: str) -> None:
    """Their headers are those of any other response."""
    house.breaks("quota", requests=5)
    told = (await house.ask(wire)).allowances
    assert [(allowance.what, allowance.limit, allowance.remaining) for allowance in told] == [("requests", 5, 4)]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("wire", WIRES)
async def test_whoever_leaves_leaves_no_connection_behind(house: House, wire: str, stream: bool) -> None:
    """Cancelled or timed out: the provider sees the connection end, and the next request is answered."""
    at = house.at(wire)
    adapter = connect(at)
    house.breaks("stall", times=2)
    asked = asyncio.create_task(adapter.complete(at, PROMPT, terms(at, stream=stream)))
    await house.comes_to(requests=1, connections=1)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await house.comes_to(requests=1, connections=0)
    with pytest.raises(TimeoutAfterSend):
        await adapter.complete(at, PROMPT, terms(at, stream=stream, timeout_s=0.1))
    await adapter.complete(at, PROMPT, terms(at, stream=stream))
    await house.comes_to(requests=3, connections=1)
    await adapter.close()
    await house.comes_to(requests=3, connections=0)


@pytest.mark.parametrize("wire", WIRES)
async def test_a_connection_serves_one_stream_after_the_other(house: House, wire: str) -> None:
    """What follows the sentinel is read, so that nobody pays for a handshake an answer."""
    at = house.at(wire)
    adapter = connect(at)
    for _ in range(3):
        await adapter.complete(at, PROMPT, terms(at, stream=True))
        assert len(house.sandbox._open) == 1
    await adapter.close()


async def test_what_breaks_after_the_end_of_an_answer_does_not_undo_it() -> None:
    """The model has said why it stopped; how the connection ends is no part of the answer."""
    events = [
        {"choices": [{"index": 0, "delta": {"content": '{"total": 12}'}, "finish_reason": "stop"}]},
        {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 5}},
    ]
    sent = b"".join(f"data: {json.dumps(event)}\n\n".encode() for event in events)
    promised = {"content-length": str(len(sent) + 100)}
    async with provider(Reply(sent, headers=promised, content_type="text/event-stream", leaves=True)) as it:
        at = endpoint("it", base_url=it.url)
        adapter = connect(at)
        answer = await adapter.complete(at, PROMPT, terms(at, stream=True))
        await adapter.close()
    assert (answer.text, answer.usage.output_tokens) == ('{"total": 12}', 5)
