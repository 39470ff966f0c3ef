"""What goes out and comes back on the Anthropic wire."""

from typing import Any

import pytest

from resources.llm.adapters.anthropic import AnthropicAdapter
from resources.llm.endpoints import Endpoint
from resources.llm.errors import BadRequest, ContentRefused, ContextTooLong, EndpointFailed, Malformed, Truncated
from resources.llm.messages import Completion, Message, Prompt
from tests.resources.llm_parts import SCHEMA, endpoint, terms
from tests.resources.llm_wire import LoopbackProvider, Received, Reply, anthropic_answer, provider

PROMPT = Prompt("Be exact.", (Message("user", "12"),), SCHEMA, "quote")
CLOSED = {**SCHEMA, "additionalProperties": False}
TOOL = endpoint("claude", wire="anthropic", structured_output="tool")


def text(said: str) -> dict[str, Any]:
    return {"type": "text", "text": said}


async def complete(it: LoopbackProvider, prompt: Prompt = PROMPT, at: Endpoint | None = None) -> Completion:
    adapter = AnthropicAdapter(it.url, "sk-secret-of-the-test")
    try:
        return await adapter.complete(at or endpoint("claude", wire="anthropic"), prompt, terms(at))
    finally:
        await adapter.close()


async def sent(prompt: Prompt = PROMPT, at: Endpoint | None = None) -> Received:
    async with provider(Reply(anthropic_answer(text("{}")))) as it:
        await complete(it, prompt, at)
    return it.received[0]


async def failure(body: Any) -> EndpointFailed:
    async with provider(Reply(body)) as it:
        with pytest.raises(EndpointFailed) as raised:
            await complete(it)
    return raised.value


async def test_a_request_is_a_message_held_to_the_schema() -> None:
    """The system apart from the turns, and the schema as the format of the output."""
    request = await sent()
    assert request.path == "/v1/messages"
    assert (request.body["system"], request.body["max_tokens"]) == ("Be exact.", 500)
    assert request.body["messages"] == [{"role": "user", "content": "12"}]
    assert request.body["output_config"] == {"format": {"type": "json_schema", "schema": CLOSED}}
    assert "tools" not in request.body


async def test_no_system_is_sent_empty() -> None:
    """An empty system is left out."""
    assert "system" not in (await sent(Prompt("", PROMPT.messages, SCHEMA, "quote"))).body


async def test_effort_stands_beside_the_format() -> None:
    """Only models that think are told how much."""
    request = await sent(at=endpoint("claude", wire="anthropic", reasoning_effort="low"))
    assert request.body["output_config"]["effort"] == "low"


async def test_an_endpoint_may_be_held_to_the_schema_by_a_strict_tool() -> None:
    """Where the format is not known, the one tool it must use has the schema."""
    request = await sent(at=TOOL)
    assert request.body["tools"] == [{"name": "quote", "input_schema": CLOSED, "strict": True}]
    assert request.body["tool_choice"]["name"] == "quote"
    assert "output_config" not in request.body


async def test_a_schema_without_a_type_goes_to_a_tool_that_is_not_strict() -> None:
    """What the format cannot say is described; `accept` judges the answer."""
    free = {"type": "object", "properties": {"any": {}}}
    request = await sent(Prompt("", PROMPT.messages, free, "quote"))
    assert request.body["tools"] == [{"name": "quote", "input_schema": free}]


async def test_what_a_tool_was_given_is_the_answer() -> None:
    """As JSON text, like any other answer."""
    block = {"type": "tool_use", "id": "toolu_1", "name": "quote", "input": {"name": "Müller", "total": 12}}
    async with provider(Reply(anthropic_answer(text("Here:"), block, stop_reason="tool_use"))) as it:
        answer = await complete(it, at=TOOL)
    assert answer.text == '{"name": "Müller", "total": 12}'


async def test_thoughts_are_no_part_of_the_answer() -> None:
    """Only what was said counts, all of it."""
    thought = {"type": "thinking", "thinking": "hm", "signature": "s"}
    async with provider(Reply(anthropic_answer(thought, text('{"to'), text('tal": 1}')))) as it:
        assert (await complete(it)).text == '{"total": 1}'


async def test_input_is_all_that_was_read() -> None:
    """This wire counts fresh, cached and newly cached input apart; they are added up as they are billed."""
    async with provider(Reply(anthropic_answer(text("{}")))) as it:
        usage = (await complete(it)).usage
    assert (usage.input_tokens, usage.cached_tokens, usage.cache_write_tokens) == (125, 100, 5)


@pytest.mark.parametrize(
    ("reason", "leaf"),
    [
        ("max_tokens", Truncated),
        ("refusal", ContentRefused),
        ("model_context_window_exceeded", ContextTooLong),
    ],
)
async def test_an_answer_that_did_not_end_by_itself_is_none(reason: str, leaf: type[EndpointFailed]) -> None:
    """What it used up is told, for it is billed."""
    error = await failure(anthropic_answer(text('{"total"'), stop_reason=reason))
    assert isinstance(error, leaf)
    assert (error.usage.output_tokens, error.stop_reason, error.spend) == (30, reason, "reported")


async def test_why_content_was_refused_reaches_the_caller() -> None:
    """The provider's words, where it has any."""
    details = {"type": "refusal", "category": "bio", "explanation": "It is about anthrax."}
    error = await failure(anthropic_answer(stop_reason="refusal", stop_details=details))
    assert error.detail == "It is about anthrax."


@pytest.mark.parametrize("content", [[], [text("")], [text(" \n")]], ids=["nothing", "empty", "blank"])
async def test_an_answer_without_a_word_is_malformed(content: list[dict[str, Any]]) -> None:
    """Nothing was said, so nothing can be judged."""
    assert isinstance(await failure(anthropic_answer(*content)), Malformed)


async def test_there_are_no_vectors_on_this_wire() -> None:
    """A route that asks for them is wrong, not unlucky."""
    adapter = AnthropicAdapter("http://127.0.0.1:1", "sk-secret-of-the-test")
    with pytest.raises(BadRequest, match="no embeddings"):
        await adapter.embed(endpoint("claude"), ["a"], 1.0)
    await adapter.close()
