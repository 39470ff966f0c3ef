"""Faults of the wire itself, as the SDKs and bare connections see them."""

import time
from collections.abc import Callable
from json import JSONDecodeError
from typing import Any

import anthropic
import httpx2
import openai
import pytest
from anthropic import Anthropic
from openai import OpenAI

from tests.sandbox_served import Served, chat, message, post

_SHORT_S = 0.15


def _whole(client: OpenAI | Anthropic) -> Any:
    if isinstance(client, OpenAI):
        return client.chat.completions.create(**chat())
    return client.messages.create(**message())


def _streamed(client: OpenAI | Anthropic) -> list[Any]:
    if isinstance(client, OpenAI):
        return list(client.chat.completions.create(**chat(stream=True)))
    with client.messages.create(**message(stream=True)) as stream:
        return list(stream)


_BOTH = pytest.mark.parametrize("ask", [_whole, _streamed])
Ask = Callable[[OpenAI | Anthropic], Any]


@_BOTH
def test_a_reset_comes_before_any_header(served: Served, gpt: OpenAI, claude: Anthropic, ask: Ask) -> None:
    """The connection breaks and no byte of an answer was sent."""
    served.fault("reset")
    with pytest.raises(openai.APIConnectionError):
        ask(gpt)
    with pytest.raises(anthropic.APIConnectionError):
        ask(claude)
    with pytest.raises(ConnectionResetError):
        served.raw(post("/v1/chat/completions", chat()))
    assert [entry["status"] for entry in served.requests()] == [None] * 3


@_BOTH
def test_silence_lasts_until_the_client_gives_up(served: Served, ask: Ask) -> None:
    """The request is taken and nothing comes: the caller's own timeout ends it."""
    served.fault("silence")
    with served.openai(_SHORT_S) as gpt, pytest.raises(openai.APITimeoutError):
        ask(gpt)
    with served.anthropic("", _SHORT_S) as claude, pytest.raises(anthropic.APITimeoutError):
        ask(claude)


def test_a_slow_first_token_comes_after_the_headers(served: Served, gpt: OpenAI) -> None:
    """A stream's headers come at once, its first token late, the rest at once."""
    served.fault("slow_first_token", delay_s=0.3)
    begin = time.monotonic()
    stream: Any = gpt.chat.completions.create(**chat(stream=True))
    opened = time.monotonic() - begin
    chunks = list(stream)
    assert opened < 0.3 <= time.monotonic() - begin
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_a_whole_answer_is_slow_as_well(served: Served, claude: Anthropic) -> None:
    """Without a stream the whole answer waits for its first token."""
    served.fault("slow_first_token", delay_s=0.1)
    begin = time.monotonic()
    assert _whole(claude).stop_reason == "end_turn"
    assert time.monotonic() - begin >= 0.1


@_BOTH
def test_a_stall_stops_in_the_middle_and_holds_the_line(served: Served, ask: Ask) -> None:
    """Part of the answer comes, then nothing, on an open connection."""
    served.fault("stall")
    with served.openai(_SHORT_S) as gpt, pytest.raises(openai.APITimeoutError):
        ask(gpt)
    with (
        served.anthropic("", _SHORT_S) as claude,
        pytest.raises((anthropic.APITimeoutError, httpx2.ReadTimeout)),
    ):
        ask(claude)


@_BOTH
def test_a_stall_may_end(served: Served, gpt: OpenAI, claude: Anthropic, ask: Ask) -> None:
    """After its seconds the answer goes on and is complete."""
    well = str(_text(ask(gpt))), str(_text(ask(claude)))
    served.fault("stall", stall_s=0.05)
    begin = time.monotonic()
    assert (str(_text(ask(gpt))), str(_text(ask(claude)))) == well
    assert time.monotonic() - begin >= 0.1


def _text(answer: Any) -> str:
    """What was said, whole or streamed, on either wire."""
    if not isinstance(answer, list):
        return str(answer.choices[0].message.content if hasattr(answer, "choices") else answer.content[0].text)
    if hasattr(answer[0], "choices"):
        return "".join(chunk.choices[0].delta.content or "" for chunk in answer)
    return "".join(event.delta.text for event in answer if event.type == "content_block_delta")


@_BOTH
@pytest.mark.parametrize("how", ["close", "reset"])
def test_a_cut_answer_breaks_off(served: Served, gpt: OpenAI, claude: Anthropic, ask: Ask, how: str) -> None:
    """The connection ends in the middle of the answer, politely or not."""
    served.fault("cut", how=how)
    with pytest.raises(openai.APIConnectionError):
        ask(gpt)
    with pytest.raises((anthropic.APIConnectionError, httpx2.RemoteProtocolError, httpx2.ReadError)):
        ask(claude)


def test_a_cut_stream_can_end_as_if_it_were_complete(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """HTTP is whole, the answer is not: no finish reason and no last event tell it."""
    served.fault("cut", how="end")
    ours, theirs = _streamed(gpt), _streamed(claude)
    assert [chunk for chunk in ours if chunk.choices[0].finish_reason] == []
    assert len(ours) > 1
    assert theirs[-1].type == "content_block_delta"


def test_a_cut_body_can_end_as_if_it_were_complete(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """The content length fits and the JSON does not."""
    served.fault("cut", how="end")
    for client in (gpt, claude):
        with pytest.raises(JSONDecodeError):
            _whole(client)


def test_a_cut_leaves_the_share_it_was_told(served: Served, gpt: OpenAI) -> None:
    """`at` decides how much comes: more of it brings more."""
    pieces = []
    for at in (0.1, 0.5, 0.9):
        served.fault("cut", name="cut", how="end", at=at)
        pieces.append(len(_streamed(gpt)))
    assert pieces == sorted(set(pieces))


def test_the_last_event_can_be_missing(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """All was said, and the event that says so does not come."""
    served.fault("no_sentinel")
    assert _streamed(gpt)[-1].choices[0].finish_reason == "stop"
    assert _streamed(claude)[-1].type == "message_delta"
    assert b"[DONE]" not in served.raw(post("/v1/chat/completions", chat(stream=True)))


def test_the_line_can_be_held_instead_of_the_last_event(served: Served) -> None:
    """Without its end and with the connection open only the caller's timeout ends a stream."""
    served.fault("no_sentinel", hold_open=True)
    with served.openai(_SHORT_S) as gpt, pytest.raises(openai.APITimeoutError):
        _streamed(gpt)


def test_a_body_can_be_no_json(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """200 and application/json, and HTML in it."""
    served.fault("malformed_body")
    for client in (gpt, claude):
        with pytest.raises(JSONDecodeError):
            _whole(client)
    answer = served.http.post("/v1/chat/completions", json=chat())
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.text.startswith("<html>")


def test_one_event_can_be_no_json(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """The stream begins well and one event in it is broken; whole answers are spared."""
    served.fault("malformed_chunk")
    for client in (gpt, claude):
        assert _text(_whole(client))
        with pytest.raises(JSONDecodeError):
            _streamed(client)


def test_an_error_can_come_in_the_middle_of_a_stream(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """After 200 and some tokens comes an error event; the SDKs raise it."""
    served.fault("stream_error", sentence="Broke down.")
    with pytest.raises(openai.APIError, match=r"Broke down\."):
        _streamed(gpt)
    with pytest.raises(anthropic.APIStatusError, match="overloaded_error"):
        _streamed(claude)
    assert [entry["outcome"] for entry in served.requests()] == ["stream_error"] * 2


async def test_the_asynchronous_clients_see_the_same(served: Served) -> None:
    """A reset and a cut reach both of the SDKs' asynchronous clients as errors of the connection."""
    served.fault("reset", times=2)
    async with served.openai_async() as gpt, served.anthropic_async() as claude:
        with pytest.raises(openai.APIConnectionError):
            await gpt.chat.completions.create(**chat())
        with pytest.raises(anthropic.APIConnectionError):
            await claude.messages.create(**message())
        served.fault("cut")
        stream: Any = await gpt.chat.completions.create(**chat(stream=True))
        with pytest.raises(openai.APIConnectionError):
            assert [chunk async for chunk in stream] == []


def test_the_server_is_well_after_every_fault(served: Served, gpt: OpenAI) -> None:
    """A fault that has struck leaves nothing behind on the same client."""
    for kind in ("reset", "cut", "malformed_body"):
        served.fault(kind, times=1)
        with pytest.raises((openai.APIConnectionError, JSONDecodeError)):
            _whole(gpt)
        assert _whole(gpt).choices[0].finish_reason == "stop"
