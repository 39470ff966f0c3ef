"""How a model is held to a schema on either wire: by the mode the terms ask for, or the next that holds it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from resources.llm.adapters import connect
from resources.llm.endpoints import Endpoint, StructuredOutput, Wire
from resources.llm.errors import BadRequest, EndpointFailed
from resources.llm.messages import Image, Message, Prompt
from tests.resources.llm_parts import SCHEMA, endpoint, seeing, terms
from tests.resources.llm_wire import Received, Reply, anthropic_answer, openai_answer, provider

WIRES: list[Wire] = ["openai", "anthropic"]
CLOSED = {**SCHEMA, "additionalProperties": False}
PROMPT = Prompt("Be exact.", (Message("user", "12"),), SCHEMA, "quote")
PICTURED = Prompt("", (Message("user", "12", (Image("image/png", b"\x89PNG"),)),), SCHEMA, "quote")
ANSWERS: dict[Wire, Any] = {
    "openai": openai_answer('{"total": 12}'),
    "anthropic": anthropic_answer({"type": "text", "text": '{"total": 12}'}),
}
TOO_LARGE = "The compiled grammar is too large, which would cause performance issues."
REFUSED = Reply({"type": "error", "error": {"type": "invalid_request_error", "message": TOO_LARGE}}, 400)


async def sent(
    at: Endpoint, *replies: Reply, prompt: Prompt = PROMPT, times: int = 1, **changes: Any
) -> list[Received]:
    """What reached the provider for so many questions."""
    async with provider(*(replies or (Reply(ANSWERS[at.wire]),))) as it:
        adapter = connect(replace(at, base_url=it.url))
        try:
            for _ in range(times):
                await adapter.complete(at, prompt, terms(at, **changes))
        finally:
            await adapter.close()
    return it.received


def of(wire: Wire, **changes: Any) -> Endpoint:
    return endpoint("it", **{"provider": wire, "wire": wire, **changes})


@pytest.mark.parametrize("mode", ["json_object", "text"])
@pytest.mark.parametrize("wire", WIRES)
async def test_a_mode_that_holds_to_nothing_is_told_in_words(wire: Wire, mode: StructuredOutput) -> None:
    """The schema stands after the instructions, and nothing is forced that the server does not know."""
    (request,) = await sent(of(wire), structured_output=mode)
    system = request.body["system"] if wire == "anthropic" else request.body["messages"][0]["content"]
    assert system.startswith("Be exact.\n\n")
    assert json.dumps(SCHEMA, separators=(",", ":")) in system
    assert not request.body.keys() & {"tools", "output_config"}
    forced = {"type": "json_object"} if (wire, mode) == ("openai", "json_object") else None
    assert request.body.get("response_format") == forced


async def test_a_strict_function_on_the_openai_wire() -> None:
    """The one it must call, and only once; what it was given is the answer."""
    call = {"id": "call_1", "type": "function", "function": {"name": "quote", "arguments": '{"total": 12}'}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    reply = Reply(openai_answer(None, choices=[{"index": 0, "message": message, "finish_reason": "tool_calls"}]))
    (request,) = await sent(of("openai"), reply, structured_output="tool")
    function = {"name": "quote", "strict": True, "parameters": CLOSED}
    assert request.body["tools"] == [{"type": "function", "function": function}]
    assert request.body["tool_choice"]["function"]["name"] == "quote"
    assert request.body["parallel_tool_calls"] is False


@pytest.mark.parametrize("wire", WIRES)
async def test_what_the_provider_does_not_compile_is_asked_for_less_strictly(wire: Wire) -> None:
    """At once, and from then on without asking first: three answers for four requests."""
    requests = await sent(of(wire), REFUSED, Reply(ANSWERS[wire]), times=3)
    assert len(requests) == 4
    if wire == "openai":
        assert [it.body["response_format"]["json_schema"]["strict"] for it in requests] == [True, False, False, False]
    else:
        assert ["output_config" in it.body for it in requests] == [True, False, False, False]
        assert all("strict" not in it.body["tools"][0] for it in requests[1:])


@pytest.mark.parametrize("wire", WIRES)
async def test_what_is_refused_also_less_strictly_is_refused(wire: Wire) -> None:
    """Two requests, not a third."""
    async with provider(REFUSED) as it:
        adapter = connect(of(wire, base_url=it.url))
        with pytest.raises(BadRequest):
            await adapter.complete(of(wire), PROMPT, terms())
        await adapter.close()
    assert len(it.received) == 2


@pytest.mark.parametrize("wire", WIRES)
async def test_pictures_go_along_as_base64(wire: Wire) -> None:
    """Before the words about them, in the shape of each wire."""
    (request,) = await sent(seeing("it", provider=wire, wire=wire), prompt=PICTURED)
    picture, words = request.body["messages"][-1]["content"]
    assert words == {"type": "text", "text": "12"}
    if wire == "openai":
        assert picture == {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}}
    else:
        assert picture["source"] == {"type": "base64", "media_type": "image/png", "data": "iVBORw=="}


@pytest.mark.parametrize("wire", WIRES)
async def test_pictures_are_not_sent_where_nobody_sees_them(wire: Wire) -> None:
    """Nothing is sent, and the route goes on to an endpoint that does."""
    async with provider(Reply(ANSWERS[wire])) as it:
        adapter = connect(of(wire, base_url=it.url))
        with pytest.raises(EndpointFailed, match="does not see") as raised:
            await adapter.complete(of(wire), PICTURED, terms())
        await adapter.close()
    assert (it.received, raised.value.then) == ([], "go_elsewhere")


LONG = "Every rule of the house, told at length. " * 500


@pytest.mark.parametrize(
    ("model", "system", "marked"),
    [
        ("claude-sonnet-4-6", LONG, True),
        ("claude-sonnet-4-6", "Be exact.", False),
        ("claude-haiku-4-5-20251001", LONG, True),
        ("claude-haiku-4-5-20251001", LONG[:8000], False),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", LONG[:8000], True),
    ],
)
async def test_a_long_beginning_is_marked_to_be_cached(model: str, system: str, marked: bool) -> None:
    """Each model caches from another length on; a mark below it would be for nothing."""
    prompt = Prompt(system, PROMPT.messages, SCHEMA, "quote")
    (request,) = await sent(of("anthropic", model=model), prompt=prompt)
    block = {"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}
    assert request.body["system"] == ([block] if marked else system)


async def test_requests_that_begin_alike_have_one_cache_key() -> None:
    """At OpenAI, where it leads them to one place; others do not know the word."""
    prompt = Prompt(LONG, PROMPT.messages, SCHEMA, "quote")
    other = Prompt(LONG, (Message("user", "13"),), SCHEMA, "quote")
    keys = [(await sent(of("openai"), prompt=it))[0].body["prompt_cache_key"] for it in (prompt, other)]
    assert keys[0] == keys[1]
    for at in (of("openai", provider="gemini"), of("openai", provider="compatible")):
        assert "prompt_cache_key" not in (await sent(at, prompt=prompt))[0].body


async def test_a_server_of_ones_own_hears_the_limit_by_its_older_name() -> None:
    """Not all of them know the newer one."""
    (request,) = await sent(of("openai", provider="compatible"))
    assert (request.body["max_tokens"], "max_completion_tokens" in request.body) == (500, False)
